"""What the programs of a relay serve, and how they came to it."""

import time
import unittest

import authority

MOST_EXPOSURE = 2.0


class ServedTest(unittest.TestCase):
    """`relay` is the subclass's."""

    relay = None

    def expect_served(self, before, seconds=40):
        """Every program comes to serve one certificate that is not `before`."""
        end = time.monotonic() + seconds
        while True:
            served = self.relay.fingerprints()
            values = set(served.values())
            if len(values) == 1 and "" not in values and not (
                    values & set(before.values())):
                return served
            if time.monotonic() > end:
                self.fail("%s, before %s" % (served, before))
            time.sleep(1)

    def fingerprint_of(self, path):
        return self.relay.run(
            "openssl x509 -noout -fingerprint -sha256 -in " + path
        ).strip().rpartition("=")[2]

    def expect_served_is(self, path, before):
        served = self.expect_served(before)
        self.assertEqual({self.fingerprint_of(path)}, set(served.values()))
        return served

    def refused(self, ini, words="--skip-dns-check"):
        """What a `chatmail run` said that could not do it."""
        self.relay.write("/etc/chatmail/chatmail.ini", ini)
        said = self.relay.run("chatmail run %s 2>&1; echo status $?" % words)
        self.assertTrue(said.endswith("status 1\n"), said)
        return said

    def expect_nothing_to_do(self, ini):
        pids = self.relay.main_pids()
        self.assertIn("All are as they should be", self.relay.become(ini))
        self.assertEqual(pids, self.relay.main_pids())

    def expect_safe(self, unit):
        exposure, table = self.relay.exposure(unit)
        self.assertLessEqual(exposure, MOST_EXPOSURE, table)

    def expect_issued_for(self, names):
        """By pebble, for these names alone, and whoever checks takes it."""
        told = self.relay.run("openssl x509 -noout -text -in " +
                              authority.ISSUED)
        self.assertRegex(told, "Issuer: CN *= *Pebble")
        self.assertIn("Public-Key: (256 bit)", told)
        line = next(line for line in told.splitlines() if "DNS:" in line)
        self.assertEqual(sorted(names), sorted(
            word.strip().removeprefix("DNS:") for word in line.split(",")))
        for name in names:
            self.relay.run("curl -sS -o /dev/null --resolve %s:443:127.0.0.1"
                           " https://%s/" % (name, name))
