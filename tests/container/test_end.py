"""A reboot, and the host as it was: uninstalled, and purged."""

import unittest

import relay_system
from relay_system import DAEMONS, DOMAIN, TIMERS
from test_install import SNAPSHOT

ALICE = "endsalice@" + DOMAIN
# What other packages that came meanwhile changed.
OTHERS = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow",
          "/etc/subuid", "/etc/subgid", "/etc/chatmail/chatmail.ini",
          "/etc/ld.so.cache", "/etc/.pwd.lock")


class EndTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.shared().ready()
        cls.relay.client("login", ALICE)

    def run_in(self, command, **options):
        return self.relay.run(command, **options)

    def test_1_a_reboot(self):
        self.relay.system.halt()
        self.relay.system.boot()
        self.relay.expect_running(relay_system.UNITS)
        for name in TIMERS:
            self.assertEqual(self.relay.is_active(name + ".timer"), "active")
        self.relay.client("login", ALICE)
        self.relay.chatmail_test()

    def test_2_uninstall_puts_back_what_was_there(self):
        self.run_in("chatmail uninstall")
        self.assertNotIn(DOMAIN, self.run_in("cat /etc/postfix/main.cf"))
        for name in (*DAEMONS, *(name + ".timer" for name in TIMERS)):
            self.assertEqual("inactive", self.relay.is_active(name), name)
        if hasattr(self.relay, "files_before"):
            self.assert_files_are_back()

    def assert_files_are_back(self):
        after = set(self.run_in(SNAPSHOT).splitlines())
        gone = [line for line in self.relay.files_before.splitlines()
                if line not in after and not line.startswith(OTHERS)]
        self.assertEqual([], gone)
        self.assertEqual("", self.run_in(
            "grep -rlI 'ritten by chatmail' /etc || true"))

    def test_3_purge_takes_the_package_and_nothing_else(self):
        self.run_in("apt-get purge -q -y chatmilter")
        self.assertEqual(
            self.run_in("systemctl list-units --all --no-legend"
                        " 'chatmail-*' | grep -v not-found || true"), "")
        for path in ("/usr/bin/chatmail", "/usr/share/chatmilter",
                     "/var/lib/chatmilter",
                     "/usr/lib/systemd/system/chatmail-milter.service",
                     "/etc/systemd/system/multi-user.target.wants/"
                     "chatmail-milter.service"):
            self.run_in("test ! -e " + path)
        # What is not the package's.
        for path in ("/home/vmail/mail/%s/%s/password" % (DOMAIN, ALICE),
                     "/etc/dkimkeys/opendkim.private",
                     "/etc/chatmail/chatmail.ini"):
            self.run_in("test -s " + path)
        self.run_in("id vmail && id chatmilter")
