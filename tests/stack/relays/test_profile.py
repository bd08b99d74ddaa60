"""A profile that is on two relays, and a channel with those who listen to it."""

import unittest

from relays import world
from relays.world import A, B


class ProfileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World()
        cls.addClassCleanup(cls.world.close)
        cls.alice = cls.world.account(cls.world.core("alice"), "alice", A)
        cls.bob = cls.world.account(cls.world.core("bob"), "bob", B)

    def test_a_channel_reaches_who_listens_on_another_relay(self):
        # What is posted is encrypted to a secret that all of them have.
        channel = self.alice.call("create_broadcast", "news")
        erin = self.world.account(self.world.core("erin"), "erin", A)
        for listener in (self.bob, erin):
            listener.join(self.alice.qr(channel))
        self.alice.send(channel, "to all who listen")
        for listener in (self.bob, erin):
            _, message = listener.wait_for_message("to all who listen")
            self.assertTrue(message["showPadlock"])
            self.assertEqual("news", listener.call(
                "get_basic_chat_info", message["chatId"])["name"])

    def test_where_one_relay_is_away_mail_comes_by_the_other(self):
        chat = self.bob.befriend(self.alice)
        self.bob.call("add_transport_from_qr", "dcaccount:" + A)
        first, second = (transport["addr"] for transport in
                         self.bob.call("list_transports"))
        self.assertEqual(self.bob.address, first)
        self.assertTrue(second.endswith("@" + A), second)
        self.bob.send(chat, "from two relays")
        _, message = self.alice.wait_for_message("from two relays")
        self.world.b.stop_service("dovecot")
        self.alice.send(message["chatId"], "to the one that is there")
        self.bob.wait_for_message("to the one that is there")
        self.assertRegex(self.world.a.logs(),
                         "lmtp.* to=<%s>, .* status=sent" % second)


if __name__ == "__main__":
    unittest.main()
