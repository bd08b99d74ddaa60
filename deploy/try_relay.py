"""The part of deploy/try that runs: a complete relay, and messages through it.

The relay is on a host of its own (file system, network, processes: see
tests/stack/relays/host.py), with the very files that `chatmail run` would
write, so nothing of this host is touched.  Its ports are passed on from the
loopback interface, which is how a client here reaches it.
"""

import argparse
import imaplib
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
from urllib.parse import quote

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tests/stack"))

# pylint: disable=wrong-import-position
from harness import sandbox, smtp  # noqa: E402
from relays import network, relay  # noqa: E402

# No authority certifies a name with `_` in front, so nobody has to.
DOMAIN = "_chat.example"
ALICE = "alice.doe@" + DOMAIN
BOB = "bob.smith@" + DOMAIN
# The relay's ports, and where they are on the loopback, if nobody is there.
PORTS = {25: 2525, 443: 2443, 465: 2465, 587: 2587, 993: 2993}

# Whom the privacy page names; there is no such page without.
SETTINGS = ("www_folder = %s/deploy/www" % SOURCE,
            "privacy_postal = You, at this computer",
            "privacy_mail = postmaster@" + DOMAIN,
            "privacy_pdo = You", "privacy_supervisor = You")

FIELDS = """\
From: Alice <{author}>
To: Bob <{to}>
Subject: {subject}
Date: Wed, 25 Nov 2026 12:00:00 +0000
Message-ID: <{number}@laptop.local>
User-Agent: Example Mail 1.0
MIME-Version: 1.0
"""
ENCRYPTED = FIELDS + """\
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";
 boundary="part"

--part
Content-Type: application/pgp-encrypted

Version: 1

--part
Content-Type: application/octet-stream

{armor}
--part--
"""
CLEARTEXT = FIELDS + """\
Content-Type: text/plain

{text}
"""
HOW_TO_LOG_IN = """\
Delta Chat on this computer logs in with one of these codes: copy it, then "Scan
QR Code" and there "Paste from Clipboard".  The account is made at that moment;
with the second code a second profile talks to the first.

  {first}

  {second}

In any mail program: IMAP 127.0.0.1 port {imap}, SMTP 127.0.0.1 port {smtps}, both
with TLS, a certificate that nobody has signed, and a new name of 9 letters before
@{domain} with a password of 9 letters or more.
The web page: https://127.0.0.1:{https}/"""
HOW_TO_SEND = """\
As Alice, who logs in.  Send any file, or change this one:

  curl -sv --url smtp://127.0.0.1:{submission} --ssl-reqd --insecure \\
    --user {alice}:{password} --mail-from {alice} \\
    --mail-rcpt {bob} \\
    --upload-file {folder}/cleartext.eml 2>&1 | grep '^< ... '

As another mail server:

  curl -sv --url smtp://127.0.0.1:{smtp} --ssl-reqd --insecure \\
    --mail-from you@your.example --mail-rcpt {bob} \\
    --upload-file {folder}/forged.eml 2>&1 | grep '^< ... '

What you see are Postfix's answers; the one behind 354 decides.
Nothing leaves this host.  Each verdict is in {logs}/chatmail-milter.log"""
TEXT = "Shall we meet at noon, under the old oak?"


def pass_on(reader, writer):
    """Octets from one socket to the other, until one of them ends."""
    try:
        while octets := reader.recv(65536):
            writer.sendall(octets)
    except OSError:
        pass
    for end in (reader, writer):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Passage:
    """A port of the loopback that leads to a port of the relay.

    Made before the thread enters the relay's network: a socket stays in the
    network in which it was made, and what is connected later is in the other.
    """

    def __init__(self, port, wanted):
        self.inner = port
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._listener.bind(("127.0.0.1", wanted))
        except OSError:
            self._listener.bind(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    def open(self, address):
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(address,),
                         daemon=True).start()

    def _accept(self, address):
        while True:
            client, _ = self._listener.accept()
            try:
                server = socket.create_connection((address, self.inner), 10)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            for ends in ((client, server), (server, client)):
                threading.Thread(target=pass_on, args=ends,
                                 daemon=True).start()


class OpenPgp:
    """GnuPG with a key for Bob, made for this run."""

    def __init__(self, box):
        self._home = box.folder("gnupg", mode=0o700)
        box.on_close(lambda: self._run(
            ["gpgconf", "--homedir", self._home, "--kill", "all"]))
        self._gpg("--passphrase", "", "--quick-gen-key", BOB, "future-default",
                  "default", "never")

    @staticmethod
    def _run(command, octets=b""):
        return subprocess.run(command, input=octets, capture_output=True,
                              check=True).stdout

    def _gpg(self, *arguments, octets=b""):
        return self._run(["gpg", "--homedir", self._home, "--batch", "--quiet",
                          "--no-tty", "--pinentry-mode", "loopback",
                          *arguments], octets)

    def encrypt(self, text):
        return self._gpg("--trust-model", "always", "--armor", "--encrypt",
                         "--recipient", BOB, octets=text.encode()).decode()

    def decrypt(self, message):
        armor = message[message.index(b"-----BEGIN"):]
        return self._gpg("--decrypt", octets=armor).decode()


class Story:
    """Says what happens, in the words of someone who sees it first."""

    def __init__(self):
        colour = sys.stdout.isatty()
        self._bold, self._plain = ("\033[1m", "\033[0m") if colour else ("", "")

    def title(self, text):
        print("\n%s%s%s" % (self._bold, text, self._plain), flush=True)

    @staticmethod
    def line(label, text):
        indent = " " * 13
        print(textwrap.fill(text, 79, initial_indent="  %-11s" % label,
                            subsequent_indent=indent, break_long_words=False,
                            break_on_hyphens=False), flush=True)

    def verdict(self, reply):
        self.line("Postfix:", str(reply))
        words = {2: "ACCEPTED", 4: "NOT NOW", 5: "REFUSED"}
        self.line("So it is:", self._bold + words[reply.code // 100] +
                  self._plain)


class Accounts:
    """Who has logged in: an account exists from its first login."""

    def __init__(self, address):
        self._address = address
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls.check_hostname = False
        self._tls.verify_mode = ssl.CERT_NONE
        self.passwords = {}

    def log_in(self, user):
        password = self.passwords.setdefault(user, secrets.token_urlsafe(12))
        client = imaplib.IMAP4_SSL(self._address, 993, ssl_context=self._tls,
                                   timeout=60)
        client.login(user, password)
        return client

    def newest(self, user):
        """The octets of the last message in the inbox, None without one."""
        client = self.log_in(user)
        try:
            _, (count,) = client.select("INBOX", readonly=True)
            if count == b"0":
                return None
            _, parts = client.fetch(count.decode(), "(BODY.PEEK[])")
            return parts[0][1]
        finally:
            client.logout()

    def count(self, user):
        client = self.log_in(user)
        try:
            return int(client.select("INBOX", readonly=True)[1][0])
        finally:
            client.logout()


class Try:
    """The relay, and the four messages."""

    def __init__(self, box, passages):
        self.box = box
        self.passages = passages
        self.network = network.Network(box)
        self.network.capture.stop()
        self.relay = relay.Relay(self.network, DOMAIN, SETTINGS)
        self.relay.host.run(
            "chatmail", "webpage", "--config", "/etc/chatmail/chatmail.ini")
        self.network.start_names()
        sandbox.enter_network_of(self.network.switch.pid)
        self.relay.start()
        for passage in passages.values():
            passage.open(self.relay.address)
        self.accounts = Accounts(self.relay.address)
        self.story = Story()
        self.openpgp = OpenPgp(box)
        self.samples = {}
        armor = self.openpgp.encrypt(TEXT + "\n")
        self.sample("encrypted", ENCRYPTED, ALICE, armor=armor)
        self.sample("cleartext", CLEARTEXT, ALICE, text=TEXT)
        self.sample("forged", ENCRYPTED, "boss@bank.example", armor=armor)

    def sample(self, name, form, author, **parts):
        text = form.format(author=author, to=BOB, subject="Lunch",
                           number=len(self.samples) + 1, **parts)
        octets = text.replace("\n", "\r\n").encode()
        self.samples[name] = octets
        self.save(name, octets)

    def save(self, name, octets):
        return self.box.write(name + ".eml", octets.decode())

    def submit(self, octets):
        """What Alice's program does on port 587; gives the reply."""
        with smtp.Client(587, host=self.relay.address) as client:
            hello = "EHLO client.example"
            for step in (lambda: client.command(hello), client.starttls,
                         lambda: client.command(hello),
                         lambda: client.login(
                             ALICE, self.accounts.passwords[ALICE])):
                reply = step()
                if reply.code >= 400:
                    return reply
            return client.send(ALICE, [BOB], octets)

    def hand_in(self, octets, mail_from):
        """What another server does on port 25; gives the reply."""
        with smtp.Client(25, host=self.relay.address) as client:
            hello = "EHLO client.example"
            client.command(hello)
            client.starttls()
            client.command(hello)
            return client.send(mail_from, [BOB], octets)

    def delivered(self, reply, name, before):
        """What came into Bob's mailbox, or nothing when it was refused."""
        if reply.code != 250:
            return None
        sandbox.wait_for(lambda: self.accounts.count(BOB) > before, 30,
                         "the message is in Bob's mailbox")
        octets = self.accounts.newest(BOB)
        self.story.line("Delivered:", self.save(name, octets))
        return octets

    def logged_in(self):
        self.story.title("0. Alice and Bob log in for the first time.")
        for user in (ALICE, BOB):
            self.accounts.log_in(user).logout()
            self.story.line("Account:", user)
        self.story.line(
            "Why:", "Nobody registers: an address exists from its first login, "
            "and its password is the one of that login.")

    def encrypted(self):
        self.story.title("1. Alice writes to Bob, encrypted.")
        self.story.line("We send:", self.box.path("encrypted.eml") +
                        " as her mail program does, after login.")
        reply = self.submit(self.samples["encrypted"])
        self.story.verdict(reply)
        octets = self.delivered(reply, "delivered-encrypted", 0)
        self.story.line(
            "Why:", "The relay looked into it as it came: it is OpenPGP from "
            "end to end, and nothing around it can be read.")
        if octets:
            self.story.line(
                "Changed:", "Her subject is now \"[...]\", and the name of her "
                "mail program and the way that the message took are gone.")
            self.story.line("Bob reads:", self.openpgp.decrypt(octets).strip())
        return octets

    def cleartext(self):
        self.story.title("2. Alice writes to Bob, as a postcard.")
        self.story.line("We send:", self.box.path("cleartext.eml"))
        reply = self.submit(self.samples["cleartext"])
        self.story.verdict(reply)
        self.story.line(
            "Why:", "Anyone on its way could read it.  A chatmail relay carries "
            "encrypted mail only, and says so before it takes the message.")
        return reply.code

    def forged(self):
        self.story.title("3. A stranger writes to Bob as boss@bank.example.")
        self.story.line("We send:", self.box.path("forged.eml") +
                        " as another mail server does.")
        reply = self.hand_in(self.samples["forged"], "boss@bank.example")
        self.story.verdict(reply)
        self.story.line(
            "Why:", "It is encrypted, but the author is a claim: bank.example "
            "did not sign it.  Only a DKIM signature of the very domain in From "
            "proves who wrote.")
        return reply.code

    def run(self):
        """Whether all went as it should."""
        self.logged_in()
        octets = self.encrypted()
        refusals = [self.cleartext(), self.forged()]
        return octets is not None and refusals == [523, 554]

    def code(self):
        """What Delta Chat reads as: this address, on this relay."""
        name = "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789")
                       for _ in range(9))
        return ("dclogin:%s?p=%s&v=1&ih=127.0.0.1&ip=%d&is=ssl"
                "&sh=127.0.0.1&sp=%d&ss=ssl&ic=3" % (
                    quote(name + "@" + DOMAIN, safe="@"),
                    quote(secrets.token_urlsafe(12)),
                    self.passages[993].port, self.passages[465].port))

    def how_to_go_on(self):
        ports = {port: passage.port for port, passage in self.passages.items()}
        self.story.title("Log in with Delta Chat")
        print(HOW_TO_LOG_IN.format(
            first=self.code(), second=self.code(), imap=ports[993],
            smtps=ports[465], https=ports[443], domain=DOMAIN))
        self.story.title("Send one of your own")
        print(HOW_TO_SEND.format(
            submission=ports[587], smtp=ports[25], alice=ALICE, bob=BOB,
            password=self.accounts.passwords[ALICE], folder=self.box.root,
            logs=self.box.path(DOMAIN)), flush=True)


def stay():
    print("\nRunning.  Ctrl-C ends it.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def read_options():
    parser = argparse.ArgumentParser(description="see deploy/try --help")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def main():
    def interrupted(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupted)
    options = read_options()
    passages = {port: Passage(port, wanted) for port, wanted in PORTS.items()}
    with sandbox.Sandbox() as box:
        print("Starting a relay of its own in %s" % box.root, flush=True)
        attempt = Try(box, passages)
        good = attempt.run()
        attempt.how_to_go_on()
        if options.keep or (sys.stdin.isatty() and sys.stdout.isatty()):
            stay()
        print("Stopping; the folder is removed.", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
