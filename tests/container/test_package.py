"""Install, run, upgrade, reboot, purge: in this order, on one system."""

import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import debian

INI = """[params]
mail_domain = _relay.example
privacy_postal = The Relay Keepers
privacy_mail = privacy@relay.example
max_load_1m = 1000
policyd_socket = unix:/var/spool/postfix/chatmilter/policyd.sock
accounts_socket = unix:/run/doveauth/doveauth.socket
"""
DAEMONS = ("chatmail-doveauth", "chatmail-lastlogin", "chatmail-metadata",
           "chatmail-newemail", "chatmail-policyd", "chatmail-milter")
TIMERS = ("chatmail-expire", "chatmail-fsreport")
SOCKETS = {
    "/run/doveauth/doveauth.socket": "660 vmail",
    "/run/chatmail-lastlogin/lastlogin.socket": "660 vmail",
    "/run/chatmail-metadata/metadata.socket": "660 vmail",
    "/run/chatmail-newemail/newemail.socket": "660 www-data",
    "/var/spool/postfix/chatmilter/milter.sock": "660 postfix",
    "/var/spool/postfix/chatmilter/policyd.sock": "660 postfix",
}
RULE = 'on inbound\nreject 554 5.7.1 "Not wanted" as blocked\n' \
       '  when author.domain in {"spam.example"}\n'
# What Dovecot asks at a login, and the answer.
LOGIN = r"""perl -MSocket -e '
socket(S, PF_UNIX, SOCK_STREAM, 0) or die;
connect(S, sockaddr_un("/run/doveauth/doveauth.socket")) or die $!;
$a = "%s\@_relay.example";
syswrite(S, "H3\t2\t0\t\tauth\nLshared/passdb/a-long-password\"$a\t$a\n");
alarm 20; print scalar <S>'"""
MOST_EXPOSURE = 2.0


class PackageTest(unittest.TestCase):
    folder = None
    package = None

    @classmethod
    def setUpClass(cls):
        cls.system = debian.Container(cls.folder)
        cls.addClassCleanup(cls.system.close)
        cls.system.boot()

    def run_in(self, command, **options):
        return self.system.run(command, **options)

    def install(self, package):
        shutil.copy(package, self.system.root / "root/chatmilter.deb")
        self.run_in("apt-get install -q -y --no-install-recommends"
                    " /root/chatmilter.deb", seconds=600)

    def is_active(self, unit):
        return self.run_in("systemctl is-active " + unit, check=False).strip()

    def main_pid(self, unit):
        return self.run_in("systemctl show -P MainPID " + unit).strip()

    def expect_running(self):
        for name in DAEMONS:
            with self.subTest(daemon=name):
                self.assertEqual(
                    self.is_active(name), "active",
                    self.run_in("journalctl -n 30 --no-pager -u " + name))
        for path, owner in SOCKETS.items():
            with self.subTest(socket=path):
                self.assertEqual(
                    self.run_in("stat -c '%a %G' " + path).strip(), owner)

    def log_in(self, name):
        return self.run_in(LOGIN % name)

    def test_1_install(self):
        self.install(self.package)
        self.assertIn("(chatmilter)", self.run_in("id chatmilter"))
        groups = self.run_in("id -nG chatmilter").split()
        self.assertLessEqual({"vmail", "postfix"}, set(groups))
        self.assertEqual(
            self.run_in("stat -c '%a %U' /home/vmail").strip(), "700 vmail")
        for name in DAEMONS:
            self.assertEqual(self.is_active(name), "inactive", name)
        self.assertIn("no error", self.run_in("chatmail rules check"))
        self.assertEqual(self.run_in(
            "bash -c 'COMP_WORDS=(chatmail ru) COMP_CWORD=1;"
            " . /usr/share/bash-completion/completions/chatmail;"
            " _chatmail; echo ${COMPREPLY[@]}'").split()[0][:2], "ru")

    def test_2_the_services_run_in_their_sandboxes(self):
        self.run_in("cat > /etc/chatmail/chatmail.ini", text=INI)
        self.run_in(
            "install -d -m 750 -g chatmilter /etc/dkimkeys &&"
            " openssl genrsa -out /etc/dkimkeys/opendkim.private 2048 &&"
            " chgrp chatmilter /etc/dkimkeys/opendkim.private &&"
            " chmod 640 /etc/dkimkeys/opendkim.private")
        self.run_in("install -d -m 700 -o vmail -g vmail /home/vmail/mail"
                    " /home/vmail/mail/_relay.example")
        self.run_in("systemctl enable --now %s %s" % (
            " ".join(DAEMONS), " ".join(t + ".timer" for t in TIMERS)),
            check=False)
        self.expect_running()
        self.assertTrue(self.log_in("alice0001").startswith("O{"))
        self.run_in("test -s /home/vmail/mail/_relay.example/"
                    "alice0001@_relay.example/password")
        for name in TIMERS:
            self.run_in("systemctl start " + name)
        self.assertIn("files", self.run_in("chatmail webpage"))

    def test_3_exposure(self):
        for name in DAEMONS + TIMERS:
            with self.subTest(unit=name):
                said = self.run_in("systemd-analyze security --no-pager " +
                                   name)
                found = re.search(r"exposure level for .*: ([0-9.]+)", said)
                print("   %-22s %s" % (name, found.group(1)))
                self.assertLessEqual(float(found.group(1)), MOST_EXPOSURE,
                                     said)

    def test_4_upgrade_keeps_rules_and_restarts(self):
        self.run_in("cat > /etc/chatmilter/rules.d/10-own.conf", text=RULE)
        before = {name: self.main_pid(name) for name in DAEMONS}
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder) / "tree"
            subprocess.run(["dpkg-deb", "-R", self.package, tree], check=True)
            control = tree / "DEBIAN/control"
            control.write_text(re.sub(r"(?m)^Version: .*", r"\g<0>+next",
                                      control.read_text()))
            newer = pathlib.Path(folder) / "newer.deb"
            subprocess.run(["dpkg-deb", "--root-owner-group", "-b", tree,
                            newer], check=True, stdout=subprocess.DEVNULL)
            self.install(newer)
        self.assertIn("+next", self.run_in("dpkg-query -W chatmilter"))
        self.assertEqual(
            self.run_in("cat /etc/chatmilter/rules.d/10-own.conf"), RULE)
        for name in DAEMONS:
            self.assertNotEqual(self.main_pid(name), before[name], name)
        self.expect_running()
        self.assertTrue(self.log_in("alice0001").startswith("O{"))

    def test_5_reboot(self):
        self.system.halt()
        self.system.boot()
        self.expect_running()
        self.assertTrue(self.log_in("alice0001").startswith("O{"))
        for name in TIMERS:
            self.assertEqual(self.is_active(name + ".timer"), "active")

    def test_6_purge(self):
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
        for path in ("/home/vmail/mail/_relay.example/"
                     "alice0001@_relay.example/password",
                     "/etc/dkimkeys/opendkim.private",
                     "/etc/chatmail/chatmail.ini",
                     "/etc/chatmilter/rules.d/10-own.conf"):
            self.run_in("test -s " + path)
        self.run_in("id vmail && id chatmilter")
