"""A fresh Debian, the package, one command: and it is a relay."""

import json
import time
import unittest

import relay_system
from relay_system import DAEMONS, INI, TIMERS

SOCKETS = {
    "/run/doveauth/doveauth.socket": "660 vmail",
    "/run/chatmail-lastlogin/lastlogin.socket": "660 vmail",
    "/run/chatmail-metadata/metadata.socket": "660 vmail",
    "/run/chatmail-newemail/newemail.socket": "660 www-data",
    "/var/spool/postfix/chatmilter/milter.sock": "660 postfix",
    "/var/spool/postfix/chatmilter/policyd.sock": "660 postfix",
}
MOST_SECONDS = 240
# What a dry run is held to: the files of /etc, as they were.
SNAPSHOT = ("find /etc -type f -o -type l | grep -v /mtab | sort | while read f; do"
            " echo $f $(md5sum < $f 2> /dev/null) $(readlink $f); done")


class InstallTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.shared()

    def run_in(self, command, **options):
        return self.relay.run(command, **options)

    def test_1_the_package_comes_and_nothing_of_it_runs(self):
        begin = time.monotonic()
        self.relay.install_noting()
        print("   %.0f s" % (time.monotonic() - begin))
        self.assertIn("(chatmilter)", self.run_in("id chatmilter"))
        for page in ("man1/chatmail.1", "man8/chatmail-milter.8"):
            self.run_in("test -s /usr/share/man/%s.gz" % page)
        groups = self.run_in("id -nG chatmilter").split()
        self.assertLessEqual({"vmail", "postfix"}, set(groups))
        self.assertEqual(
            self.run_in("stat -c '%a %U' /home/vmail").strip(), "700 vmail")
        for name in DAEMONS:
            self.assertEqual(self.relay.is_active(name), "inactive", name)
        self.assertIn("no error", self.run_in("chatmail rules check"))
        self.assertEqual(self.run_in(
            "bash -c 'COMP_WORDS=(chatmail ru) COMP_CWORD=1;"
            " . /usr/share/bash-completion/completions/chatmail;"
            " _chatmail; echo ${COMPREPLY[@]}'").split()[0][:2], "ru")

    def test_2_a_dry_run_changes_nothing(self):
        self.relay.write("/etc/chatmail/chatmail.ini", INI)
        before = self.run_in(SNAPSHOT)
        said = self.run_in("chatmail run --dry-run --skip-dns-check")
        self.assertIn("+mail_domain = _relay.example", said)
        self.assertEqual(before, self.run_in(SNAPSHOT))
        # Who may not do it is told before anything is begun.
        said = self.run_in("runuser -u nobody -- chatmail run"
                           " --skip-dns-check 2>&1; echo status $?")
        self.assertIn("you are not root", said)
        self.assertTrue(said.endswith("status 1\n"), said)
        self.assertEqual(before, self.run_in(SNAPSHOT))

    def test_3_one_command_makes_the_relay(self):
        begin = time.monotonic()
        print(self.run_in("chatmail run --skip-dns-check 2>&1 |"
                          " grep -v '^    '", seconds=600))
        took = time.monotonic() - begin
        print("   %.0f s" % took)
        self.relay.is_relay = True
        self.assertLess(took, MOST_SECONDS)
        for path, owner in SOCKETS.items():
            with self.subTest(socket=path):
                self.assertEqual(
                    self.run_in("stat -c '%a %G' " + path).strip(), owner)
        for name in TIMERS:
            self.run_in("systemctl start " + name)
            self.assertEqual(self.relay.is_active(name + ".timer"), "active")
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())

    def test_4_the_relay_tries_itself_and_finds_all_good(self):
        print(self.relay.chatmail_test())

    def test_5_a_second_run_changes_nothing(self):
        pids = self.relay.main_pids()
        said = self.run_in("chatmail run --skip-dns-check")
        self.assertIn("All are as they should be", said)
        self.assertEqual(pids, self.relay.main_pids())

    def test_6_a_setting_that_changes_reaches_its_program(self):
        self.relay.write("/etc/chatmail/chatmail.ini",
                         INI + "max_message_size = 1000000\n"
                         "password_min_length = 100\n")
        said = self.run_in("chatmail run --skip-dns-check")
        self.assertIn("+message_size_limit = 1000000", said)
        self.assertEqual("1000000", self.run_in(
            "postconf -h message_size_limit").strip())
        # One that only a service of ours reads.
        self.assertIn("chatmail-doveauth.service: restarted", said)
        account = json.loads(self.run_in(
            "curl -sSk -X POST https://127.0.0.1/new"))
        self.assertGreaterEqual(len(account["password"]), 100)
        self.relay.write("/etc/chatmail/chatmail.ini", INI)
        self.run_in("chatmail run --skip-dns-check")

    def test_7_somebody_else_on_a_port_is_told(self):
        self.run_in(
            "systemctl stop nginx && systemd-run --unit=squatter openssl"
            " s_server -accept 80 -cert /etc/ssl/certs/mailserver.pem"
            " -key /etc/ssl/private/mailserver.key")
        self.run_in("for i in 1 2 3 4 5 6 7 8 9 10; do"
                    " ss -Hltn 'sport = :80' | grep -q LISTEN && exit 0;"
                    " sleep 0.5; done; exit 1")
        said = self.run_in("chatmail run --skip-dns-check; echo $?",
                           check=False)
        self.assertIn("port 80 (web, and certificates) is taken by openssl",
                      said)
        self.assertTrue(said.strip().endswith("1"), said)
        self.run_in("systemctl stop squatter; systemctl start nginx")
