"""A relay whose first certificate an authority issues, and what it needs."""

import time

import authority
import relay_system
from authority import ACME, ISSUED, NAME, names_of
from certificates import ServedTest

MOST_PSS_KILOBYTES = 250 * 1000


class RelayTest(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.RelaySystem("relay")
        cls.addClassCleanup(cls.relay.close)
        cls.authority = authority.Authority(cls.relay)
        cls.relay.install()

    def test_1_acme_on_a_fresh_debian(self):
        # Nobody answers there yet; afterwards the same command goes on.
        said = self.refused(ACME)
        self.assertIn("the authority gave no certificate for relay.example",
                      said)
        self.assertIn("journalctl -u chatmail-acme", said)
        self.assertNotIn("goes on", said)
        self.authority.publish_names()
        self.authority.start()
        said = self.relay.become(ACME)
        self.assertIn("asking for the certificate", said)
        self.relay.expect_running(relay_system.UNITS)
        self.assertEqual("active", self.relay.is_active("chatmail-acme.timer"))
        self.assertEqual("inactive",
                         self.relay.is_active("chatmail-certificate.path"))
        self.expect_served_is(ISSUED, {})
        self.expect_issued_for(names_of(NAME))
        self.relay.chatmail_test()
        self.expect_nothing_to_do(ACME)

    def test_2_at_rest(self):
        time.sleep(10)
        found = self.relay.pss_by_unit()
        for unit, kilobytes in sorted(found.items()):
            print("   %-20s %7d kB" % (unit, kilobytes))
        print("   %-20s %7d kB" % ("together", sum(found.values())))
        self.assertGreaterEqual(len(found), len(relay_system.UNITS) - 1)
        self.assertLess(sum(found.values()), MOST_PSS_KILOBYTES)
