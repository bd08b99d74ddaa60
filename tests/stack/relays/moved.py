"""A relay that was one of the Python programs, and was taken over."""

import os
import time

from harness import postfix

from . import earlier, relay, unit

# What every relay of these tests has, and no operator.
OF_THE_TEST = """
log_addresses = yes
dns_forwarders = {dns}
"""


def install_shared(host):
    """What the package has in /usr/share."""
    host.run("mkdir", "-p", "/usr/share/chatmilter")
    host.run("ln", "-s", *(os.path.join(postfix.SOURCE, name) for name in (
        "rules", "deploy/templates", "deploy/www")), "/usr/share/chatmilter/")
    for kind in ("sysusers", "tmpfiles"):
        host.run("cp", "%s/chatmilter.%s" % (unit.SHIPPED, kind),
                 "/lib/%s.d/chatmilter.conf" % kind)


class Installed(relay.Relay):
    """As the package has it: nothing of it is where it was built."""

    def _write_settings(self, name_server, settings):
        install_shared(self.host)
        self.host.write("/etc/chatmail/chatmail.ini", (
            "[params]\nmail_domain = %s\nmin_available_memory = 0\n"
            "max_load_1m = 1000\n" % self.domain) + OF_THE_TEST.format(
                dns=name_server) + "\n".join(settings) + "\n")


ANN, BEA, OLD = ("annannann", "beabeabea", "oldoldold")
PASSWORDS = {ANN: "Ann's password, 1", BEA: "bea\\\"%päss", OLD: "old-password"}
ENFORCING = {ANN: True, BEA: True, OLD: False}
LAST_LOGIN = 1790000000
UID_VALIDITY = 1795440670


def address(name):
    return "%s@%s" % (name, earlier.DOMAIN)


def message(text):
    return ("From: <bob@elsewhere.example>\nTo: <%s>\nSubject: [...]\n"
            "Message-ID: <%s@localhost>\n\n%s\n" % (address(ANN), text, text))


# Name in the mailbox (flags behind the colon), UID, text.
MESSAGES = (
    ("1795440000.M1P2.old-host:2,S", 3, message("read")),
    ("1795440001.M2P2.old-host:2,RS", 5, message("answered")),
    ("1795440002.M3P2.old-host", 9, message("new")),
)


class Moved(relay.Relay):
    """The tree as it was before is in `before`, by path."""

    def _write_settings(self, name_server, settings):
        install_shared(self.host)
        self.host.run("systemd-sysusers", "chatmilter.conf")
        before = earlier.Writer(self.host)
        now = int(time.time())
        tokens = {ANN: {"fcm-one": now - 60, "of-long-ago": 1},
                  OLD: ["legacy-token"]}
        for name, password in PASSWORDS.items():
            box = before.account(name, password, ENFORCING[name],
                                 tokens.get(name), LAST_LOGIN)
            if name == ANN:
                for file_name, uid, text in MESSAGES:
                    before.message(box, file_name, text, uid)
        before.queued("3CqueueID", "what Postfix has")
        self.key = self.host.read(earlier.KEY)
        self.told = self.host.run("chatmail", "migrate", "--yes")
        self.ini = self.host.read("/etc/chatmail/chatmail.ini")
        self.host.write("/etc/chatmail/chatmail.ini",
                        self.ini + OF_THE_TEST.format(dns=name_server) +
                        "\n".join(settings) + "\n")

    def _make_key(self):
        """It has one."""
