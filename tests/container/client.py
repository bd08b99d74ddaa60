#!/usr/bin/python3
"""A client of the relay whose ports are on the loopback of this network.

    client.py login ADDRESS...                 makes the accounts, if need be
    client.py submit FROM TO [cleartext]       prints the last reply
    client.py receive AUTHOR TO                port 25; prints the last reply
    client.py messages ADDRESS                 the Message-IDs of the inbox
    client.py metadata ADDRESS ENTRY           its value
    client.py token ADDRESS TOKEN              a device to be woken
    client.py flow FROM TO                     messages until the input ends

All have one password.  `flow` sends as a client does that wants its messages to
arrive: what is refused for now, or cut off, is tried again.
"""

import collections
import imaplib
import json
import pathlib
import re
import ssl
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "stack"))

from harness.letter import letter  # noqa: E402
from harness.smtp import Client, Reply, stuffed  # noqa: E402

PASSWORD = "a-password-for-all"
WORKERS = 3
MOST_SECONDS = 400  # of the flow
MOST_TRIES_SECONDS = 150  # of one message

imaplib.Commands["GETMETADATA"] = ("AUTH", "SELECTED")
imaplib.Commands["SETMETADATA"] = ("AUTH", "SELECTED")


def imap(address):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    session = imaplib.IMAP4_SSL("127.0.0.1", 993, ssl_context=context,
                                timeout=60)
    session.login(address, PASSWORD)
    return session


def login(*addresses):
    for address in addresses:
        imap(address).logout()


def submission(author):
    client = Client(465, tls=True)
    client.command("EHLO client.example")
    reply = client.login(author, PASSWORD)
    return client, reply


def submit(author, recipient, kind=""):
    octets = letter(author)
    if kind == "cleartext":
        octets = (b"From: <%s>\r\nSubject: hi\r\nMessage-ID: <1@b>\r\n\r\n"
                  b"Hello\r\n" % author.encode())
    client, reply = submission(author)
    if reply.code == 235:
        reply = client.send(author, [recipient], octets)
    print(reply)


def receive(author, recipient):
    with Client(25) as client:
        client.command("EHLO relay.elsewhere.example")
        client.starttls()
        client.command("EHLO relay.elsewhere.example")
        print(client.send(author, [recipient], letter(author)))


def messages(address):
    session = imap(address)
    session.select("INBOX", readonly=True)
    _, found = session.search(None, "ALL")
    for numbers in found[0].split():
        _, parts = session.fetch(
            numbers.decode(), "(BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
        print(re.search(rb"<(.*)>", parts[0][1])[1].decode())
    session.logout()


def metadata(address, entry):
    session = imap(address)
    # pylint: disable=protected-access
    session._simple_command("GETMETADATA", '""', "(%s)" % entry)
    _, found = session.response("METADATA")
    said = b"".join(part if isinstance(part, bytes) else b"".join(part)
                    for part in found if part)
    print(said.decode())
    session.logout()


def token(address, value):
    session = imap(address)
    # pylint: disable=protected-access
    kind, said = session._simple_command(
        "SETMETADATA", "INBOX", '(/private/devicetoken "%s")' % value)
    session.logout()
    if kind != "OK":
        raise RuntimeError(said)


class Flow:
    """What is accepted, and what it took."""

    def __init__(self, author, recipient):
        self.author, self.recipient = author, recipient
        self.over = threading.Event()
        self._begin = time.time_ns()
        self._lock = threading.Lock()
        self.accepted = []
        self.given_up = []
        self.unanswered = set()  # cut off behind the final dot
        self.replies = collections.Counter()
        self.longest = 0.0

    def _try(self, name, is_slow):
        """One transaction: its Reply, or None when the connection ended."""
        octets = letter(self.author, message_id=name)
        is_sent = False
        try:
            client, reply = submission(self.author)
            with client:
                for line in ("MAIL FROM:<%s>" % self.author,
                             "RCPT TO:<%s>" % self.recipient, "DATA"):
                    if reply.code >= 400:
                        return reply
                    reply = client.command(line)
                if reply.code != 354:
                    return reply
                half = len(octets) // 2
                if is_slow:
                    client.write(octets[:half])
                    time.sleep(1.5)
                    octets = octets[half:]
                is_sent = True
                client.write(stuffed(octets))
                return client.answer()
        except (OSError, ValueError) as problem:
            if is_sent:
                self.unanswered.add(name)
            return Reply(0, type(problem).__name__)

    def _deliver(self, name, is_slow):
        begin = time.monotonic()
        while time.monotonic() < begin + MOST_TRIES_SECONDS:
            reply = self._try(name, is_slow)
            with self._lock:
                self.replies["%d %s" % (reply.code, reply.text[:60])
                             if reply.code != 250 else "250"] += 1
                if reply.code == 250:
                    self.accepted.append(name)
                    self.longest = max(self.longest,
                                       time.monotonic() - begin)
                    return
            if reply.code >= 500:
                break
            time.sleep(0.3)
        self.given_up.append(name)

    def _work(self, worker):
        number = 0
        end = time.monotonic() + MOST_SECONDS
        while not self.over.is_set() and time.monotonic() < end:
            number += 1
            self._deliver("%d.%d.%d@flow.example" % (
                self._begin, worker, number), is_slow=worker == 0)
            time.sleep(0.02)

    def run(self):
        workers = [threading.Thread(target=self._work, args=(number,))
                   for number in range(WORKERS)]
        for worker in workers:
            worker.start()
        print("begun", flush=True)
        sys.stdin.read()
        self.over.set()
        for worker in workers:
            worker.join()
        print(json.dumps({
            "accepted": self.accepted, "given_up": self.given_up,
            "unanswered": sorted(self.unanswered),
            "replies": self.replies, "longest": self.longest}))


def flow(author, recipient):
    Flow(author, recipient).run()


if __name__ == "__main__":
    {each.__name__: each for each in (
        login, submit, receive, messages, metadata, token,
        flow)}[sys.argv[1]](*sys.argv[2:])
