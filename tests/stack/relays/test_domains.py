"""One host with the addresses of two domains."""

import re
import unittest

from harness import postfix

from relays import world
from relays.test_acceptance import encrypted
from relays.world import A, B

SECOND = "_second.example"


class DomainsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(prepare=cls.prepare)
        cls.addClassCleanup(cls.world.close)
        cls.world.relays[SECOND] = cls.world.a

    @classmethod
    def prepare(cls, made):
        path = "/etc/chatmail/chatmail.ini"
        with open(made.a.host.path(path), "a", encoding="utf-8") as file:
            file.write("more_mail_domains = %s\n" % SECOND)
        made.a.host.run("chatmail", "render", "--config", path, "--templates",
                        postfix.SOURCE + "/deploy/templates", "--into", "/.")
        # Its MX is the host, and its key is the host's.
        made.network.add_records(
            "%s. 60 IN MX 10 %s.\n" % (SECOND, A) +
            "".join(line + "\n" for line in made.a.zone().replace(
                "_domainkey." + A, "_domainkey." + SECOND).splitlines()
                if "_domainkey" in line))

    def exchange(self, sender, recipient):
        """Sends an encrypted message; gives what is in the mailbox."""
        reply = self.world.submit(sender, [recipient], encrypted(sender))
        self.assertEqual(250, reply.code, str(reply))
        return self.world.wait_for_mail(recipient,
                                        lambda o: sender.encode() in o)

    def test_both_domains_send_and_receive(self):
        # The same local-part twice: two accounts.
        names = ["ann%06d@%s" % (1, domain) for domain in (A, SECOND, B)]
        self.world.make_accounts(*names)
        first, second, remote = names
        for sender, recipient in ((second, remote), (remote, second),
                                  (first, second), (second, first),
                                  (first, remote)):
            with self.subTest(sender=sender, recipient=recipient):
                octets = self.exchange(sender, recipient)
                self.assertTrue(re.search(
                    rb"(?m)^From: <%s>\r?$" % sender.encode(), octets))

    def test_neither_sends_as_the_other(self):
        first, second = "bob000001@" + A, "bob000001@" + SECOND
        self.world.make_accounts(first, second)
        reply = self.world.submit(first, [second], encrypted(second),
                                  mail_from=second)
        self.assertEqual(553, reply.code, str(reply))


if __name__ == "__main__":
    unittest.main()
