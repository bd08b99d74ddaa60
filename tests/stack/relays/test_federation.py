"""How relays meet: verified TLS, and one that is dead harms nobody else."""

import threading
import time
import unittest

from harness import sandbox

from relays import world
from relays.test_acceptance import encrypted
from relays.world import A

# A name that an authority certifies, unlike that of A.
C = "c.example"
NOT_C = "other.example"
# Where everything vanishes: nobody answers, and nobody says so.
DEAD = "dead.example"
VOID = "10.99.0.99"
DEAD_MAILS = 200


class FederationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(domains=(A, C), prepare=cls.prepare)
        cls.addClassCleanup(cls.world.close)
        cls.a, cls.c = cls.world.a, cls.world.b

    @classmethod
    def prepare(cls, made):
        # Mail for `other` comes to C's host, which is certified as C only.
        made.network.add_records(
            "{o}. 60 IN A {c}\n{o}. 60 IN MX 10 {o}.\n"
            "{d}. 60 IN A {v}\n{d}. 60 IN MX 10 {d}.\n".format(
                o=NOT_C, c=made.b.address, d=DEAD, v=VOID))
        # Frames for a host that is not there are sent all the same.
        made.a.host.run("ip", "neigh", "add", VOID, "lladdr",
                        "02:00:00:00:00:99", "dev", "eth0", "nud", "permanent")
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

    def seconds_to(self, alice, carol):
        """How long a message takes to one that answers."""
        before = len(self.world.inbox(carol))
        begin = time.monotonic()
        self.submit(alice, carol)
        self.world.wait_for_mail(
            carol, lambda _: len(self.world.inbox(carol)) > before)
        return time.monotonic() - begin

    def failed_tries(self):
        return self.a.logs().count("connect to %s[%s]:25: Connection timed out"
                                   % (DEAD, VOID))

    def waiting(self):
        """How many messages wait for the dead one."""
        return self.a.host.run("postqueue", "-j").count("@" + DEAD)

    def test_a_dead_relay_holds_up_nobody_elses_mail(self):
        alice, carol = "nobodyels@" + A, "everybody@" + C
        self.world.make_accounts(alice, carol)
        with self.world.submission(alice) as client:
            for number in range(DEAD_MAILS):
                reply = client.send(alice, ["%d@%s" % (number, DEAD)],
                                    encrypted(alice))
                self.assertEqual(250, reply.code, str(reply))
        tries = Tries(self.a.host)
        self.addCleanup(tries.stop)
        took = [self.seconds_to(alice, carol)]
        sandbox.wait_for(self.failed_tries, 40, "a try has failed:\n" +
                         self.a.logs()[-3000:])
        took.append(self.seconds_to(alice, carol))
        # All of it is tried again, at once.
        before = self.failed_tries()
        self.a.host.run("postqueue", "-f")
        sandbox.wait_for(lambda: tries.now, 20, "it is tried again")
        took.append(self.seconds_to(alice, carol))
        sandbox.wait_for(lambda: self.failed_tries() > before, 40,
                         "that has failed, too")
        took.append(self.seconds_to(alice, carol))
        self.assertEqual(DEAD_MAILS, self.waiting())
        print("%d messages wait for a dead relay, %d connections to it at "
              "most; mail for another took %s s" % (
                  DEAD_MAILS, tries.most,
                  " ".join("%.2f" % seconds for seconds in took)))
        self.assertLess(max(took), sandbox.AT_ONCE)
        self.assertEqual(1, tries.most)


class Tries:
    """How many connections to the void are tried at a time."""

    def __init__(self, host):
        self._host = host
        self._ends = threading.Event()
        self.now = self.most = 0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self):
        while not self._ends.wait(0.1):
            self.now = len(self._host.run(
                "ss", "-Hnt", "state", "syn-sent", "dst",
                VOID).splitlines())
            self.most = max(self.most, self.now)

    def stop(self):
        self._ends.set()
        self._thread.join(10)


if __name__ == "__main__":
    unittest.main()
