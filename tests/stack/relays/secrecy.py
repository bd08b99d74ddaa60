"""What somebody could read of mail, wherever it is and however encoded."""

import base64
import glob
import gzip
import os
import quopri
import re
import threading

BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/]{4}[\r\n]*){4,}"
                        rb"(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?")


def readings(octets):
    """What somebody could read of a message: it, and each decoding of it."""
    yield octets
    if b"=" in octets:
        yield quopri.decodestring(octets)
        yield quopri.decodestring(octets, header=True)
    for run in BASE64_RUN.findall(octets):
        code = re.sub(rb"[\r\n]", b"", run)
        # Where an encoded text begins in the run, nobody knows.
        for offset in range(4):
            part = code[offset:]
            yield base64.b64decode(part[:len(part) // 4 * 4])


def found_in(octets, secrets):
    """The first of some texts that somebody could read in a message."""
    for reading in readings(octets):
        for secret in secrets:
            if secret in reading:
                return secret
    return None


class Collector:
    """A copy of every message that lies in a mailbox, even if not for long.

    A client with one device takes a message and removes it; Dovecot tells it
    half a second late, and that is time enough to look.
    """

    def __init__(self, relays, box):
        self._folders = [there.mailbox("*", "new", "*") for there in relays]
        self._folders += [there.mailbox("*", "cur", "*") for there in relays]
        self._kept = {}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        box.on_close(self.stop)

    def _look(self):
        while not self._ends.wait(0.1):
            for pattern in self._folders:
                for path in glob.glob(pattern):
                    name = os.path.basename(path).partition(":")[0]
                    if name not in self._kept:
                        self._keep(name, path)

    def _keep(self, name, path):
        try:
            with open(path, "rb") as file:
                octets = file.read()
        except FileNotFoundError:
            return
        if octets.startswith(b"\x1f\x8b"):
            octets = gzip.decompress(octets)
        self._kept[name] = octets

    def messages(self):
        return list(self._kept.items())

    def stop(self):
        self._ends.set()
        self._thread.join(10)


def stored_octets(there):
    """(name, octets) of each file that a relay keeps, and of what it logs."""
    for top in ("/home/vmail", "/var/spool/postfix", "/var/log", "/tmp",
                "/var/lib/chatmilter", "/var/lib/chatmail-metadata"):
        for path in glob.glob(there.host.path(top) + "/**", recursive=True,
                              include_hidden=True):
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                octets = file.read()
            if octets.startswith(b"\x1f\x8b"):
                octets = gzip.decompress(octets)
            yield path, octets
    yield "logs", there.logs().encode()
