"""Each way to a certificate, on a relay that runs and goes on."""

import authority
import relay_system
from authority import ACME, CERTIFIED, FORGET, ISSUED, NAME, SECOND, names_of
from certificates import ServedTest

SELF_SIGNED = "/etc/ssl/certs/mailserver.pem"
CERTIFICATE = "/etc/ssl/relay/cert.pem"
KEY = "/etc/ssl/relay/key.pem"
TWO = ACME + "more_mail_domains = %s\n" % SECOND


class CertificatesTest(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.shared().ready()
        cls.authority = authority.Authority(cls.relay)
        cls.relay.become(relay_system.INI)

    def test_1_an_authority_that_fails_stops_no_relay(self):
        before = self.relay.fingerprints()
        files = self.relay.run("md5sum /etc/nginx/nginx.conf"
                               " /etc/postfix/main.cf /etc/dovecot/*.conf"
                               " /var/www/html/index.html")
        said = self.refused(ACME)
        self.assertIn("the authority gave no certificate for "
                      "relay.example, mta-sts.relay.example", said)
        self.assertIn("journalctl -u chatmail-acme", said)
        self.assertIn("The relay goes on as it was", said)
        self.assertEqual(files, self.relay.run(
            "md5sum /etc/nginx/nginx.conf /etc/postfix/main.cf"
            " /etc/dovecot/*.conf /var/www/html/index.html"))
        # Also after a restart of those who serve it.
        self.relay.run("systemctl restart nginx dovecot postfix@-")
        self.assertEqual(self.relay.fingerprints(), before)
        self.relay.expect_running(relay_system.UNITS)
        self.assertEqual("inactive",
                         self.relay.is_active("chatmail-acme.timer"))
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())

    def test_2_from_self_signed_to_acme(self):
        before = self.relay.fingerprints()
        self.relay.write("/etc/chatmail/chatmail.ini", ACME)
        self.authority.publish_names()
        self.authority.start()
        # This world is not signed, and chatmail.ini says so.
        said = self.relay.run("chatmail run 2>&1", seconds=900)
        self.assertIn("asking for the certificate", said)
        self.expect_served_is(ISSUED, before)
        self.expect_issued_for(names_of(NAME))
        self.assertEqual("active", self.relay.is_active("chatmail-acme.timer"))
        self.relay.chatmail_test()
        self.expect_nothing_to_do(ACME)

    def test_3_one_certificate_for_two_domains(self):
        before = self.relay.fingerprints()
        pids = self.relay.main_pids(["nginx"])
        self.relay.write("/etc/chatmail/chatmail.ini", TWO)
        self.authority.publish_names(without="www." + SECOND)
        said = self.refused(TWO, "")
        self.assertIn("www.second.example has no CNAME record", said)
        # Who goes on all the same is told whose certificate there is none for.
        said = self.refused(TWO)
        self.assertIn("the authority gave no certificate for second.example, "
                      "mta-sts.second.example, www.second.example", said)
        self.assertIn("  www.second.example has no address in the DNS", said)
        self.assertNotIn("mta-sts.second.example has no address", said)
        self.assertIn("goes on with the certificate that it has", said)
        self.assertEqual(before, self.relay.fingerprints())
        self.relay.expect_running(relay_system.UNITS)
        self.assertEqual(pids, self.relay.main_pids(["nginx"]))
        # Nothing is to be changed, and still it is asked for.
        self.authority.publish_names()
        said = self.relay.become(TWO)
        self.assertIn("All are as they should be", said)
        self.assertIn("asking for the certificate", said)
        self.expect_served_is(ISSUED, before)
        self.expect_issued_for(names_of(NAME, SECOND))
        for domain in (NAME, SECOND):
            self.assertIn("dcaccount:https://%s/new" % domain, self.relay.run(
                "curl -sS --resolve %s:443:127.0.0.1 https://%s/" % (
                    domain, domain)))

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
        self.expect_nothing_to_do(ini)

        pids = self.relay.main_pids()
        self.relay.self_signed(NAME, CERTIFICATE, KEY)
        self.expect_served_is(CERTIFICATE, first)
        self.assertEqual(self.relay.main_pids(), pids,
                         "read anew, without an end")
        self.expect_safe("chatmail-certificate.service")

    def test_6_self_signed_again(self):
        before = self.relay.fingerprints()
        self.authority.stop()
        self.relay.become(relay_system.INI)
        self.expect_served_is(SELF_SIGNED, before)
        told = self.relay.run("openssl x509 -noout -text -in " + SELF_SIGNED)
        self.assertIn("Public-Key: (256 bit)", told)
        self.assertEqual("inactive",
                         self.relay.is_active("chatmail-certificate.path"))
        page = self.relay.run("curl -sSk https://127.0.0.1/")
        self.assertIn("dcaccount:_relay.example", page)
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())
