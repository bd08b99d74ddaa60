"""Certificates of an authority, on a relay that runs and goes on."""

import authority
import relay_system
from authority import ACME, ISSUED, NAME, SECOND, names_of
from certificates import ServedTest

SELF_SIGNED = "/etc/ssl/certs/mailserver.pem"
TWO = ACME + "more_mail_domains = %s\n" % SECOND
THREE = ACME + "more_mail_domains = %s third.example\n" % SECOND
FILES = ("md5sum /etc/nginx/nginx.conf /etc/postfix/main.cf"
         " /etc/dovecot/*.conf /var/www/html/index.html")


class CertificatesTest(ServedTest):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.shared().ready()
        cls.authority = authority.Authority(cls.relay)

    def test_1_an_authority_that_fails_stops_no_relay(self):
        before = self.relay.fingerprints()
        files = self.relay.run(FILES)
        said = self.refused(ACME)
        self.assertIn("the authority gave no certificate for "
                      "relay.example, mta-sts.relay.example", said)
        self.assertIn("journalctl -u chatmail-acme", said)
        self.assertIn("The relay goes on as it was", said)
        self.assertEqual(files, self.relay.run(FILES))
        # Also after a restart of those who serve it.
        self.relay.run("systemctl restart nginx dovecot postfix@-")
        self.assertEqual(self.relay.fingerprints(), before)
        self.relay.expect_running(relay_system.UNITS)
        self.assertEqual("inactive",
                         self.relay.is_active("chatmail-acme.timer"))
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())

    def test_2_from_self_signed_to_one_certificate_for_two_domains(self):
        before = self.relay.fingerprints()
        self.relay.write("/etc/chatmail/chatmail.ini", TWO)
        self.authority.publish_names()
        self.authority.start()
        # This world is not signed, and chatmail.ini says so.
        said = self.relay.run("chatmail run 2>&1", seconds=900)
        self.assertIn("asking for the certificate", said)
        self.expect_served_is(ISSUED, before)
        self.expect_issued_for(names_of(NAME, SECOND))
        for domain in (NAME, SECOND):
            self.assertIn("dcaccount:https://%s/new" % domain, self.relay.run(
                "curl -sS --resolve %s:443:127.0.0.1 https://%s/" % (
                    domain, domain)))
        self.assertEqual("active", self.relay.is_active("chatmail-acme.timer"))
        self.relay.chatmail_test()
        self.expect_nothing_to_do(TWO)

    def test_3_a_name_that_the_authority_does_not_find(self):
        before = self.relay.fingerprints()
        self.relay.write("/etc/chatmail/chatmail.ini", THREE)
        self.authority.publish_names(without="www.third.example")
        said = self.refused(THREE, "")
        self.assertIn("www.third.example has no CNAME record", said)
        # Who goes on all the same is told what there is no certificate for.
        said = self.refused(THREE)
        self.assertIn("the authority gave no certificate for third.example, "
                      "mta-sts.third.example, www.third.example\n", said)
        self.assertIn("  www.third.example has no address in the DNS", said)
        self.assertNotIn("mta-sts.third.example has no address", said)
        self.assertIn("goes on with the certificate that it has", said)
        self.assertEqual(before, self.relay.fingerprints())
        self.relay.expect_running(relay_system.UNITS)

    def test_4_self_signed_again(self):
        before = self.relay.fingerprints()
        self.authority.stop()
        self.relay.become(relay_system.INI)
        self.expect_served_is(SELF_SIGNED, before)
        told = self.relay.run("openssl x509 -noout -text -in " + SELF_SIGNED)
        self.assertIn("Public-Key: (256 bit)", told)
        page = self.relay.run("curl -sSk https://127.0.0.1/")
        self.assertIn("dcaccount:_relay.example", page)
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())
