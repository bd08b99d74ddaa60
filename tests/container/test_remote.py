"""`chatmail run --ssh-host` and its like, against a real sshd.

The host of the relay is a container with nothing but sshd; the operator is a
program of the package on this host, in the container's network alone, with an
ssh_config of the test's own.
"""

import json
import pathlib
import subprocess
import tempfile
import time
import unittest

import relay_system
from relay_system import DOMAIN, INI

HOST = "192.0.2.1"
MOST_SECONDS = 240
CONFIG = """Host *
  IdentityFile %(folder)s/key
  IdentitiesOnly yes
  UserKnownHostsFile %(folder)s/known_hosts
  GlobalKnownHostsFile /dev/null
"""


class RemoteTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.RelaySystem("remote")
        cls.addClassCleanup(cls.relay.close)
        temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(temporary.cleanup)
        cls.folder = pathlib.Path(temporary.name)
        subprocess.run(["dpkg-deb", "-x", cls.relay.package,
                        cls.folder / "package"], check=True)
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        cls.folder / "key"], check=True)
        (cls.folder / "config").write_text(CONFIG % {"folder": cls.folder})
        bin_folder = cls.folder / "bin"
        bin_folder.mkdir()
        (bin_folder / "ssh").write_text(
            "#!/bin/sh\nexec /usr/bin/ssh -F %s/config \"$@\"\n" % cls.folder)
        (bin_folder / "ssh").chmod(0o755)
        cls.ini = cls.folder / "chatmail.ini"
        cls.ini.write_text(INI)

    def chatmail(self, *words, path=None, seconds=900):
        """Exit status, standard output, standard error."""
        path = path or "%s/bin:/usr/bin:/bin" % self.folder
        done = subprocess.run(
            self.relay.system.words_from_host(
                ["env", "NO_COLOR=1", "PATH=" + path,
                 self.folder / "package/usr/bin/chatmail", *words]),
            check=False, capture_output=True, text=True, timeout=seconds,
            stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def run_there(self, *words, host="root@" + HOST, **options):
        return self.chatmail("run", "--config", self.ini, "--skip-dns-check",
                             "--ssh-host", host, *words, **options)

    def expect_failure(self, *parts, host="root@" + HOST, **options):
        for words in (("run", "--config", self.ini), ("status",)):
            with self.subTest(words=words):
                status, out, err = self.chatmail(
                    *words, "--ssh-host", host, **options)
                self.assertEqual(2, status, out + err)
                for part in parts:
                    self.assertIn(part, out + err)

    def trust(self):
        """What the operator does once by hand: the host's key is known."""
        keys = self.relay.run("cat /etc/ssh/ssh_host_ed25519_key.pub")
        (self.folder / "known_hosts").write_text(
            "%s %s" % (HOST, keys))

    def authorize(self, user):
        home = self.relay.run("getent passwd %s | cut -d: -f6" % user).strip()
        self.relay.write(home + "/.ssh/authorized_keys",
                         (self.folder / "key.pub").read_text())
        self.relay.run("chown -R %s %s/.ssh && chmod 700 %s/.ssh" % (
            user, home, home))

    def test_1_what_stands_in_the_way_is_told_with_what_to_do(self):
        self.expect_failure("does not answer to ssh",
                            "apt-get install openssh-server")
        self.relay.run("apt-get install -q -y --no-install-recommends"
                       " openssh-server && useradd -m -s /bin/sh keeper")
        self.expect_failure("a key that this computer does not know yet",
                            "Connect once by hand", "ssh root@" + HOST)
        self.trust()
        self.expect_failure("does not let us in without a password",
                            "ssh-copy-id root@" + HOST)
        self.authorize("keeper")
        self.expect_failure("keeper@%s is not root there" % HOST,
                            host="keeper@" + HOST)
        self.authorize("root")
        self.expect_failure("chatmilter is not installed on root@" + HOST,
                            "--package")
        self.expect_failure("192.0.2.77 cannot be reached", "firewall",
                            host="192.0.2.77")
        self.expect_failure("no-such-host.example is a name that nobody knows",
                            host="no-such-host.example")
        self.expect_failure("ssh://root@%s:PORT" % HOST,
                            host="ssh://%s:2222" % HOST)
        self.expect_failure("is no host", host="-oProxyCommand=id")
        empty = self.folder / "empty"
        empty.mkdir()
        self.expect_failure("apt-get install openssh-client", path=str(empty))

    def test_2_a_dry_run_changes_nothing_there(self):
        before = self.relay.run("find /etc /var/lib /root -newer /etc/ssh -type"
                                " f | sort")
        status, out, err = self.run_there("--dry-run", "--package",
                                          self.relay.package)
        self.assertEqual(2, status, out + err)
        self.assertIn("a dry run installs nothing", out)
        self.assertEqual(before, self.relay.run(
            "find /etc /var/lib /root -newer /etc/ssh -type f | sort"))

    def test_3_one_command_makes_the_relay(self):
        begin = time.monotonic()
        status, out, err = self.run_there("--package", self.relay.package)
        took = time.monotonic() - begin
        print("".join(line for line in out.splitlines(keepends=True)
                      if not line.startswith("    ")) + err)
        print("   %.0f s, Debian's packages and all" % took)
        self.assertEqual(0, status)
        self.assertLess(took, MOST_SECONDS)
        self.relay.chatmail_test()
        self.relay.run("test ! -e /var/cache/apt/archives/"
                       "chatmilter-by-ssh.deb")
        self.assertEqual(INI, self.relay.run("cat /etc/chatmail/chatmail.ini"))

    def test_4_again_and_nothing_changes(self):
        pids = self.relay.main_pids()
        status, out, err = self.run_there()
        self.assertEqual(0, status, out + err)
        self.assertIn("All are as they should be", out)
        self.assertEqual(pids, self.relay.main_pids())

    def test_5_settings_go_there_and_what_they_replace_is_shown(self):
        self.ini.write_text(INI + "max_message_size = 1000000\n")
        status, out, err = self.run_there("--dry-run")
        self.assertEqual(0, status, out + err)
        self.assertIn("+max_message_size = 1000000", out)
        self.assertIn("+message_size_limit = 1000000", out)
        self.assertEqual(INI, self.relay.run("cat /etc/chatmail/chatmail.ini"))
        self.assertEqual("", self.relay.run("ls -d /tmp/tmp.* || true"))
        status, out, err = self.run_there("--json")
        self.assertEqual(0, status, out + err)
        told = [json.loads(line) for line in out.splitlines()]
        self.assertEqual("root@" + HOST, told[0]["text"])
        self.assertEqual("done", told[-1]["kind"])
        self.assertEqual("1000000", self.relay.run(
            "postconf -h message_size_limit").strip())

    def test_6_other_commands_there(self):
        at = ("--ssh-host", "root@" + HOST)
        status, out, err = self.chatmail("status", *at)
        self.assertEqual(0, status, out + err)
        self.assertTrue(out.startswith(DOMAIN + "\nservice\n  ok unbound"))
        status, out, err = self.chatmail("status", "--json", *at)
        self.assertEqual(0, status, out + err)
        self.assertGreater(len([json.loads(line)
                                for line in out.splitlines()]), 20)
        self.relay.run("systemctl stop nginx")
        self.assertEqual(1, self.chatmail("status", *at)[0])
        self.relay.run("systemctl start nginx")
        status, out, err = self.chatmail("test", "--ssh-host=root@" + HOST)
        self.assertEqual(0, status, out + err)
        self.assertIn("steps are good", out)
        status, out, err = self.chatmail("queue", *at)
        self.assertEqual((0, "The queue is empty.\n"), (status, out), err)
        status, out, err = self.chatmail("dns", "--zonefile", *at)
        self.assertEqual(0, status, out + err)
        self.assertIn("opendkim._domainkey." + DOMAIN, out)
        status, out, err = self.chatmail("uninstall", "--dry-run", *at)
        self.assertEqual(0, status, out + err)
        self.assertIn("would stop chatmail-milter.service", out)
        # Words with blanks and quotes get there as they are.
        status, out, err = self.chatmail("status", "--config", "/a 'b' $HOME",
                                         *at)
        self.assertEqual(2, status)
        self.assertIn("/a 'b' $HOME", err)

    def test_7_a_host_whose_key_is_another(self):
        other = self.folder / "other"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        other], check=True)
        (self.folder / "known_hosts").write_text("%s %s" % (
            HOST, other.with_suffix(".pub").read_text()))
        self.expect_failure("has another key than the one",
                            "ssh-keygen -R " + HOST)
        self.trust()

    def test_8_uninstall_from_afar(self):
        status, out, err = self.chatmail("uninstall", "--ssh-host", HOST)
        self.assertEqual(0, status, out + err)
        self.assertEqual("inactive", self.relay.is_active("chatmail-milter"))
        self.relay.run("test -s /etc/dkimkeys/opendkim.private")
