"""A whole relay under systemd, and each way to its certificate."""

import shutil
import time
import unittest

import relay_system

NAME = "relay.example"
ADDRESS = "192.0.2.1"
NAME_SERVER = ADDRESS + "@5354"
CERTIFIED = relay_system.INI.replace(relay_system.DOMAIN, NAME) + """\
dns_forwarders = %s
dns_root_key =
""" % NAME_SERVER
# A world that is not signed, and has this relay alone.
NAMES = """server:
  interface: %s
  access-control: %s/32 allow
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
remote-control:
  control-enable: no
auth-zone:
  name: "."
  zonefile: "/root/names/root"
  for-upstream: yes
  fallback-enabled: no
""" % (NAME_SERVER, ADDRESS)
ROOT_ZONE = """. 60 IN SOA ns.example. root.example. 1 60 60 60 1
. 60 IN NS ns.example.
ns.example. 60 IN A %s
""" % ADDRESS
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
ACME = CERTIFIED + """acme_server = https://localhost:14000/dir
acme_email = keeper@relay.example
"""
ISSUED = "/var/lib/acme/live/%s/fullchain" % NAME
FORGET = "rm -r /var/lib/acme/certs/* /var/lib/acme/live/*"


class RelayTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.RelaySystem("relay")
        cls.addClassCleanup(cls.relay.close)
        cls.relay.install()

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

    def refused(self, ini):
        """What a `chatmail run` said that could not do it."""
        self.relay.write("/etc/chatmail/chatmail.ini", ini)
        said = self.relay.run(
            "chatmail run --skip-dns-check 2>&1; echo status $?")
        self.assertTrue(said.endswith("status 1\n"), said)
        return said

    def expect_nothing_to_do(self, ini):
        pids = self.relay.main_pids()
        self.assertIn("All are as they should be", self.relay.become(ini))
        self.assertEqual(pids, self.relay.main_pids())

    def expect_safe(self, unit):
        exposure, table = self.relay.exposure(unit)
        self.assertLessEqual(exposure, MOST_EXPOSURE, table)

    def publish_names(self):
        """What `chatmail dns` wants in the DNS is in one."""
        self.relay.write("/root/names/unbound.conf", NAMES)
        self.relay.write("/root/names/root", ROOT_ZONE)
        self.relay.run("chatmail dns --zonefile --address %s"
                       " >> /root/names/root" % ADDRESS)
        self.relay.run("systemd-run --unit=names unbound -d"
                       " -c /root/names/unbound.conf")
        self.relay.run("for i in $(seq 20); do ss -Hlnu 'sport = :5354' |"
                       " grep -q . && exit 0; sleep 0.5; done; exit 1")

    def start_pebble(self):
        """Debian's ACME server."""
        shutil.copy("/usr/bin/pebble",
                    self.relay.system.root / "usr/local/bin")
        self.relay.write("/root/pebble/config.json", PEBBLE)
        self.relay.self_signed("localhost", "/root/pebble/cert.pem",
                               "/root/pebble/key.pem")
        self.relay.trust("/root/pebble/cert.pem", "pebble")
        self.relay.run(
            "systemd-run --unit=pebble -E PEBBLE_VA_NOSLEEP=1"
            " -E PEBBLE_WFE_NONCEREJECT=0 /usr/local/bin/pebble"
            " -config /root/pebble/config.json -dnsserver %s"
            % NAME_SERVER.replace("@", ":"))
        self.relay.run("for i in 1 2 3 4 5 6 7 8 9 10; do curl -sS -o"
                       " /dev/null https://localhost:14000/dir && exit 0;"
                       " sleep 1; done; exit 1")
        # Of what it issues, made anew when it starts.
        self.relay.run("curl -sSf -o /root/pebble/root.pem"
                       " https://localhost:15000/roots/0")
        self.relay.trust("/root/pebble/root.pem", "issued")

    def test_1_acme_on_a_fresh_debian(self):
        # Nobody answers there yet; afterwards the same command goes on.
        said = self.refused(ACME)
        self.assertIn("chatmail-acme.service does not run", said)
        self.assertIn("journalctl -u chatmail-acme", said)
        self.publish_names()
        self.start_pebble()
        said = self.relay.become(ACME)
        self.assertIn("asking for the certificate", said)
        self.relay.expect_running(relay_system.UNITS)
        self.assertEqual("active", self.relay.is_active("chatmail-acme.timer"))
        self.assertEqual("inactive",
                         self.relay.is_active("chatmail-certificate.path"))
        self.expect_served_is(ISSUED, {})
        told = self.relay.run("openssl x509 -noout -text -in " + ISSUED)
        self.assertRegex(told, "Issuer: CN *= *Pebble")
        for name in (NAME, "mta-sts." + NAME, "www." + NAME):
            self.assertIn("DNS:" + name, told)
        self.assertIn("Public-Key: (256 bit)", told)
        # Whoever checks certificates takes it, under its names.
        for name in (NAME, "mta-sts." + NAME, "www." + NAME):
            self.relay.run("curl -sS -o /dev/null --resolve %s:443:127.0.0.1"
                           " https://%s/" % (name, name))
        self.relay.chatmail_test()
        self.expect_safe("chatmail-acme.service")
        self.expect_nothing_to_do(ACME)

    def test_2_acme_anew(self):
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
        self.assertEqual(self.relay.main_pids(), pids)

    def test_3_external_files_that_change(self):
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

    def test_4_self_signed(self):
        before = self.relay.fingerprints()
        said = self.relay.become(relay_system.INI)
        self.assertIn(
            "self-signed certificate: /etc/ssl/certs/mailserver.pem (made)",
            said)
        self.expect_served_is("/etc/ssl/certs/mailserver.pem", before)
        told = self.relay.run(
            "openssl x509 -in /etc/ssl/certs/mailserver.pem -noout -text")
        self.assertIn("Public-Key: (256 bit)", told)
        page = self.relay.run("curl -sSk https://127.0.0.1/")
        self.assertIn("dcaccount:_relay.example", page)
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())

    def test_5_at_rest(self):
        time.sleep(10)
        found = self.relay.pss_by_unit()
        for unit, kilobytes in sorted(found.items()):
            print("   %-20s %7d kB" % (unit, kilobytes))
        print("   %-20s %7d kB" % ("together", sum(found.values())))
        self.assertGreaterEqual(len(found), len(relay_system.UNITS) - 1)
        self.assertLess(sum(found.values()), MOST_PSS_KILOBYTES)

    def test_6_from_self_signed_to_acme(self):
        before = self.relay.fingerprints()
        self.relay.run(FORGET)
        self.assertIn("asking for the certificate", self.relay.become(ACME))
        self.expect_served_is(ISSUED, before)
        self.relay.chatmail_test()
