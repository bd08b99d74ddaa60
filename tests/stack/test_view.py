"""What a milter sees, according to Postfix and according to postfix_view().

Every rule of docs/postfix-view.md is a named message here, sent by SMTP and
by sendmail(1) to a milter that records.  Generated messages look for rules
that nobody wrote down; CHATMILTER_VIEW_SEEDS=A-B chooses which.
"""

import os
import subprocess
import unittest

from harness import odd_messages, postfix, recorder, sandbox, sasl, sink, smtp
from harness.build import program
from harness.session import PORTS

DOMAIN = "chat.example"


class View:
    """The program that prints what postfix_view() makes of a message."""

    def __init__(self):
        self._child = subprocess.Popen(
            [program("postfix_view_dump")], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)

    def close(self):
        self._child.stdin.close()
        self._child.stdout.close()
        self._child.wait()

    def of(self, direction, octets):
        """(fields, body, refusal), as a milter would have it."""
        out = self._child.stdout
        self._child.stdin.write(b"%s %d\n" % (direction.encode(), len(octets)))
        self._child.stdin.write(octets)
        self._child.stdin.flush()
        count, body_size, refusal = out.readline().rstrip(b"\n").split(b" ", 2)
        fields = []
        for _ in range(int(count)):
            name_size, value_size = map(int, out.readline().split())
            fields.append((out.read(name_size), out.read(value_size)))
        return fields, out.read(int(body_size)), refusal.decode()


def shortened(octets):
    return octets if len(octets) < 400 else octets[:200] + b"..." + octets[-99:]


class ViewTest(unittest.TestCase):
    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.recorder = recorder.Recorder()
        cls.view = View()
        cls.addClassCleanup(cls.view.close)
        cls.postfix = postfix.Postfix(cls.box, DOMAIN, PORTS)
        cls.postfix.main["chatmilter"] = cls.recorder.milter
        cls.postfix.ask_no_policy()
        cls.postfix.deliver_to("discard:")
        cls.postfix.check_logins_at(sasl.SaslServer().path)
        cls.postfix.start()

    def compare(self, direction, octets, seen):
        fields, body, refusal = self.view.of(direction, octets)
        self.assertEqual("", refusal)
        header = [(name, value.replace(b"\n", b"\r\n"))
                  for name, value in seen.header]
        if direction == "local":
            # The time and the queue id of an added field are Postfix's.
            added = (b"Message-Id", b"Date", b"From", b"Resent-Message-Id",
                     b"Resent-Date", b"Resent-From")
            fields = [f[:1] if f[0] in added else f for f in fields]
            header = [f[:1] if f[0] in added else f for f in header]
        if fields != header or body != seen.body:
            self.assertEqual(
                [tuple(map(shortened, f)) for f in header],
                [tuple(map(shortened, f)) for f in fields])
            self.assertEqual(shortened(seen.body), shortened(body))
            self.assertEqual(header, fields)
            self.assertEqual(seen.body, body)

    def send(self, client, direction, octets, parameters=""):
        domain = DOMAIN if direction == "outbound" else "b.example"
        reply = client.send("a@" + domain, ["u@" + DOMAIN], octets,
                            parameters)
        if reply.code != 250:
            _, _, refusal = self.view.of(direction, octets)
            self.assertEqual(str(reply), refusal)
            return
        self.compare(direction, octets, self.recorder.take())

    def inbound(self):
        client = smtp.Client(self.postfix.ports["smtp"])
        self.addCleanup(client.close)
        client.command("EHLO client.example")
        return client

    def outbound(self):
        client = smtp.Client(self.postfix.ports["smtps"], tls=True)
        self.addCleanup(client.close)
        client.command("EHLO client.example")
        reply = client.login("a@" + DOMAIN, sasl.PASSWORD)
        self.assertEqual(235, reply.code)
        return client

    def test_a_named_message_from_another_host_is_seen_as_documented(self):
        client = self.inbound()
        for name, octets in odd_messages.NAMED.items():
            with self.subTest(name):
                self.send(client, "inbound", octets)

    def test_a_named_message_from_a_user_is_seen_as_documented(self):
        client = self.outbound()
        for name, octets in odd_messages.NAMED.items():
            with self.subTest(name):
                self.send(client, "outbound", octets)

    def test_a_named_message_from_sendmail_is_seen_as_documented(self):
        for name, octets in odd_messages.NAMED.items():
            with self.subTest(name):
                self.postfix.sendmail("a@" + DOMAIN, ["u@" + DOMAIN], octets)
                self.compare("local", octets, self.recorder.take())

    def test_an_address_without_a_domain_is_completed_for_sendmail_alone(self):
        octets = (b"From: a\r\nTo: b, c@b.example\r\nDate: d\r\n"
                  b"Message-ID: <i@b.example>\r\n\r\n")
        for direction, client in (("inbound", self.inbound()),
                                  ("outbound", self.outbound())):
            with self.subTest(direction):
                self.send(client, direction, octets)
        self.postfix.sendmail("a@" + DOMAIN, ["u@" + DOMAIN], octets)
        header = dict(self.recorder.take().header)
        self.assertEqual(b" a@chat.example", header[b"From"])
        self.assertEqual(b" b@chat.example, c@b.example", header[b"To"])

    def test_a_recipient_is_seen_as_postfix_resolved_it(self):
        client = self.inbound()
        for written, resolved in RECIPIENTS.items():
            with self.subTest(written):
                reply = client.send("a@b.example", [written], b"X: y\r\n")
                self.assertEqual(250, reply.code, str(reply))
                self.assertEqual(
                    resolved, self.recorder.take().macros["{rcpt_addr}"])

    def test_generated_messages_are_seen_as_computed(self):
        first, last = map(int, os.environ.get(
            "CHATMILTER_VIEW_SEEDS", "0-400").split("-"))
        clients = {"inbound": self.inbound(), "outbound": self.outbound()}
        for seed in range(first, last):
            direction = ("inbound", "outbound")[seed % 2]
            with self.subTest(seed):
                self.send(clients[direction], direction,
                          odd_messages.generated(seed),
                          " BODY=8BITMIME SMTPUTF8" if seed % 3 else "")


RECIPIENTS = {
    "Bob@CHAT.example": "bob@chat.example",
    "Bob@Other.EXAMPLE": "bob@other.example",
    '"Bob"@chat.example': "bob@chat.example",
    '"b ob"@chat.example': '"b ob"@chat.example',
    "bob.@chat.example": '"bob."@chat.example',
    '"a@b.example"@chat.example': "a@b.example",
    "@x.example:bob@chat.example": "bob@chat.example",
    "bob@chat.example.": "bob@chat.example",
    "a%b@chat.example": "a%b@chat.example",
    "a!b@chat.example": "a!b@chat.example",
    "bob+Note@chat.example": "bob+note@chat.example",
    "bob": "bob@chat.example",
}


if __name__ == "__main__":
    unittest.main()
