"""How relays meet: verified TLS, and one that is dead harms nobody else."""

import time
import unittest

from harness import sandbox

from relays import world
from relays.test_acceptance import encrypted
from relays.world import A

# A name that an authority certifies, unlike that of A.
C = "c.example"
NOT_C = "other.example"
DEAD = "dead.example"


class FederationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(domains=(A, C), prepare=cls.prepare)
        cls.addClassCleanup(cls.world.close)
        cls.a, cls.c = cls.world.a, cls.world.b

    @classmethod
    def prepare(cls, made):
        # Mail for `other` comes to C's host, which is certified as C only; at
        # DEAD's address there is nobody.
        made.network.add_records(
            "{o}. 60 IN A {c}\n{o}. 60 IN MX 10 {o}.\n"
            "{d}. 60 IN A 10.99.0.99\n{d}. 60 IN MX 10 {d}.\n".format(
                o=NOT_C, c=made.b.address, d=DEAD))
        for there in made.relays.values():
            # How a connection was, in the log.
            there.host.run("postconf", "-e", "smtp_tls_loglevel=1")

    def submit(self, sender, *recipients):
        reply = self.world.submit(sender, recipients, encrypted(sender))
        self.assertEqual(250, reply.code, str(reply))

    def test_a_certified_relay_is_verified(self):
        alice, carol = "verified1@" + A, "verified2@" + C
        self.world.make_accounts(alice, carol)
        self.submit(alice, carol)
        self.world.wait_for_mail(carol, lambda o: alice.encode() in o)
        self.assertRegex(self.a.logs(),
                         "Verified TLS connection established to " + C)
        # And back, to one that nobody certifies.
        self.submit(carol, alice)
        self.world.wait_for_mail(alice, lambda o: carol.encode() in o)
        self.assertNotIn("Verified TLS connection established to " + A,
                         self.c.logs())

    def test_a_relay_with_the_name_of_another_gets_nothing(self):
        alice = "imposter1@" + A
        self.world.make_accounts(alice)
        self.submit(alice, "x@" + NOT_C)
        sandbox.wait_for(
            lambda: "Server certificate not verified" in self.a.logs(), 30,
            "the delivery is put off:\n" + self.a.logs())
        self.assertNotIn("to=<x@%s>" % NOT_C, self.c.logs())

    def test_a_dead_relay_holds_up_nobody_elses_mail(self):
        alice, carol = "nobodyels@" + A, "everybody@" + C
        self.world.make_accounts(alice, carol)
        for number in range(40):
            self.submit(alice, "%d@%s" % (number, DEAD))
        begin = time.monotonic()
        self.submit(alice, carol)
        self.world.wait_for_mail(carol, lambda o: alice.encode() in o)
        self.assertLess(time.monotonic() - begin, 5)


if __name__ == "__main__":
    unittest.main()
