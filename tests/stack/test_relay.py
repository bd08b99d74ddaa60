"""The documented lines as a whole: what a message meets on its way through."""

import os
import re
import subprocess
import unittest

from harness import (lane, milter, postfix, relay, sandbox, sasl, signature,
                     smtp)
from harness.relay import ALICE, BOB, DOMAIN, cleartext, encrypted
from harness.build import FOLDER
from harness.session import PORTS


def field(octets, name):
    """The bodies of all fields of that name in a header section."""
    section = octets.split(b"\r\n\r\n")[0] + b"\r\n"
    pattern = rb"(?mi)^%s:(.*(?:\r\n[ \t].*)*)\r\n" % name.encode()
    return re.findall(pattern, section)


class RelayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.relay = relay.Relay(cls.box, PORTS, os.path.join(FOLDER, "bin"))
        cls.relay.start()

    def delivered(self, reply):
        self.assertEqual(250, reply.code, str(reply))
        return self.relay.sink.wait_for_queue_id(lane.queue_id(reply))

    def test_postfix_has_nothing_to_say_about_the_documented_lines(self):
        for command in (["postfix", "-c", self.relay.postfix.config, "check"],
                        ["postconf", "-c", self.relay.postfix.config, "-nf"],
                        ["postconf", "-c", self.relay.postfix.config, "-Mf"]):
            run = subprocess.run(["/usr/sbin/" + command[0]] + command[1:],
                                 capture_output=True, check=True, text=True)
            self.assertEqual("", run.stderr)

    def test_the_document_explains_every_line(self):
        path = os.path.join(postfix.SOURCE, "docs/postfix.md")
        with open(path, encoding="utf-8") as file:
            document = file.read()
        main = postfix.read_main(postfix.rendered("main.cf", DOMAIN))
        master = postfix.read_master(postfix.rendered("master.cf", DOMAIN))
        self.assertGreater(len(main), 50)
        self.assertGreater(len(master), 20)
        for parameter in main:
            self.assertRegex(document, r"[`, ]%s[` ,]" % parameter)
        own = document[document.index("## master.cf"):]
        for service, _ in master:
            self.assertIn("`%s`" % service, own)

    def test_encrypted_mail_of_a_user_leaves_reduced_and_signed(self):
        octets = b"Received: from laptop\r\nX-Mailer: x\r\n" + encrypted()
        delivery = self.delivered(self.relay.submit(octets))
        self.assertEqual([], field(delivery.octets, "Received"))
        self.assertEqual([], field(delivery.octets, "X-Mailer"))
        self.assertEqual([b" [...]"], field(delivery.octets, "Subject"))
        self.assertEqual(1, len(field(delivery.octets, "DKIM-Signature")))
        self.assertIn('"verdict":"accept"', self.relay.check(
            delivery.octets, ALICE, "someone@elsewhere.example"))

    def test_a_signature_fits_its_message_and_no_other(self):
        octets = self.delivered(self.relay.submit(encrypted())).octets
        names = self.relay.names
        self.assertEqual("", signature.complaint(octets, names))
        changed = (octets[:-40] + bytes([octets[-40] ^ 1]) + octets[-39:],
                   octets.replace(b"From: <", b"From: <x", 1),
                   b"Reply-To: <eve@elsewhere.example>\r\n" + octets)
        for other in changed:
            self.assertNotEqual("", signature.complaint(other, names))
        self.assertNotEqual("", signature.complaint(octets, {}))
        self.assertNotEqual("", signature.complaint(octets, names, count=2))

    def test_with_a_second_key_both_signatures_are_valid(self):
        key = milter.make_key(self.box, "ed25519")
        names = dict(self.relay.names)
        names["ed._domainkey." + self.relay.domain] = [
            milter.public_record(key)]
        self.relay.milter.enter(
            self.relay.domain, None, names,
            ["dkim_key_ed25519 = " + key, "dkim_selector_ed25519 = ed"])
        octets = self.delivered(self.relay.submit(encrypted())).octets
        self.assertEqual(
            {b"rsa-sha256", b"ed25519-sha256"},
            {tags[b"a"] for tags in signature.fields(octets)})
        self.assertEqual("", signature.complaint(octets, names, count=2))
        # Each alone lets it in, elsewhere.
        for name in names:
            self.relay.milter.enter(self.relay.domain, None,
                                    {name: names[name]})
            self.delivered(self.relay.hand_in(octets, ALICE))
        self.relay.enter()

    def test_cleartext_of_a_user_is_refused(self):
        reply = self.relay.submit(cleartext())
        self.assertEqual(
            "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail", str(reply))

    def test_a_login_sends_as_itself_alone(self):
        reply = self.relay.submit(encrypted(), mail_from=ALICE, login=BOB)
        self.assertEqual(553, reply.code, str(reply))

    def test_nobody_submits_without_a_login(self):
        with smtp.Client(PORTS["smtps"], tls=True) as client:
            client.command("EHLO client.example")
            reply = client.send(ALICE, [BOB], encrypted())
            self.assertGreaterEqual(reply.code, 500, str(reply))
        with smtp.Client(PORTS["submission"]) as client:
            client.command("EHLO client.example")
            self.assertEqual(530, client.send(ALICE, [BOB], b"").code)

    def test_mail_that_a_user_signed_with_the_relay_comes_in_elsewhere(self):
        signed = self.delivered(self.relay.submit(encrypted())).octets
        delivery = self.delivered(self.relay.hand_in(signed, ALICE))
        self.assertEqual(ALICE, delivery.mail_from)
        self.assertEqual(signed, lane.without_trace(delivery.octets))

    def test_a_reverse_path_that_is_not_the_author_gets_no_bounce(self):
        signed = self.delivered(self.relay.submit(encrypted())).octets
        reply = self.relay.hand_in(signed, "victim@elsewhere.example")
        self.assertEqual("", self.delivered(reply).mail_from)

    def test_a_forged_author_is_refused(self):
        reply = self.relay.hand_in(encrypted(), ALICE)
        self.assertEqual("554 5.7.1 No DKIM signature found", str(reply))

    def test_a_disabled_recipient_is_dropped_in_silence(self):
        signed = self.delivered(self.relay.submit(encrypted())).octets
        third = "disabled1@" + self.relay.domain
        self.relay.milter.set_accounts([ALICE, BOB, third])
        with open(os.path.join(self.relay.milter.mailboxes, third, "DISABLED"),
                  "w", encoding="utf-8"):
            pass
        reply = self.relay.hand_in(signed, ALICE, [BOB, third])
        self.relay.milter.set_accounts([ALICE, BOB])
        self.assertEqual([BOB], self.delivered(reply).rcpt_to)

    def test_a_bounce_is_signed_and_comes_in(self):
        full = "full-user@elsewhere.example"
        self.delivered(self.relay.submit(encrypted(), rcpt_to=[full]))
        bounce = self.relay.sink.wait(lambda d: d.rcpt_to == [ALICE])
        self.assertEqual("", bounce.mail_from)
        self.assertEqual(1, len(field(bounce.octets, "DKIM-Signature")))
        # It returns what the relay itself had signed, so it comes in here.
        delivery = self.delivered(
            self.relay.hand_in(bounce.octets, "", [ALICE]))
        self.assertEqual(("", [ALICE]),
                         (delivery.mail_from, delivery.rcpt_to))

    def test_a_program_of_the_host_may_send_encrypted_mail(self):
        run = self.relay.postfix.sendmail(ALICE, [BOB], encrypted())
        self.assertEqual(0, run.returncode, run.stderr)
        delivery = self.relay.sink.wait(lambda d: d.rcpt_to == [BOB])
        self.assertEqual([], field(delivery.octets, "Received"))
        self.assertIn('"verdict":"accept"', self.relay.check(
            delivery.octets, ALICE, "someone@elsewhere.example"))

    def test_cleartext_of_a_program_of_the_host_comes_back(self):
        self.relay.postfix.sendmail(ALICE, [BOB], cleartext())
        bounce = self.relay.sink.wait(lambda d: d.rcpt_to == [ALICE])
        self.assertEqual("", bounce.mail_from)
        self.assertIn(b"Encryption Needed: Invalid Unencrypted Mail",
                      bounce.octets)
        self.assertEqual(1, len(field(bounce.octets, "DKIM-Signature")))

    def test_postfix_resolves_a_recipient_before_the_milter_sees_it(self):
        reply = self.relay.submit(
            encrypted(), rcpt_to=['"TestUser2"@_A.example'])
        self.delivered(reply)

    def test_an_oversized_header_section_is_refused_in_a_moment(self):
        octets = b"".join(b"X-%d: y\r\n" % n for n in range(50000))
        for reply in (self.relay.submit(octets + encrypted()),
                      self.relay.hand_in(octets + encrypted(), ALICE)):
            self.assertEqual("554 5.6.0 Header section too large", str(reply))

    def test_a_message_over_the_size_limit_is_refused_by_postfix(self):
        octets = encrypted()
        octets += (b"y" * 998 + b"\r\n") * 31500
        reply = self.relay.submit(octets)
        self.assertEqual("552 5.3.4 Error: message file too big", str(reply))

    def test_the_password_is_asked_for(self):
        with smtp.Client(PORTS["smtps"], tls=True) as client:
            client.command("EHLO client.example")
            self.assertEqual(535, client.login(ALICE, "no").code)
            self.assertEqual(235, client.login(ALICE, sasl.PASSWORD).code)


if __name__ == "__main__":
    unittest.main()
