"""A private relay: Postfix, milter, policyd, where mail goes, who may log in."""

import json
import os
import subprocess

from . import milter, policyd, postfix, sasl, sink, smtp

DOMAIN = "_a.example"
ALICE = "wrffkoaw7@" + DOMAIN
BOB = "testuser2@" + DOMAIN
ENCRYPTED = os.path.join(postfix.SOURCE,
                         "corpus/encrypted/real-core257-same-text0.eml")


def encrypted():
    """A message from Alice to Bob, as Delta Chat sent it."""
    with open(ENCRYPTED, "rb") as file:
        return file.read()


def cleartext(author=ALICE):
    return (b"From: <%s>\r\nTo: <%s>\r\nSubject: lunch\r\n"
            b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
            b"Message-ID: <1@localhost>\r\n\r\nAt noon?\r\n"
            % (author.encode(), BOB.encode()))


class Relay:
    """Everything is started; `box` ends it."""

    def __init__(self, box, ports, programs, domain=DOMAIN):
        self.box = box
        self.domain = domain
        self._programs = programs  # a folder
        self.sink = sink.Sink()
        self.key = milter.make_key(box)
        self.postfix = postfix.Postfix(box, domain, ports)
        self.postfix.deliver_to(self.sink.transport)
        self.postfix.check_logins_at(sasl.SaslServer().path)
        self.milter = milter.Milter(box, "milter", self.key,
                                    os.path.join(programs, "chatmail-milter"),
                                    self.postfix.queue)
        self.policyd = policyd.Policyd(
            box, domain, os.path.join(programs, "chatmail-policyd"),
            self.postfix.queue, self.milter.mailboxes)
        self.milter.policyd = "unix:" + self.policyd.socket
        # The name that the documented line has.
        self.postfix.main["chatmilter"] = self.milter.address
        self.names = {"%s._domainkey.%s" % (milter.SELECTOR, domain):
                      [milter.public_record(self.key)]}

    def start(self, accounts=(ALICE, BOB), user=""):
        self.postfix.start()
        self.policyd.enter(user=user)
        self.enter(accounts, user)

    def enter(self, accounts=(ALICE, BOB), user=""):
        """`user` is whom the milter becomes; else it stays root."""
        self.milter.enter(self.domain, None, self.names, user=user)
        self.milter.set_accounts(accounts)

    def submit(self, octets, mail_from=ALICE, rcpt_to=(BOB,), login=None):
        """What a user's program does on port 587; gives the reply."""
        with smtp.Client(self.postfix.ports["submission"]) as client:
            hello = "EHLO client.example"
            for step in (lambda: client.command(hello), client.starttls,
                         lambda: client.command(hello),
                         lambda: client.login(login or mail_from,
                                              sasl.PASSWORD)):
                reply = step()
                if reply.code >= 400:
                    return reply
            return client.send(mail_from, rcpt_to, octets)

    def hand_in(self, octets, mail_from, rcpt_to=(BOB,)):
        """What another server does on port 25; gives the reply."""
        with smtp.Client(self.postfix.ports["smtp"]) as client:
            client.command("EHLO client.example")
            return client.send(mail_from, rcpt_to, octets)

    def check(self, octets, mail_from, rcpt_to):
        """What another relay says of a message that came from this one."""
        message = self.box.write("message.eml", octets.decode("latin-1"),
                                 encoding="latin-1")
        names = self.box.write("names.json", json.dumps(self.names))
        run = subprocess.run(
            [os.path.join(self._programs, "chatmail"), "check", "--json",
             "--dns", names, "--mail-from", mail_from or "<>",
             "--rcpt", rcpt_to, message],
            capture_output=True, check=False, text=True)
        return run.stdout + run.stderr
