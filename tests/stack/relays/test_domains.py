"""One host with the addresses of two domains."""

import json
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
            file.write("more_mail_domains = %s\nwww_folder = %s/deploy/www\n"
                       "privacy_postal = Nobody, Nowhere\n"
                       "privacy_mail = p@_a.example\n" % (
                           SECOND, postfix.SOURCE))
        made.a.host.run("chatmail", "render", "--config", path, "--templates",
                        postfix.SOURCE + "/deploy/templates", "--into", "/.")
        made.a.certify(SECOND)
        made.a.host.run("chatmail", "webpage", "--config", path)
        # Its MX is the host, and its key is the host's.
        made.network.add_records(
            "{s}. 60 IN A {a}\n{s}. 60 IN MX 10 {d}.\n".format(
                s=SECOND, a=made.a.address, d=A) +
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

    def test_each_gives_addresses_of_its_own(self):
        for domain in (A, SECOND):
            with self.subTest(domain):
                answer = json.loads(self.world.curl(
                    "https://%s/new" % domain, "-X", "POST"))
                self.assertTrue(answer["email"].endswith("@" + domain), answer)
                self.world.imap(answer["email"], answer["password"]).logout()

    def test_each_has_its_page_and_its_code(self):
        for domain, other in ((A, SECOND), (SECOND, A)):
            with self.subTest(domain):
                page = self.world.curl("https://%s/" % domain)
                self.assertIn("dcaccount:" + domain, page)
                self.assertNotIn(other, page)
                code = self.world.curl("https://%s/account.svg" % domain)
                self.assertIn("<svg", code)
                self.assertNotEqual(
                    code, self.world.curl("https://%s/account.svg" % other))
                self.assertIn("<h1", self.world.curl(
                    "https://%s/privacy.html" % domain))

    def test_who_scans_the_code_of_the_second_is_of_the_second(self):
        core = self.world.core("today")
        sonja = self.world.account(core, "sonja", SECOND)
        self.assertTrue(sonja.address.endswith("@" + SECOND), sonja.address)
        first = self.world.account(self.world.core("other"), "adam", A)
        self.assertTrue(first.address.endswith("@" + A), first.address)
        old = self.world.account(self.world.core("old", "old"), "olga", SECOND)
        self.assertTrue(old.address.endswith("@" + SECOND), old.address)
        for sender in (sonja, old):
            text = "from the second domain, by " + sender.name
            sender.send(sender.befriend(first), text)
            _, message = first.wait_for_message(text)
            self.assertTrue(message["showPadlock"])
            first.send(message["chatId"], "answer to " + sender.name)
            sender.wait_for_message("answer to " + sender.name)

    def test_neither_sends_as_the_other(self):
        first, second = "bob000001@" + A, "bob000001@" + SECOND
        self.world.make_accounts(first, second)
        reply = self.world.submit(first, [second], encrypted(second),
                                  mail_from=second)
        self.assertEqual(553, reply.code, str(reply))


if __name__ == "__main__":
    unittest.main()
