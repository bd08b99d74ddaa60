"""What chatmail.ini adds to a relay, live: its units in their sandboxes."""

import re
import time
import unittest

import relay_system
from relay_system import DOMAIN, INI

ALICE, BOB = "optialice@" + DOMAIN, "optibobby@" + DOMAIN
MOST_EXPOSURE = 2.0
IROH = "/usr/local/bin/iroh-stand-in"
# Debian has no iroh relay: this says what it was asked, and with what it was
# started, on the port that is in its configuration.
STAND_IN = r"""#!/usr/bin/perl
use strict; use warnings; use IO::Socket::INET;
$SIG{CHLD} = 'IGNORE';
my $config = do { local $/; open my $f, '<', $ARGV[1] or die; <$f> };
my ($address) = $config =~ /^http_bind_addr = "(.*)"/m or die;
my $server = IO::Socket::INET->new(LocalAddr => $address, Listen => 20,
                                   ReuseAddr => 1) or die "$address: $!";
while (1) {
  my $client = $server->accept or next;
  my $request = '';
  while (my $line = <$client>) { last if $line =~ /^\r?$/; $request .= $line }
  my ($path) = $request =~ /^\S+ (\S+)/;
  my $upgrade = $request =~ /^Upgrade: (.*)\r/mi ? $1 : 'none';
  my $body = "iroh stand-in: $ARGV[0] $path upgrade $upgrade\n";
  print $client "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ",
    length $body, "\r\n\r\n$body";
  close $client;
}
"""
MTA_STS = "postfix-mta-sts-resolver"
POLICIES = "/run/chatmail-mta-sts/policies.socket"
MORE_KEY = "/etc/dkimkeys/elsewhere.private"
OPTIONS = """iroh_relay_program = %s
mtail_address = 127.0.0.1
limits_store = redis:192.0.2.1:6379
dkim_more_keys = elsewhere.example:own:%s
disable_ipv6 = True
mta_sts_lookup = yes
""" % (IROH, MORE_KEY)


class OptionsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.shared().ready()
        cls.relay.client("login", ALICE, BOB)
        # Redis is the operator's, on an address that is not the loopback's.
        cls.relay.run("apt-get install -q -y --no-install-recommends"
                      " redis-server && redis-cli config set protected-mode no"
                      " && redis-cli config set bind 0.0.0.0")
        cls.relay.write(IROH, STAND_IN)
        cls.relay.run("chmod 755 " + IROH)
        cls.relay.run("openssl genrsa -out %s 2048 && chmod 600 %s" % (
            MORE_KEY, MORE_KEY))
        cls.ports_before = cls.ports_of_ipv6()
        # What was spent is still to be seen a minute later.
        cls.said = cls.relay.become(INI.replace(
            "max_user_send_per_minute = 100000",
            "max_user_send_per_minute = 1") + OPTIONS, on_terminal=True)

    @classmethod
    def ports_of_ipv6(cls):
        """Those that others reach: TCP and UDP, without the loopback."""
        listening = [line.split()[4] for line in cls.relay.run(
            "ss -Hlnut6").splitlines()]
        return {place.rpartition(":")[2] for place in listening
                if not place.startswith("[::1]:")}

    def curl(self, words):
        return self.relay.run("curl -sSk -m 20 " + words)

    def test_1_run_installs_and_starts_what_the_settings_name(self):
        self.assertIn("installing mtail postfix-mta-sts-resolver", self.said)
        # Whoever waits at a terminal sees how far it is, in one line.
        # (What reads it takes the CR for a line's end.)
        self.assertRegex(self.said, r"\n\x1b\[K  installing, \d+ %: ")
        self.assertRegex(self.said, r"\n\x1b\[K  restart: \S+\.service")
        self.relay.expect_running(("iroh-relay", "chatmail-mtail", MTA_STS,
                                   *relay_system.UNITS))
        # Debian's own mtail would read files that are not there.
        self.assertNotEqual("active", self.relay.is_active("mtail"))

    def test_2_iroh_is_behind_nginx_and_announced(self):
        for path in ("/relay", "/ping", "/generate_204"):
            self.assertEqual(
                "iroh stand-in: --config-path %s upgrade none\n" % path,
                self.curl("https://127.0.0.1" + path))
        self.assertIn("upgrade websocket", self.curl(
            "--http1.1 -H 'Upgrade: websocket' -H 'Connection: upgrade'"
            " https://127.0.0.1/relay"))
        self.assertIn("https://" + DOMAIN, self.relay.client(
            "metadata", ALICE, "/shared/vendor/deltachat/irohrelay"))
        # Nobody reaches it past nginx.
        self.assertIn("127.0.0.1:3340", self.relay.run(
            "ss -Hltn 'sport = :3340'"))

    def counter(self, name):
        found = re.search(r"(?m)^%s\{[^}]*\} (\d+)$" % name,
                          self.curl("http://127.0.0.1:3903/metrics"))
        return int(found[1]) if found else 0

    def test_3_mtail_counts_what_is_delivered(self):
        self.relay.run("for i in $(seq 60); do curl -sf -o /dev/null"
                       " http://127.0.0.1:3903/metrics && exit 0; sleep 0.5;"
                       " done; exit 1")
        before = self.counter("delivered_mail")
        for _ in range(3):
            reply = self.relay.client("submit", ALICE, BOB)
            self.assertTrue(reply.startswith("250 "), reply)
        end = time.monotonic() + 30
        while self.counter("delivered_mail") < before + 3:
            self.assertLess(time.monotonic(), end,
                            self.curl("http://127.0.0.1:3903/metrics"))
            time.sleep(0.5)
        self.assertEqual(before + 3, self.counter("delivered_mail"))
        self.assertIn("127.0.0.1:3903", self.relay.run(
            "ss -Hltn 'sport = :3903'"))

        # Without lines it would go on and count nothing.
        pid = self.relay.main_pids(["chatmail-mtail"])
        self.relay.run("kill $(pgrep -x journalctl)")
        self.relay.run("for i in $(seq 60); do [ $(systemctl show -P MainPID"
                       " chatmail-mtail) != 0 ] && [ $(systemctl show -P"
                       " NRestarts chatmail-mtail) -ge 1 ] && exit 0;"
                       " sleep 0.5; done; exit 1")
        self.assertNotEqual(pid, self.relay.main_pids(["chatmail-mtail"]))

    def test_4_limits_are_in_redis_for_all_who_count(self):
        reply = self.relay.client("submit", ALICE, BOB)
        self.assertTrue(reply.startswith("250 "), reply)
        self.assertGreater(int(self.relay.run("redis-cli dbsize")), 0)
        for unit in ("chatmail-policyd", "chatmail-doveauth"):
            log = self.relay.run("journalctl --no-pager -u %s -p warning"
                                 " --since -2min" % unit)
            self.assertNotIn("redis", log.lower())
        # Of the sandbox's: the policy service itself has the connection.
        self.assertIn("chatmail-policy", self.relay.run(
            "ss -Htnp 'dport = :6379'"))

    def test_5_a_key_that_is_named_is_the_milters_to_read(self):
        self.assertEqual("640 root chatmilter", self.relay.run(
            "stat -c '%a %U %G' " + MORE_KEY).strip())

    def test_6_each_unit_of_ours_may_do_little(self):
        units = self.relay.run(
            "systemctl list-unit-files --no-legend --no-pager --type=service"
            " 'chatmail-*' 'iroh-*' '%s*' | cut -d' ' -f1" % MTA_STS
        ).split()
        self.assertLessEqual(
            {"chatmail-mtail.service", "iroh-relay.service",
             MTA_STS + ".service",
             "chatmail-expire.service", "chatmail-fsreport.service",
             *(name + ".service" for name in relay_system.DAEMONS)},
            set(units))
        for unit in units:
            with self.subTest(unit=unit):
                exposure, table = self.relay.exposure(unit)
                self.assertLessEqual(exposure, MOST_EXPOSURE, table)

    def test_7_without_ipv6_nobody_listens_there(self):
        self.assertLessEqual({"25", "80", "143", "443", "465", "587", "993"},
                             self.ports_before)
        self.assertEqual(set(), self.ports_of_ipv6(),
                         self.relay.run("ss -Hlnutp6"))

    def ask_for_policy(self, place):
        """What Postfix, under its own name, is told for a domain."""
        return self.relay.run(
            "runuser -u postfix -- postmap -q elsewhere.example"
            " socketmap:unix:%s:postfix 2>&1; echo status $?" % place)

    def test_8_policies_of_others_are_asked_for(self):
        maps = self.relay.run("postconf -h smtp_tls_policy_maps")
        self.assertIn("socketmap:unix:%s:postfix" % POLICIES, maps)
        # There is no such policy, and no more to be said; an error is said.
        self.assertEqual("status 1\n", self.ask_for_policy(POLICIES))
        self.assertIn("postmap:", self.ask_for_policy(POLICIES + ".nobody"))

    def test_9_what_is_off_again_is_gone(self):
        self.relay.become(INI + "iroh_relay =\n")
        for unit in ("iroh-relay", "chatmail-mtail", MTA_STS):
            self.assertEqual("inactive", self.relay.is_active(unit))
        for unit in ("iroh-relay", "chatmail-mtail"):
            self.relay.run("test ! -e /etc/systemd/system/%s.service" % unit)
        self.relay.run("test ! -e /etc/systemd/system/%s.service.d/"
                       "chatmail.conf" % MTA_STS)
        self.relay.run("test ! -e " + POLICIES)
        self.assertNotIn("socketmap", self.relay.run(
            "postconf -h smtp_tls_policy_maps"))
        self.assertEqual(self.ports_before, self.ports_of_ipv6())
        self.assertIn("NIL", self.relay.client(
            "metadata", ALICE, "/shared/vendor/deltachat/irohrelay"))
        self.relay.chatmail_test()
