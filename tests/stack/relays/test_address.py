"""A relay without a name, user@[10.99.0.4], and one with a name."""

import json
import unittest

from relays import world
from relays.test_acceptance import encrypted
from relays.world import A

# The fourth host of a world.
ADDRESS = "10.99.0.4"
LITERAL = "[%s]" % ADDRESS


class AddressTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(domains=(A, ADDRESS))
        cls.addClassCleanup(cls.world.close)
        if cls.world.b.address != ADDRESS:
            raise AssertionError("the relay is at " + cls.world.b.address)

    def account(self, core, name):
        return self.world.account(core, name, ADDRESS)

    def test_clients_of_both_write_to_each_other(self):
        today = self.world.core("today")
        alice = self.world.account(today, "alice", A)
        nora = self.account(self.world.core("nora"), "nora")
        self.assertTrue(nora.address.endswith("@" + LITERAL), nora.address)
        chat = nora.befriend(alice)
        nora.send(chat, "from an address")
        _, message = alice.wait_for_message("from an address")
        self.assertTrue(message["showPadlock"])
        alice.send(message["chatId"], "from a name")
        nora.wait_for_message("from a name")
        olaf = self.account(self.world.core("olaf"), "olaf")
        olaf.send(olaf.befriend(nora), "at the same address")
        nora.wait_for_message("at the same address")

    def test_an_old_client_writes_from_an_address_too(self):
        alice = self.world.account(self.world.core("other"), "alice", A)
        otto = self.world.account(self.world.core("old", "old"), "otto",
                                  ADDRESS)
        self.assertTrue(otto.address.endswith("@" + LITERAL), otto.address)
        otto.send(otto.befriend(alice), "from an old one at an address")
        _, message = alice.wait_for_message("from an old one at an address")
        self.assertTrue(message["showPadlock"])
        alice.send(message["chatId"], "from a name to an old one")
        otto.wait_for_message("from a name to an old one")

    def test_no_key_is_asked_for_in_the_dns(self):
        text = self.world.b.host.run(
            "sh", "-c", "chatmail test --json --patience 10 2>/dev/null; :")
        steps = {step["step"]: step
                 for step in map(json.loads, text.splitlines())}
        for name in ("the DNS publishes our DKIM key",
                     "a signature of ours holds by the DNS"):
            self.assertEqual("not applicable", steps[name]["result"])
            self.assertIn("at an IP address", steps[name]["said"])

    def test_its_mail_is_taken_from_its_own_address_alone(self):
        bob = "fromaddr1@" + A
        self.world.make_accounts(bob)
        author = "somebody1@" + LITERAL
        reply = self.world.hand_in(self.world.a, author, [bob],
                                   encrypted(author))
        self.assertEqual(554, reply.code, str(reply))
        self.assertIn("does not come from " + LITERAL, reply.text)


if __name__ == "__main__":
    unittest.main()
