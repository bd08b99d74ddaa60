"""A reboot, and the host as it was: uninstalled, and purged."""

import re
import unittest

import relay_system
from relay_system import DAEMONS, DOMAIN, INI, TIMERS

ALICE = "endsalice@" + DOMAIN
MAILBOX = "/home/vmail/mail/%s/%s/password" % (DOMAIN, ALICE)
# What stays because nobody can make it again, and postrm names it.
KEPT = (r"/home/vmail(/.*)?", r"/etc/dkimkeys(/.*)?",
        r"/etc/chatmail(/chatmail\.ini)?",
        r"/etc/chatmilter(/rules\.d(/10-own\.conf)?)?")
# What is no trace of the package: the tests', and what Debian's programs and
# packages that came meanwhile make while they run.
OTHERS = (
    r"/root(/.*)?", r"/usr/local/(bin|lib|share)/.*",
    # The users that stay, because their files do.
    r"/etc/(passwd|group|shadow|gshadow|subuid|subgid)-?", r"/etc/\.pwd\.lock",
    r"/var/(cache|log|tmp|lib/(apt|dpkg))(/.*)?",
    # What an authority issued is acmetool's; an operator's certificate.
    r"/var/lib/acme(/.*)?", r"/etc/ssl/relay(/.*)?",
    r"/var/lib/(dovecot|mta-sts|nginx|postfix|python|redis|unbound|ucf)(/.*)?",
    r"/var/lib/systemd(/(?!timers/stamp-chatmail|linger).*)?",
    r"/var/spool/postfix/.*", r"/etc/ld\.so\.cache", r".*/__pycache__(/.*)?",
    r"/etc/(ssl/certs/(?!mailserver)|alternatives/).*", r"/etc/ca-certificates\.conf",
    r"/etc/(redis|default|init\.d|logrotate\.d|rc.\.d|ufw|python3.*)(/.*)?",
    r"/etc/(hosts|hostname|machine-id|mailname)",
    r"/etc/systemd/system/(.*/)?(acmetool|mtail|redis|postfix-mta-sts-resolver)"
    r"\S*\.(service|timer)")


class EndTest(unittest.TestCase):
    maxDiff = None

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

    def differences(self, *known):
        """Paths that are there now and were not, or are another, or are gone;
        without those of Debian's packages that came later."""
        before, after = self.relay.tree_before, self.relay.tree()
        packages = set(self.run_in(
            "cat /var/lib/dpkg/info/*.list").splitlines())
        # /lib and the like are links into /usr.
        packages |= {"/usr" + path for path in packages}
        pattern = re.compile("|".join((*OTHERS, *known)))
        found = []
        for path in sorted(set(before) | set(after)):
            was, now = before.get(path), after.get(path)
            # A folder's own time and size are nobody's business.
            if was == now or pattern.fullmatch(path):
                continue
            if was is None and path in packages:
                continue
            found.append("%s: %s, before %s" % (path, now, was))
        return found

    def assert_stopped(self):
        for name in (*DAEMONS, *(name + ".timer" for name in TIMERS)):
            self.assertEqual("inactive", self.relay.is_active(name), name)

    def test_2_uninstall_puts_back_what_was_there(self):
        self.run_in("chatmail uninstall")
        self.assertNotIn(DOMAIN, self.run_in("cat /etc/postfix/main.cf"))
        self.assert_stopped()
        self.assertEqual([], self.differences(
            *KEPT, r"/etc/chatmail/accounts\.d", r"/usr/.*",
            r"/var/lib/chatmail.*", r"/var/lib/chatmilter.*",
            r"/etc/ssl/(certs/mailserver\.pem|private/mailserver\.key)"))
        self.assertEqual("", self.run_in(
            "grep -rlI 'ritten by chatmail' /etc /var/www | grep -v"
            " /etc/ssl/ || true"))
        # What is there now is Debian's: once more takes nothing away.
        before = self.relay.tree()
        self.run_in("chatmail uninstall")
        self.assertEqual(before["/etc/postfix/main.cf"],
                         self.relay.tree()["/etc/postfix/main.cf"])

    def test_3_purge_of_a_relay_that_runs_takes_what_was_made(self):
        self.relay.become(INI)
        self.relay.expect_running(relay_system.UNITS)
        said = self.run_in("apt-get purge -q -y chatmilter")
        self.assertEqual(
            self.run_in("systemctl list-units --all --no-legend"
                        " 'chatmail-*' | grep -v not-found || true"), "")
        self.assertEqual([], self.differences(*KEPT))
        self.assertEqual("", self.run_in(
            "grep -rlI 'ritten by chatmail' /etc /var/lib /var/www || true"))
        # With Debian's configuration, and what runs has no other.
        for unit in ("postfix@-", "dovecot", "nginx", "unbound", "coturn"):
            self.assertEqual("inactive", self.relay.is_active(unit), unit)
        self.run_in("postfix check && nginx -t && doveconf -n")
        # What is not the package's is there, and is named.
        for path in (MAILBOX, "/etc/dkimkeys/opendkim.private",
                     "/etc/chatmail/chatmail.ini"):
            self.run_in("test -s " + path)
        self.assertRegex(said, r"/home/vmail/mail, the mailboxes of \d+ acc")
        self.assertIn("  /etc/dkimkeys/opendkim.private\n", said)
        self.assertIn("  /etc/chatmail/chatmail.ini\n", said)
        self.run_in("id vmail && id chatmilter")

    def test_4_and_what_stayed_makes_the_same_relay_again(self):
        key = self.run_in("md5sum /etc/dkimkeys/opendkim.private")
        self.relay.install()
        self.run_in("chatmail run --skip-dns-check")
        self.relay.client("login", ALICE)
        self.relay.chatmail_test()
        self.assertEqual(key, self.run_in(
            "md5sum /etc/dkimkeys/opendkim.private"))
