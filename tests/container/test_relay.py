"""A whole relay under systemd, and each way to its certificate."""

import shutil
import time
import unittest

import relay_system

INI = """[params]
mail_domain = %s
privacy_postal = The Relay Keepers
privacy_mail = privacy@relay.example
max_load_1m = 1000
policyd_socket = unix:/var/spool/postfix/chatmilter/policyd.sock
accounts_socket = unix:/run/doveauth/doveauth.socket
"""
MOST_PSS_KILOBYTES = 250 * 1000
MOST_EXPOSURE = 2.0
PEBBLE = """{"pebble": {
  "listenAddress": "127.0.0.1:14000",
  "managementListenAddress": "127.0.0.1:15000",
  "certificate": "/root/pebble/cert.pem",
  "privateKey": "/root/pebble/key.pem",
  "httpPort": 80, "tlsPort": 5001, "ocspResponderURL": "",
  "externalAccountBindingRequired": false}}
"""
CERTIFICATE = "/etc/ssl/relay/cert.pem"
KEY = "/etc/ssl/relay/key.pem"


class RelayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.RelaySystem("relay")
        cls.addClassCleanup(cls.relay.close)
        cls.relay.install(also="acmetool")

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

    def test_1_self_signed(self):
        self.relay.configure(INI % "_relay.example")
        self.relay.self_signed("_relay.example",
                               "/etc/ssl/certs/mailserver.pem",
                               "/etc/ssl/private/mailserver.key")
        self.relay.start()
        self.expect_served({})
        told = self.relay.run(
            "openssl x509 -in /etc/ssl/certs/mailserver.pem -noout -text")
        self.assertIn("Public-Key: (256 bit)", told)
        page = self.relay.run("curl -sSk https://127.0.0.1/")
        self.assertIn("dcaccount:_relay.example", page)
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())

    def test_2_at_rest(self):
        time.sleep(10)
        found = self.relay.pss_by_unit()
        for unit, kilobytes in sorted(found.items()):
            print("   %-20s %7d kB" % (unit, kilobytes))
        print("   %-20s %7d kB" % ("together", sum(found.values())))
        self.assertGreaterEqual(len(found), len(relay_system.UNITS) - 1)
        self.assertLess(sum(found.values()), MOST_PSS_KILOBYTES)

    def test_3_external_files_that_change(self):
        self.relay.self_signed("relay.example", CERTIFICATE, KEY)
        self.relay.configure(INI % "relay.example" +
                             "tls_external_cert_and_key = %s %s\n" % (
                                 CERTIFICATE, KEY))
        self.relay.start()
        self.relay.run("systemctl start chatmail-certificate.path")
        before = self.expect_served({})
        pids = self.relay.main_pids()
        self.relay.self_signed("relay.example", CERTIFICATE, KEY)
        self.expect_served(before)
        self.assertEqual(self.relay.main_pids(), pids,
                         "read anew, without an end")
        self.relay.run("systemctl stop chatmail-certificate.path")
        self.expect_safe("chatmail-certificate.service")

    def expect_safe(self, unit):
        exposure, table = self.relay.exposure(unit)
        self.assertLessEqual(exposure, MOST_EXPOSURE, table)

    def start_pebble(self):
        """Debian's ACME server, whose names all lead to the loopback."""
        for name in ("pebble", "pebble-challtestsrv"):
            shutil.copy("/usr/bin/" + name,
                        self.relay.system.root / "usr/local/bin")
        self.relay.write("/root/pebble/config.json", PEBBLE)
        self.relay.self_signed("localhost", "/root/pebble/cert.pem",
                               "/root/pebble/key.pem")
        self.relay.run("cp /root/pebble/cert.pem"
                       " /usr/local/share/ca-certificates/pebble.crt &&"
                       " chmod 644 /usr/local/share/ca-certificates/pebble.crt"
                       " && update-ca-certificates")
        self.relay.run(
            "systemd-run --unit=names /usr/local/bin/pebble-challtestsrv -defaultIPv4"
            " 127.0.0.1 -defaultIPv6 '' -http01 '' -https01 '' -tlsalpn01 ''"
            " -dns01 127.0.0.1:8053 -management 127.0.0.1:8055")
        self.relay.run(
            "systemd-run --unit=pebble -E PEBBLE_VA_NOSLEEP=1"
            " -E PEBBLE_WFE_NONCEREJECT=0 /usr/local/bin/pebble"
            " -config /root/pebble/config.json -dnsserver 127.0.0.1:8053")
        self.relay.run("for i in 1 2 3 4 5 6 7 8 9 10; do curl -sS -o"
                       " /dev/null https://localhost:14000/dir && exit 0;"
                       " sleep 1; done; exit 1")

    def acme(self):
        self.relay.run("systemctl start chatmail-acme.service", check=False)
        log = self.relay.run(
            "journalctl --no-pager -o cat -n 40 -u chatmail-acme -u pebble")
        self.assertEqual(self.relay.run(
            "systemctl show -P Result chatmail-acme.service").strip(),
            "success", log)

    def test_4_acme(self):
        before = self.relay.fingerprints()
        self.relay.run("systemctl stop nginx")
        self.start_pebble()
        self.relay.configure(INI % "relay.example" +
                             "acme_server = https://localhost:14000/dir\n"
                             "acme_email = keeper@relay.example\n")
        self.expect_safe("chatmail-acme.service")
        # The first certificate: acmetool has port 80 itself.
        self.acme()
        told = self.relay.run(
            "openssl x509 -noout -text -in"
            " /var/lib/acme/live/relay.example/fullchain")
        for name in ("relay.example", "mta-sts.relay.example",
                     "www.relay.example"):
            self.assertIn("DNS:" + name, told)
        self.assertIn("Public-Key: (256 bit)", told)
        self.relay.start()
        first = self.expect_served(before)
        # The next one through nginx, and nobody is restarted.
        pids = self.relay.main_pids()
        self.relay.run("rm -r /var/lib/acme/certs/* /var/lib/acme/live/*")
        self.acme()
        self.expect_served(first)
        self.assertEqual(self.relay.main_pids(), pids)
