#!/usr/bin/python3
"""doveauth, written down in the obvious way.

    doveauth_obvious.py SOCKET MAILBOXES_DIR

A dict server with a thread for each connection: the passdb key, an account's
hash out of its file, and a first login makes it (crypt, a lock, a file that is
renamed to its place).  Of the rules there are the ones on names and lengths
alone; nothing is limited by network and nothing is brought to the disk, both
of which doveauth does.  It is what doveauth_bench compares with.
"""

import crypt
import fcntl
import json
import os
import re
import socketserver
import sys
import time

MAILBOXES = sys.argv[2]
NAME = re.compile(r"[a-z0-9._-]{9}@a\.example")
FIELD = re.compile(r"\\(.)")


def stored(address):
    try:
        with open(os.path.join(MAILBOXES, address, "password"),
                  encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None


def create(address, password):
    if not NAME.fullmatch(address) or len(password) < 9:
        return None
    mailbox = os.path.join(MAILBOXES, address)
    os.makedirs(mailbox, mode=0o700, exist_ok=True)
    with open(os.path.join(mailbox, "password.lock"), "w",
              encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = stored(address)
        if known is not None:
            return known
        with open(os.path.join(mailbox, "enforceE2EEincoming"), "w",
                  encoding="utf-8"):
            pass
        text = "{SHA512-CRYPT}" + crypt.crypt(password, crypt.METHOD_SHA512)
        path = os.path.join(mailbox, "password")
        with open(path + ".tmp", "w", encoding="utf-8") as file:
            file.write(text)
        os.rename(path + ".tmp", path)
        day = time.time() // 86400 * 86400
        os.utime(path, (day, day))
        return text


def fields_of(key):
    """What stands between the quotes; a backslash keeps what follows it."""
    fields = re.findall(r'((?:[^"\\]|\\.)*)(?:"|$)', key)
    return [FIELD.sub(r"\1", field) for field in fields]


def answer(line):
    key = line[1:].split("\t")[0]
    if not key.startswith("shared/passdb/"):
        return "N\n"
    password, address = fields_of(key[len("shared/passdb/"):])[:2]
    text = stored(address)
    if text is None:
        text = create(address, password)
    if text is None:
        return "N\n"
    return "O" + json.dumps({
        "addr": address, "home": os.path.join(MAILBOXES, address),
        "uid": "vmail", "gid": "vmail", "password": text}) + "\n"


class Connection(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            if line.startswith(b"L"):
                self.wfile.write(answer(line.decode().rstrip("\n")).encode())


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 1000


if __name__ == "__main__":
    Server(sys.argv[1], Connection).serve_forever()
