"""Relays that meet by IPv6, and one that has none of it."""

import functools
import re
import unittest

from harness import smtp

from relays import relay, world
from relays.test_acceptance import encrypted
from relays.world import A, B, PASSWORD

C = "_c.example"
# The sixth host of a world.
D = "2001:db8:99::6"
# Two customers of some provider, each with a /64 of its own.
CUSTOMERS = ("2001:db8:77:1::", "2001:db8:77:2::")
CREATIONS = 3
BURST = 12
COUNTED = ("max_creations_per_network = %d" % CREATIONS,
           "max_network_send_per_minute = 1",
           "max_network_send_burst_size = %d" % BURST)
REFUSED, UNREACHED = "customer9", "nobody123@" + B
# What the tests have in the log, and a machine that is busy.
PROVOKED = (REFUSED, UNREACHED, "no MX host for %s has a valid address" % B,
            "file system clock", "resetting file time stamps")
TROUBLE = re.compile(r"(?i)\b(warning|error|fatal|panic|critical)\b")


def by_ipv6_alone(network, domain, settings):
    return relay.Relay(network, domain, (*settings, *COUNTED), "6")


def without_ipv6(network, domain, settings):
    """Its host has an address of IPv6, and the DNS says so."""
    return relay.Relay(network, domain, (*settings, "disable_ipv6 = True"),
                       "46")


class Ipv6Test(unittest.TestCase):
    """A has both protocols, B has IPv6 alone, and C may not use IPv6.

    D has an address of IPv6 and no name.
    """

    @classmethod
    def setUpClass(cls):
        cls.world = world.World(
            domains=(A, B, C, D), protocols="46", makers={
                A: functools.partial(relay.Relay, protocols="46"),
                B: by_ipv6_alone, C: without_ipv6,
                D: functools.partial(relay.Relay, protocols="6")})
        cls.addClassCleanup(cls.world.close)
        cls.a, cls.b, cls.c, cls.d = cls.world.relays.values()
        if cls.d.address != D:
            raise AssertionError("the relay is at " + cls.d.address)
        # The customers are at the desk, beside its own address.
        cls.b.host.run("ip", "-6", "route", "add", "2001:db8:77::/48", "dev",
                       "eth0")
        for customer in CUSTOMERS:
            for number in range(1, CREATIONS + 2):
                cls.world.desk.run("ip", "addr", "add", "%s%d/64" % (
                    customer, number), "dev", "eth0", "nodad")

    def chat(self, first, second):
        chat = first.befriend(second)
        first.send(chat, "from " + first.name)
        _, message = second.wait_for_message("from " + first.name)
        self.assertTrue(message["showPadlock"])
        second.send(message["chatId"], "from " + second.name)
        first.wait_for_message("from " + second.name)

    def handed_over(self, there, recipient):
        """By the log of a relay: whom mail to a recipient was given to."""
        return set(re.findall(
            r"to=<%s>, .*relay=\S+\[([0-9a-f.:]+)\]:25, .*status=sent" %
            re.escape(recipient), there.logs()))

    def test_clients_write_to_each_other_where_ipv6_is_all_there_is(self):
        self.assertEqual(["127.0.0.1/8"], re.findall(
            r"inet (\S+)", self.b.host.run("ip", "-4", "addr")))
        alice = self.world.account(self.world.core("alice"), "alice", A)
        bob = self.world.account(self.world.core("bob"), "bob", B)
        self.chat(bob, alice)
        self.assertEqual({self.b.address},
                         self.handed_over(self.a, bob.address))
        self.assertEqual({self.a.addresses[1]},
                         self.handed_over(self.b, alice.address))

    def test_who_has_none_of_it_writes_to_who_has_both(self):
        self.assertEqual("", self.c.host.run("ss", "-Hlntu6"))
        anna = self.world.account(self.world.core("anna"), "anna", A)
        cora = self.world.account(self.world.core("cora"), "cora", C)
        self.chat(cora, anna)
        # A tries what the DNS says, and goes on to what answers.
        for there, account, to in ((self.a, cora, self.c),
                                   (self.c, anna, self.a)):
            self.assertEqual({to.addresses[0]},
                             self.handed_over(there, account.address))

    def test_a_relay_without_a_name_has_an_address_of_ipv6(self):
        adam = self.world.account(self.world.core("adam"), "adam", A)
        for version in ("today", "old"):
            with self.subTest(version):
                dora = self.world.account(
                    self.world.core("dora " + version, version),
                    "dora " + version, D)
                self.assertTrue(dora.address.endswith("@[ipv6:%s]" % D),
                                dora.address)
                self.chat(dora, adam)
                self.assertEqual({D}, self.handed_over(self.a, dora.address))

    def test_its_mail_is_taken_from_its_own_address_alone(self):
        anna = "fromaddr6@" + A
        self.world.make_accounts(anna)
        author = "somebody1@" + self.d.address_domain
        reply = self.world.hand_in(self.a, author, [anna], encrypted(author))
        self.assertEqual(554, reply.code, str(reply))
        self.assertIn("does not come from [ipv6:%s]" % D, reply.text)

    def test_who_cannot_be_reached_is_told_to_the_sender(self):
        carl = "unreached@" + C
        self.world.make_accounts(carl)
        reply = self.world.submit(carl, [UNREACHED], encrypted(carl))
        self.assertEqual(250, reply.code, str(reply))
        octets = self.world.wait_for_mail(carl, lambda o: B.encode() in o)
        self.assertRegex(octets, rb"(?m)^Status: 5\.4\.4")

    def log_in(self, source, name):
        """A connection of B's submission port from an address."""
        client = smtp.Client(465, tls=True, host=self.b.address, source=source)
        self.addCleanup(client.close)
        client.command("EHLO client.example")
        return client, client.login(name + "@" + B, PASSWORD)

    def test_a_customer_of_a_provider_is_counted_as_one(self):
        first, second = CUSTOMERS
        clients = []
        for number in range(1, CREATIONS + 1):
            client, reply = self.log_in(first + str(number),
                                        "customer%d" % number)
            self.assertEqual(235, reply.code, str(reply))
            clients.append(client)
        _, reply = self.log_in(first + str(CREATIONS + 1), REFUSED)
        self.assertNotEqual(235, reply.code)
        self.assertIn("registration rejected: too many new accounts from one "
                      "network", self.b.logs())
        other, reply = self.log_in(second + "1", "customer0")
        self.assertEqual(235, reply.code, str(reply))
        # So is what they send, from whatever account.
        replies = []
        for number in range(BURST + 1):
            author = "customer%d@%s" % (number % CREATIONS + 1, B)
            replies.append(clients[number % CREATIONS].send(
                author, [author], encrypted(author)))
        self.assertEqual([250] * BURST, [one.code for one in replies[:-1]])
        self.assertEqual(450, replies[-1].code, str(replies[-1]))
        self.assertIn("4.7.1", replies[-1].text)
        author = "customer0@" + B
        reply = other.send(author, [author], encrypted(author))
        self.assertEqual(250, reply.code, str(reply))

    def test_zz_nobody_complained(self):
        # After all others: test methods run by name.
        for there in self.world.relays.values():
            self.assertEqual(
                [], [line for line in there.logs().splitlines()
                     if TROUBLE.search(line) and
                     not any(text in line for text in PROVOKED)],
                there.domain)


if __name__ == "__main__":
    unittest.main()
