"""Behind the milter: what was accepted is delivered octet for octet.

To a server that takes 8-bit octets and to one that does not, by LMTP and by
SMTP.  Postfix would encode or fold the message for some of them, after it was
signed; the documented lines keep it from that.
"""

import os
import unittest

import dkim

from harness import lane, milter, postfix, relay, sandbox, signature, sink, smtp
from harness.build import FOLDER
from harness.relay import ALICE
from harness.session import PORTS

# The lines of deploy/templates/postfix/main.cf that are tested here.
LINES = ("disable_mime_output_conversion", "smtp_line_length_limit",
         "lmtp_line_length_limit")
MESSAGE = (b"From: <%s>\r\nTo: <u@_a.example>\r\nSubject: lunch\r\n"
           b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
           b"Message-ID: <1@localhost>\r\nMIME-Version: 1.0\r\n"
           b"Content-Type: text/plain; charset=utf-8\r\n"
           b"Content-Transfer-Encoding: 8bit\r\n\r\n"
           b"Sch\xc3\xb6n! =20 .\r\n%s\r\n.a\r\n"
           % (ALICE.encode(), b"a long line " * 300))


class BehindTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.sinks = {
            "%s%d@%s" % (protocol, eight_bit, relay.DOMAIN):
            sink.Sink(protocol, eight_bit)
            for protocol in ("lmtp", "smtp") for eight_bit in (True, False)}
        cls.relay = relay.Relay(cls.box, PORTS, os.path.join(FOLDER, "bin"))
        cls.deliver_to_sinks(cls.relay.postfix)
        cls.relay.start()
        cls.relay.milter.set_accounts([], list(cls.sinks))
        with open(cls.relay.key, "rb") as file:
            key = file.read()
        cls.signed = dkim.sign(
            MESSAGE, milter.SELECTOR.encode(), relay.DOMAIN.encode(), key,
            canonicalize=(b"simple", b"simple")) + MESSAGE

    @classmethod
    def deliver_to_sinks(cls, server):
        server.main["transport_maps"] = "inline:{ %s }" % ", ".join(
            "{ %s = %s }" % (address, place.transport)
            for address, place in cls.sinks.items())

    def through(self, port, recipient):
        """What comes out for a recipient, without Postfix's own Received."""
        with smtp.Client(port) as client:
            client.command("EHLO client.example")
            reply = client.send(ALICE, [recipient], self.signed,
                                " BODY=8BITMIME")
        self.assertEqual(250, reply.code, str(reply))
        delivery = self.sinks[recipient].wait_for_queue_id(
            lane.queue_id(reply))
        return lane.without_trace(delivery.octets)

    def test_every_server_gets_what_was_accepted(self):
        for recipient in self.sinks:
            with self.subTest(recipient):
                octets = self.through(PORTS["smtp"], recipient)
                self.assertEqual(self.signed, octets)
                self.assertEqual(
                    "", signature.complaint(octets, self.relay.names))

    def test_without_those_lines_a_signature_breaks(self):
        ports = postfix.choose_ports(False)
        other = postfix.Postfix(self.box, relay.DOMAIN, ports, "other")
        self.deliver_to_sinks(other)
        for line in LINES:
            del other.main[line]
        other.main["chatmilter"] = ""
        other.ask_no_policy()
        other.deliver_to("discard:")
        other.start()
        self.addCleanup(other.stop)
        for recipient in self.sinks:
            with self.subTest(recipient):
                octets = self.through(ports["smtp"], recipient)
                self.assertNotEqual(
                    "", signature.complaint(octets, self.relay.names))


if __name__ == "__main__":
    unittest.main()
