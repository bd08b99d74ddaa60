"""A relay of the Python programs under systemd: taken over, backed up, restored
over itself, and given back.  tests/stack/relays has the formats and the mail.
"""

import unittest

import relay_system
from relay_system import DOMAIN, INI

OLD = "oldoldold@" + DOMAIN
PASSWORD = "old-password"
MAILBOX = "/home/vmail/mail/%s/%s" % (DOMAIN, OLD)
UNITS = "/etc/systemd/system/"
# This system, as another host is reached.
HERE = "192.0.2.1"
COPY = "/srv/copy"
THEIRS = ("filtermail.service", "doveauth.service",
          "chatmail-metadata.service")
UNIT = """[Unit]
Description=of before: %s

[Service]
ExecStart=/bin/sleep infinity

[Install]
WantedBy=multi-user.target
"""


class MovingTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.RelaySystem("moving")
        cls.addClassCleanup(cls.relay.close)
        run, write = cls.relay.run, cls.relay.write
        cls.relay.install()
        write("/usr/local/lib/chatmaild/chatmail.ini", INI)
        for unit in THEIRS:
            write(UNITS + unit, UNIT % unit)
        run("systemctl daemon-reload && systemctl enable --now " +
            " ".join(THEIRS))
        # As Debian's opendkim has it, and its tool.
        run("useradd --system opendkim && install -d -m 700 -o opendkim"
            " /etc/dkimkeys && openssl genrsa -traditional -out"
            " /etc/dkimkeys/opendkim.private 2048 && chown opendkim:"
            " /etc/dkimkeys/opendkim.private && chmod 600"
            " /etc/dkimkeys/opendkim.private")
        run("install -d -m 700 -o vmail -g vmail /home/vmail/mail/%s %s"
            " %s/cur %s/new %s/tmp" % (DOMAIN, *4 * [MAILBOX]))
        run("printf '{SHA512-CRYPT}%%s' \"$(openssl passwd -6 %s)\" >"
            " %s/password && chown vmail: %s/password" % (
                PASSWORD, MAILBOX, MAILBOX))
        write(MAILBOX + "/new/1795440002.M3P2.old-host", "Subject: [...]\n\n"
              "of before\n")
        run("chown vmail: %s/new/*" % MAILBOX)
        cls.key = run("md5sum /etc/dkimkeys/opendkim.private")

    def from_here(self, *options):
        """`chatmail migrate --from` this system, as another one would do it."""
        return self.relay.run("chatmail migrate --from %s --root %s %s 2>&1"
                              " < /dev/null; echo status $?" % (
                                  HERE, COPY, " ".join(options)))

    def tree(self, top=""):
        """What a relay of before has, with owners and times."""
        return self.relay.run(
            "cd %s/ && find home/vmail/mail etc/dkimkeys -printf"
            " '%%p %%y %%m %%U %%G %%s %%T@\\n' | sort" % top)

    def test_0_another_host_has_it_by_ssh(self):
        run = self.relay.run
        run("apt-get install -q -y --no-install-recommends openssh-server"
            " && ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519")
        said = self.from_here("--dry-run")
        self.assertIn("a key that this computer does not know yet", said)
        self.assertIn("Connect once by hand", said)
        self.assertTrue(said.endswith("status 1\n"), said)
        run("echo \"%s $(cat /etc/ssh/ssh_host_ed25519_key.pub)\" >"
            " /root/.ssh/known_hosts" % HERE)
        said = self.from_here("--dry-run")
        self.assertIn("ssh-copy-id root@" + HERE, said)
        run("cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys")
        run("systemctl start postfix@-")
        said = self.from_here("--dry-run")
        self.assertIn("mail still comes to " + HERE, said)
        run("systemctl stop postfix dovecot")
        before = self.tree()
        said = self.from_here("--dry-run")
        self.assertTrue(said.endswith("status 0\n"), said)
        run("test ! -e %s/home" % COPY)
        said = self.from_here("--yes")
        self.assertTrue(said.endswith("status 0\n"), said)
        self.assertIn("1 account", said)
        # Nothing is changed there, and nothing is left of the way.
        self.assertEqual(before, self.tree())
        self.assertEqual(["active", "enabled"], self.state(THEIRS[0]))
        self.assertEqual("", run("ls /var/tmp | grep chatmail || true"))
        self.check_copy()
        run("rm -r %s /root/.ssh && systemctl start dovecot postfix" % COPY)

    def check_copy(self):
        """It has the mailbox, the key and the settings."""
        run = self.relay.run
        for path in ("password", "new/1795440002.M3P2.old-host"):
            run("cmp %s/%s %s%s/%s" % (MAILBOX, path, COPY, MAILBOX, path))
        self.assertEqual(
            self.key.split()[0],
            run("md5sum %s/etc/dkimkeys/opendkim.private" % COPY).split()[0])
        self.assertEqual(INI, run("cat %s/etc/chatmail/chatmail.ini" % COPY))
        self.assertEqual("700 vmail vmail", run(
            "stat -c '%%a %%U %%G' %s%s" % (COPY, MAILBOX)).strip())

    def state(self, unit):
        return self.relay.run("systemctl is-active %s; systemctl is-enabled"
                              " %s" % (unit, unit), check=False).split()

    def log_in(self):
        """The old account's first message, by its old password."""
        self.relay.write("/root/netrc", 'machine 127.0.0.1 login "%s"'
                         ' password "%s"\n' % (OLD, PASSWORD))
        return self.relay.run(
            "curl -sSk --netrc-file /root/netrc"
            " 'imaps://127.0.0.1/INBOX;MAILINDEX=1'")

    def test_1_what_is_in_the_way_is_stopped(self):
        said = self.relay.run("chatmail migrate --yes")
        for unit in THEIRS:
            self.assertIn("stopped " + unit, said)
        for unit in ("filtermail.service", "doveauth.service"):
            self.assertEqual(["inactive", "disabled"], self.state(unit))
        # Ours is behind that name now.
        self.assertIn("/lib/systemd/system/", self.relay.run(
            "systemctl show -P FragmentPath chatmail-metadata.service"))

    def test_2_chatmail_run_goes_on_with_it(self):
        said = self.relay.run("chatmail run --skip-dns-check", seconds=900)
        self.assertNotIn("(made)", said.split("certificate")[0])
        self.relay.expect_running(relay_system.UNITS)
        self.assertIn("of before", self.log_in())
        self.assertEqual(self.key, self.relay.run(
            "md5sum /etc/dkimkeys/opendkim.private"))
        self.assertIn("0640 root:chatmilter", self.relay.run(
            "stat -c '0%a %U:%G' /etc/dkimkeys/opendkim.private"))

    def test_3_a_restore_over_the_running_relay_wants_to_be_meant(self):
        run = self.relay.run
        run("chatmail backup /root/relay.tar.zst")
        said = run("chatmail restore /root/relay.tar.zst", check=False)
        self.assertIn("serves mail here", said)
        self.assertIn("there is 1 account here", said)
        self.relay.expect_running(relay_system.UNITS)
        run("rm %s/cur/* %s/new/*" % (MAILBOX, MAILBOX), check=False)
        said = run("chatmail restore --force /root/relay.tar.zst")
        self.assertIn("stopping the relay", said)
        self.assertEqual("inactive", self.relay.is_active("postfix@-"))
        run("chatmail run --skip-dns-check", seconds=900)
        self.relay.expect_running(relay_system.UNITS)
        self.assertIn("of before", self.log_in())
        self.assertIn("vmail vmail", run("stat -c '%U %G' " + MAILBOX))

    def test_4_back_to_what_was_there(self):
        said = self.relay.run("chatmail migrate --back --yes")
        for unit in THEIRS:
            self.assertIn("started " + unit, said)
            self.assertEqual(["active", "enabled"], self.state(unit))
        self.assertEqual(
            "of before: chatmail-metadata.service", self.relay.run(
                "systemctl show -P Description"
                " chatmail-metadata.service").strip())
        self.assertEqual("inactive", self.relay.is_active("chatmail-milter"))
        self.assertEqual(self.key, self.relay.run(
            "md5sum /etc/dkimkeys/opendkim.private"))
        self.assertIn("600 opendkim", self.relay.run(
            "stat -c '%a %U' /etc/dkimkeys/opendkim.private"))
        self.assertNotIn(DOMAIN, self.relay.run("cat /etc/postfix/main.cf"))


if __name__ == "__main__":
    unittest.main()
