"""A relay whose first certificate an authority issues, the next ones, those of
others, and what it needs."""

import time

import authority
import relay_system
from authority import ACME, CERTIFIED, FORGET, ISSUED, NAME, SECOND, names_of
from certificates import ServedTest

TWO = ACME + "more_mail_domains = %s\n" % SECOND
CERTIFICATE = "/etc/ssl/relay/cert.pem"
KEY = "/etc/ssl/relay/key.pem"
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

    def test_3_a_domain_that_comes_later(self):
        before = self.relay.fingerprints()
        pid = self.relay.main_pids(["nginx"])
        self.relay.write("/etc/chatmail/chatmail.ini", TWO)
        self.authority.publish_names(without="www." + SECOND)
        said = self.refused(TWO)
        self.assertIn("the authority gave no certificate for " + SECOND, said)
        self.assertEqual(before, self.relay.fingerprints())
        # Nothing is to be changed, and still it is asked for.
        self.authority.publish_names()
        said = self.relay.become(TWO)
        self.assertIn("All are as they should be", said)
        self.assertIn("asking for the certificate", said)
        self.expect_served_is(ISSUED, before)
        self.expect_issued_for(names_of(NAME, SECOND))
        self.assertEqual(pid, self.relay.main_pids(["nginx"]))

    def test_4_anew(self):
        first = self.relay.fingerprints()
        # Through nginx, and nobody is restarted.
        pids = self.relay.main_pids()
        self.relay.run(FORGET)
        self.relay.run("systemctl start chatmail-acme.service", check=False)
        self.assertEqual(
            self.relay.run("systemctl show -P Result chatmail-acme").strip(),
            "success", self.relay.run("journalctl --no-pager -o cat -n 40"
                                      " -u chatmail-acme -u pebble"))
        self.expect_served_is(ISSUED, first)
        self.expect_issued_for(names_of(NAME, SECOND))
        self.assertEqual(self.relay.main_pids(), pids)
        self.expect_safe("chatmail-acme.service")

    def test_5_external_files_that_change(self):
        ini = CERTIFIED + "tls_external_cert_and_key = %s %s\n" % (
            CERTIFICATE, KEY)
        before = self.relay.fingerprints()
        self.assertIn("are not both there", self.refused(ini))
        self.assertEqual(before, self.relay.fingerprints(),
                         "it still serves what it has")
        self.relay.self_signed(NAME, CERTIFICATE, KEY)
        self.relay.become(ini)
        self.relay.expect_running(relay_system.UNITS)
        first = self.expect_served_is(CERTIFICATE, before)
        self.assertEqual("inactive",
                         self.relay.is_active("chatmail-acme.timer"))
        self.relay.trust(CERTIFICATE, "external")
        self.relay.chatmail_test()
        self.expect_nothing_to_do(ini)

        pids = self.relay.main_pids()
        self.relay.self_signed(NAME, CERTIFICATE, KEY)
        self.expect_served_is(CERTIFICATE, first)
        self.assertEqual(self.relay.main_pids(), pids,
                         "read anew, without an end")
        self.expect_safe("chatmail-certificate.service")

    def test_6_from_the_authority_again(self):
        before = self.relay.fingerprints()
        self.relay.run(FORGET)
        self.assertIn("asking for the certificate", self.relay.become(TWO))
        self.expect_served_is(ISSUED, before)
        self.relay.chatmail_test()
