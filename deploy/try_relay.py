"""The part of deploy/try that runs: a private relay, and messages through it.

Postfix with the documented lines, the milter, a name server that knows one
key, a login server that knows one password, and a place where mail ends up.
"""

import argparse
import os
import signal
import subprocess
import sys
import textwrap

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(SOURCE, "tests/stack"))

# pylint: disable=wrong-import-position
from harness import lane, relay, sandbox, sasl  # noqa: E402

DOMAIN = "chat.example"
ALICE = "alice@" + DOMAIN
BOB = "bob@" + DOMAIN
WANTED_PORTS = {"smtp": 2525, "submission": 2587, "smtps": 2465}

FIELDS = """\
From: Alice <{author}>
To: Bob <{to}>
Subject: {subject}
Date: Mon, 23 Nov 2026 12:00:00 +0000
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
HOW_TO_SEND = """\
As Alice, who logs in.  Send any file, or change this one:

  curl -sv --url smtp://127.0.0.1:{submission} --ssl-reqd --insecure \\
    --user {alice}:{password} --mail-from {alice} \\
    --mail-rcpt {bob} \\
    --upload-file {folder}/cleartext.eml 2>&1 | grep '^< ... '

As another mail server:

  curl -sv --url smtp://127.0.0.1:{smtp} --mail-from you@your.example \\
    --mail-rcpt {bob} \\
    --upload-file {folder}/forged.eml 2>&1 | grep '^< ... '

What you see are Postfix's answers; the one behind 354 decides.
Nothing leaves this host.  Each verdict is in {folder}/milter/milter.log"""
TEXT = "Shall we meet at noon, under the old oak?"


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


class Try:
    """The relay, and the four messages."""

    def __init__(self, box, programs):
        taken = [p for p in WANTED_PORTS.values() if sandbox.listens(p)]
        ports = {name: sandbox.free_port() if taken else port
                 for name, port in WANTED_PORTS.items()}
        self.box = box
        self.relay = relay.Relay(box, ports, programs, DOMAIN)
        self.relay.start([ALICE, BOB], user="postfix")
        self.openpgp = OpenPgp(box)
        self.story = Story()
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

    def delivered(self, reply, name):
        """What came out of the queue, or nothing when it was refused."""
        if reply.code != 250:
            return None
        octets = self.relay.sink.wait_for_queue_id(lane.queue_id(reply)).octets
        self.story.line("Delivered:", self.save(name, octets))
        return octets

    def encrypted(self):
        self.story.title("1. Alice writes to Bob, encrypted.")
        self.story.line("We send:", self.box.path("encrypted.eml") +
                        " as her mail program does, after login.")
        reply = self.relay.submit(self.samples["encrypted"], ALICE, [BOB])
        self.story.verdict(reply)
        octets = self.delivered(reply, "delivered-encrypted")
        self.story.line(
            "Why:", "The relay looked into it as it came: it is OpenPGP from "
            "end to end, and nothing around it can be read.")
        if octets:
            self.story.line(
                "Changed:", "Her subject is now \"[...]\", the name of her mail "
                "program is gone, and the relay signed it (DKIM) for %s."
                % DOMAIN)
            self.story.line("Bob reads:", self.openpgp.decrypt(octets).strip())
        return octets

    def cleartext(self):
        self.story.title("2. Alice writes to Bob, as a postcard.")
        self.story.line("We send:", self.box.path("cleartext.eml"))
        reply = self.relay.submit(self.samples["cleartext"], ALICE, [BOB])
        self.story.verdict(reply)
        self.story.line(
            "Why:", "Anyone on its way could read it.  A chatmail relay carries "
            "encrypted mail only, and says so before it takes the message.")
        return reply.code

    def forged(self):
        self.story.title("3. A stranger writes to Bob as boss@bank.example.")
        self.story.line("We send:", self.box.path("forged.eml") +
                        " as another mail server does.")
        reply = self.relay.hand_in(self.samples["forged"], "boss@bank.example",
                                   [BOB])
        self.story.verdict(reply)
        self.story.line(
            "Why:", "It is encrypted, but the author is a claim: bank.example "
            "did not sign it.  Only a DKIM signature of the very domain in From "
            "proves who wrote.")
        return reply.code

    def proven(self, octets):
        self.story.title("4. The first message, as Bob's relay would get it "
                         "from another.")
        self.story.line("We send:", self.box.path("delivered-encrypted.eml"))
        reply = self.relay.hand_in(octets, ALICE, [BOB])
        self.story.verdict(reply)
        self.delivered(reply, "delivered-proven")
        self.story.line(
            "Why:", "It is encrypted, and the signature fits the key that %s "
            "has in the DNS." % DOMAIN)
        return reply.code == 250

    def run(self):
        """Whether all went as it should."""
        octets = self.encrypted()
        refusals = [self.cleartext(), self.forged()]
        accepted = octets is not None and self.proven(octets)
        return accepted and refusals == [523, 554]

    def how_to_send(self):
        ports = self.relay.postfix.ports
        self.story.title("Send one of your own")
        print(HOW_TO_SEND.format(
            submission=ports["submission"], smtp=ports["smtp"], alice=ALICE,
            bob=BOB, password=sasl.PASSWORD, folder=self.box.root))


def stay():
    print("\nRunning.  Ctrl-C ends it.", flush=True)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()


def read_options():
    parser = argparse.ArgumentParser(description="see deploy/try --help")
    parser.add_argument("--programs", required=True,
                        help="the folder of the built programs")
    parser.add_argument("--keep", action="store_true")
    return parser.parse_args()


def main():
    def interrupted(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupted)
    options = read_options()
    with sandbox.Sandbox() as box:
        print("Starting a private Postfix with the milter in %s" % box.root,
              flush=True)
        attempt = Try(box, options.programs)
        good = attempt.run()
        attempt.how_to_send()
        if options.keep or (sys.stdin.isatty() and sys.stdout.isatty()):
            stay()
        print("Stopping; the folder is removed.", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
