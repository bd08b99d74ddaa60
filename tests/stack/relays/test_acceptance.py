"""What every chatmail relay is held to, on the wire of two of them."""

import os
import re
import time
import unittest

from harness import milter, sandbox
from harness.letter import letter as encrypted

from relays import wiretap, world
from relays.world import A, B

DAY = 86400


class AcceptanceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(settings=world.GENEROUS)
        cls.addClassCleanup(cls.world.close)

    def accounts(self, *names):
        """Addresses that exist now."""
        self.world.make_accounts(*names)
        return names

    def test_a_forged_author_is_refused(self):
        alice, bob = self.accounts("forgedfro@" + A, "forgedfr2@" + A)
        reply = self.world.submit(alice, [bob], encrypted(bob))
        self.assertEqual(500, reply.code, str(reply))
        self.assertIn("Invalid FROM", reply.text)

    def test_another_sender_than_the_login_is_refused(self):
        alice, bob = self.accounts("forgedsnd@" + A, "forgeds02@" + A)
        reply = self.world.submit(alice, [bob], encrypted(bob), mail_from=bob)
        self.assertEqual(553, reply.code, str(reply))

    def test_readable_mail_does_not_leave(self):
        alice, bob = self.accounts("cleartxt1@" + A, "cleartxt2@" + B)
        reply = self.world.submit(
            alice, [bob], b"From: <%s>\r\nSubject: hi\r\nMessage-ID: <1@b>\r\n"
            b"\r\nHello\r\n" % alice.encode())
        self.assertEqual(523, reply.code, str(reply))
        self.assertIn("Encryption Needed: Invalid Unencrypted Mail",
                      reply.text)

    def test_mail_without_a_signature_is_refused(self):
        bob, = self.accounts("unsigned1@" + B)
        author = "somebody@_c.example"
        reply = self.world.hand_in(self.world.b, author, [bob],
                                   encrypted(author))
        self.assertEqual(554, reply.code, str(reply))
        self.assertIn("No DKIM signature found", reply.text)

    def test_mail_with_the_key_of_another_domain_is_refused(self):
        bob, = self.accounts("unsigned2@" + B)
        author = "somebody@_c.example"
        key = self.world.a.host.path("/etc/dkimkeys/opendkim.private")
        reply = self.world.hand_in(
            self.world.b, author, [bob],
            world.sign(key, milter.SELECTOR, A, encrypted(author)))
        self.assertEqual(554, reply.code, str(reply))
        self.assertIn("No valid DKIM signature found", reply.text)

    def test_an_unsigned_relay_of_the_same_name_is_no_relay_of_ours(self):
        # Nobody submits on port 25, and nobody relays there.
        reply = self.world.hand_in(self.world.b, "x@_c.example",
                                   ["y@_d.example"], encrypted("x@_c.example"))
        self.assertEqual(554, reply.code, str(reply))
        self.assertIn("Relay access denied", reply.text)

    def test_what_tells_of_the_client_does_not_arrive(self):
        alice, bob, carol = self.accounts("stripped1@" + A, "stripped2@" + A,
                                          "stripped3@" + B)
        reply = self.world.submit(alice, [bob, carol], encrypted(
            alice, "Received: from home (home [192.0.2.77]) by there",
            "X-Originating-IP: 192.0.2.77", "X-Mailer: Mine 1",
            "User-Agent: Mine 1").replace(b"Subject: [...]",
                                          b"Subject: what I think"))
        self.assertEqual(250, reply.code, str(reply))
        for recipient in (bob, carol):
            octets = self.world.wait_for_mail(
                recipient, lambda o: b"From: <%s>" % alice.encode() in o)
            head = octets.partition(b"\r\n\r\n")[0]
            self.assertIn(b"Subject: [...]", head)
            for text in (b"192.0.2.77", self.world.desk_address.encode(),
                         b"Received:", b"X-Mailer", b"User-Agent",
                         b"X-Originating", b"what I think", b"DKIM-Signature",
                         b"Authentication-Results"):
                self.assertNotIn(text, head)

    def test_a_remote_unknown_user_is_told_to_the_sender(self):
        alice, = self.accounts("whoisthis@" + A)
        unknown = "nobody123@" + B
        reply = self.world.submit(alice, [unknown], encrypted(alice))
        self.assertEqual(250, reply.code, str(reply))
        octets = self.world.wait_for_mail(alice,
                                          lambda o: unknown.encode() in o)
        self.assertIn(b"multipart/report", octets)
        self.assertRegex(octets, rb"(?m)^Status: 5\.1\.1")

    def test_mail_for_accounts_of_both_kinds_bounces_for_the_unknown(self):
        # One that exists has the other relay take it: then it is B's bounce,
        # signed by B, or A would not have it.
        alice, bob = self.accounts("bothkinds@" + A, "bothkind2@" + B)
        unknown = "nobody456@" + B
        reply = self.world.submit(alice, [bob, unknown], encrypted(alice))
        self.assertEqual(250, reply.code, str(reply))
        self.world.wait_for_mail(bob, lambda o: alice.encode() in o)
        octets = self.world.wait_for_mail(alice,
                                          lambda o: unknown.encode() in o)
        self.assertIn(b"MAILER-DAEMON@" + B.encode(), octets)
        self.assertRegex(octets, rb"(?m)^Reporting-MTA: dns; _b\.example")

    def test_old_mail_and_unused_accounts_go(self):
        alice, bob, away = self.accounts("expunged1@" + A, "expunged2@" + A,
                                         "expunged3@" + A)
        for _ in range(2):
            reply = self.world.submit(alice, [bob], encrypted(alice))
            self.assertEqual(250, reply.code, str(reply))
            self.world.append(bob, 500000)
        self.world.wait_for_mail(bob, lambda _: len(
            self.world.inbox(bob)) == 4)
        # Read: only then is a large one older than a week removed.
        client = self.world.imap(bob)
        client.select("INBOX")
        client.store("1:4", "+FLAGS", "\\Seen")
        client.logout()
        current = self.world.a.mailbox(bob, "cur")
        paths = sorted((os.path.join(current, name)
                        for name in os.listdir(current)),
                       key=lambda path: int(re.search(r",S=(\d+)",
                                                      path).group(1)))
        self.assertEqual(4, len(paths))
        for path, days in zip(paths, (19, 21, 6, 8)):
            os.utime(path, (time.time() - days * DAY,) * 2)
        password = self.world.a.mailbox(away, "password")
        os.utime(password, (time.time() - 91 * DAY,) * 2)
        self.world.a.host.run(
            "setpriv", "--reuid", "vmail", "--regid", "vmail",
            "--clear-groups", "/usr/bin/chatmail-expire", "--remove")
        self.assertEqual(2, len(self.world.inbox(bob)))
        self.assertEqual([paths[0], paths[2]],
                         [path for path in paths if os.path.exists(path)])
        self.assertFalse(os.path.exists(self.world.a.mailbox(away)))
        self.assertTrue(os.path.exists(self.world.a.mailbox(alice)))


class FullMailboxTest(unittest.TestCase):
    """Mailboxes of 1 MB."""

    @classmethod
    def setUpClass(cls):
        cls.world = world.World(
            (*world.GENEROUS, "max_mailbox_size = 1M"),
            prepare=lambda made: wiretap.stand_before(made, A))
        cls.addClassCleanup(cls.world.close)
        cls.tap = wiretap.listen(cls.world, A)

    def fill_up(self, address):
        """Beyond what may be there: a delivery may exceed it by a tenth."""
        self.world.append(address, 1000)
        there = self.world.relays[address.partition("@")[2]]
        folder = there.mailbox(address, "cur")
        octets = 1200000
        path = os.path.join(folder, "%d.M1P1.full,S=%d,W=%d:2,S" % (
            time.time(), octets, octets))
        with open(path, "wb") as file:
            file.write(b"Subject: [...]\r\n\r\n".ljust(octets, b"x"))
        owner = os.stat(folder)
        os.chown(path, owner.st_uid, owner.st_gid)
        os.unlink(there.mailbox(address, "maildirsize"))

    def test_for_full_mailboxes_alone_mail_is_not_taken(self):
        self.world.make_accounts("fullbox01@" + B, "fullbox02@" + B)
        for name in ("fullbox01@", "fullbox02@"):
            self.fill_up(name + B)
        author = "somebody@_c.example"
        octets = encrypted(author)
        reply = self.world.hand_in(
            self.world.b, author, ["fullbox01@" + B, "fullbox02@" + B], octets,
            " SIZE=%d" % len(octets))
        self.assertEqual(452, reply.code, str(reply))
        self.assertIn("4.2.2", reply.text)
        self.assertEqual("RCPT", reply.stage)

    def test_a_full_mailbox_keeps_the_mail_at_the_senders_relay(self):
        alice, bob = "waitsfor1@" + A, "fullbox03@" + B
        self.world.make_accounts(alice, bob)
        self.fill_up(bob)
        reply = self.world.submit(alice, [bob], encrypted(alice))
        self.assertEqual(250, reply.code, str(reply))
        answer = r"to=<%s>,.* status=deferred .*said: 452 4\.2\.2 " % bob
        sandbox.wait_for(lambda: re.search(answer, self.world.a.logs()), 30,
                         "the delivery is put off:\n" + self.world.a.logs())
        self.assertNotRegex(self.world.b.logs(), "lmtp.* to=<%s>" % bob)
        # There is room again, and nothing was lost.
        client = self.world.imap(bob)
        client.select("INBOX")
        client.store("1:*", "+FLAGS", "\\Deleted")
        client.expunge()
        client.logout()
        self.world.a.host.run("postqueue", "-f")
        self.world.wait_for_mail(bob, lambda o: alice.encode() in o)

    def expect_signed_by(self, there, octets):
        """By another verifier than ours, with what the DNS says."""
        import dkim  # pylint: disable=import-outside-toplevel
        record = re.search(r"_domainkey\.%s\. 60 IN TXT (.*)" % there.domain,
                           there.zone()).group(1)
        record = "".join(re.findall(r'"([^"]*)"', record)).encode()
        self.assertTrue(dkim.verify(octets, dnsfunc=lambda name, **_: (
            record if name == b"opendkim._domainkey.%s." %
            there.domain.encode() else None)), octets)

    def test_a_bounce_of_a_remote_mailbox_over_quota_reaches_the_sender(self):
        # Small enough for nobody to know before that it does not fit.
        alice, bob = "overquot1@" + A, "overquot2@" + B
        self.world.make_accounts(alice, bob)
        self.world.append(bob, (1 << 20) - 5000)
        # Signed by A, and handed in without SIZE, so that B finds out late.
        key = self.world.a.host.path("/etc/dkimkeys/opendkim.private")
        octets = world.sign(key, milter.SELECTOR, A,
                            encrypted(alice, padding=200000))
        reply = self.world.hand_in(self.world.b, alice, [bob], octets)
        self.assertEqual((250, "end"), (reply.code, reply.stage), str(reply))
        bounce = self.world.wait_for_mail(alice, lambda o: bob.encode() in o)
        self.assertIn(b"MAILER-DAEMON@" + B.encode(), bounce)
        self.assertRegex(bounce, rb"(?m)^Status: 5\.2\.2")
        log = self.world.a.logs()
        self.assertNotRegex(log, "milter-reject.*MAILER-DAEMON")
        signed, = (octets for octets in self.tap.messages()
                   if b"multipart/report" in octets and bob.encode() in octets)
        self.expect_signed_by(self.world.b, signed)
        # And without the signature A would not have it.
        reply = self.world.hand_in(self.world.a, "", [alice], bounce)
        self.assertEqual(554, reply.code, str(reply))
        self.assertIn("No DKIM signature found", reply.text)


class LimitTest(unittest.TestCase):
    """The limits that a relay has without saying so."""

    BURST = 10

    @classmethod
    def setUpClass(cls):
        cls.world = world.World(settings=())
        cls.addClassCleanup(cls.world.close)

    def test_too_much_mail_waits_and_never_before_the_burst(self):
        alice, bob = "limited01@" + A, "limited02@" + A
        self.world.make_accounts(alice, bob)
        replies = []
        with self.world.submission(alice) as client:
            for _ in range(3 * self.BURST):
                replies.append(client.send(alice, [bob], encrypted(alice)))
                if replies[-1].code != 250:
                    break
        self.assertEqual([250] * self.BURST,
                         [reply.code for reply in replies[:self.BURST]])
        last = replies[-1]
        self.assertEqual(450, last.code, str(last))
        self.assertEqual("RCPT", last.stage)
        self.assertIn("4.7.1: Too much mail from <%s>" % alice, last.text)
        # Another account goes on.
        reply = self.world.submit(bob, [alice], encrypted(bob))
        self.assertEqual(250, reply.code, str(reply))


if __name__ == "__main__":
    unittest.main()
