"""`chatmail run` on a fresh Debian: one command, and the relay is there."""

import time
import unittest

import relay_system

INI = """[params]
mail_domain = _relay.example
privacy_postal = The Relay Keepers
privacy_mail = privacy@relay.example
max_load_1m = 1000
"""
MOST_SECONDS = 240


class RunTest(unittest.TestCase):
    folder = None
    package = None

    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.RelaySystem(cls.folder, cls.package)
        cls.addClassCleanup(cls.relay.close)
        cls.relay.write("/etc/chatmail/chatmail.ini", INI)

    def test_1_a_dry_run_changes_nothing(self):
        before = self.relay.run("md5sum /etc/postfix/main.cf /etc/nginx/*.conf",
                                check=False)
        said = self.relay.run("chatmail run --dry-run --skip-dns-check")
        self.assertIn("+mail_domain = _relay.example", said)
        self.assertEqual(before, self.relay.run(
            "md5sum /etc/postfix/main.cf /etc/nginx/*.conf", check=False))

    def test_2_one_command_makes_the_relay(self):
        begin = time.monotonic()
        print(self.relay.run("chatmail run --skip-dns-check 2>&1 |"
                             " grep -v '^    '", seconds=600))
        took = time.monotonic() - begin
        print("   %.0f s" % took)
        self.assertLess(took, MOST_SECONDS)
        self.assertIn("INBOX", self.relay.log_in_with_a_new_account())

    def test_3_a_second_run_changes_nothing(self):
        pids = self.relay.main_pids()
        said = self.relay.run("chatmail run --skip-dns-check")
        self.assertIn("All are as they should be", said)
        self.assertEqual(pids, self.relay.main_pids())

    def test_4_a_setting_that_changes_reaches_its_program(self):
        self.relay.write("/etc/chatmail/chatmail.ini",
                         INI + "max_message_size = 1000000\n")
        said = self.relay.run("chatmail run --skip-dns-check")
        self.assertIn("+message_size_limit = 1000000", said)
        self.assertEqual("1000000", self.relay.run(
            "postconf -h message_size_limit").strip())

    def test_5_somebody_else_on_a_port_is_told(self):
        self.relay.run(
            "systemctl stop nginx && systemd-run --unit=squatter openssl"
            " s_server -accept 80 -cert /etc/ssl/certs/mailserver.pem"
            " -key /etc/ssl/private/mailserver.key")
        self.relay.run("for i in 1 2 3 4 5 6 7 8 9 10; do"
                       " ss -Hltn 'sport = :80' | grep -q LISTEN && exit 0;"
                       " sleep 0.5; done; exit 1")
        said = self.relay.run("chatmail run --skip-dns-check; echo $?",
                              check=False)
        self.assertIn("port 80 (web, and certificates) is taken by openssl",
                      said)
        self.assertTrue(said.strip().endswith("1"), said)
        self.relay.run("systemctl stop squatter; systemctl start nginx")

    def test_6_uninstall_puts_back_what_was_there(self):
        self.relay.run("chatmail uninstall")
        self.assertNotIn("_relay.example",
                         self.relay.run("cat /etc/postfix/main.cf"))
        self.relay.run("test -s /etc/dkimkeys/opendkim.private")
