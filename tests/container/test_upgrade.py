"""A higher version of the package while mail comes and goes."""

import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

import relay_system
from relay_system import DAEMONS, DOMAIN

ALICE, BOB = "flowalice@" + DOMAIN, "flowbobby@" + DOMAIN
RULE = """# Whom this operator does not want.
on inbound
reject 554 5.7.1 "Not wanted" as blocked
  when author.domain in {"spam.example"}
"""
RULES = "/etc/chatmilter/rules.d/10-own.conf"
SPAM = "eve@spam.example"
# What the next version brings to a template.
NEWS = "# A line of the next version.\n"


def next_version(package, folder):
    """The package with a higher number and another template."""
    tree = pathlib.Path(folder) / "tree"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*", r"\g<0>+next",
                              control.read_text()))
    template = tree / "usr/share/chatmilter/templates/postfix/master.cf"
    template.write_text(template.read_text() + NEWS)
    newer = pathlib.Path(folder) / "newer.deb"
    subprocess.run(["dpkg-deb", "-Znone", "--root-owner-group", "-b", tree,
                    newer], check=True, stdout=subprocess.DEVNULL)
    return newer


class MailFlow:
    """client.py's flow, from here to end()."""

    def __init__(self, relay):
        self._process = subprocess.Popen(
            relay.system.words_from_host(
                [sys.executable, relay_system.CLIENT, "flow", ALICE, BOB]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout.readline() == "begun\n"

    def end(self):
        said, _ = self._process.communicate(timeout=300)
        return json.loads(said)


class UpgradeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.shared().ready()
        cls.relay.client("login", ALICE, BOB)
        cls.relay.write(RULES, RULE)
        cls.relay.run("systemctl reload chatmail-milter")

    def arrived(self, expected):
        """How often each message is in the inbox, when the queue is empty."""
        end = time.monotonic() + 120
        while self.relay.run("postqueue -j").strip():
            if time.monotonic() > end:
                self.fail(self.relay.run("postqueue -p"))
            # What could not be delivered for a moment would wait 5 minutes.
            self.relay.run("postqueue -f")
            time.sleep(1)
        found = self.relay.client("messages", BOB).split()
        self.assertGreaterEqual(len(found), len(expected))
        return collections.Counter(found)

    def expect_rule(self):
        self.assertEqual(RULE, self.relay.run("cat " + RULES))
        reply = self.relay.client("receive", SPAM, BOB)
        self.assertEqual("554 5.7.1 Not wanted", reply)

    def test_1_no_message_is_lost_or_doubled(self):
        self.expect_rule()
        before = self.relay.main_pids(DAEMONS)
        with tempfile.TemporaryDirectory() as folder:
            newer = next_version(self.relay.package, folder)
            flow = MailFlow(self.relay)
            time.sleep(3)
            begin = time.monotonic()
            self.relay.install(newer)
            took = time.monotonic() - begin
            time.sleep(3)
        sent = flow.end()
        print("   upgrade %.1f s; %d messages, the longest wait %.1f s; %s" % (
            took, len(sent["accepted"]), sent["longest"], sent["replies"]))
        self.assertEqual([], sent["given_up"])
        self.assertEqual([], sent["unanswered"])
        self.assertGreater(len(sent["accepted"]), 30)
        self.assertEqual(len(sent["accepted"]), len(set(sent["accepted"])))
        times = self.arrived(sent["accepted"])
        self.assertEqual({1}, {times[name] for name in sent["accepted"]})
        after = self.relay.main_pids(DAEMONS)
        for name in DAEMONS:
            self.assertNotEqual(before[name], after[name], name)
        self.assertIn("+next", self.relay.run("dpkg-query -W chatmilter"))
        self.relay.expect_running(relay_system.UNITS)

    def test_2_the_operators_rule_is_there_and_decides(self):
        self.expect_rule()

    def test_3_run_brings_the_new_templates_while_mail_flows(self):
        flow = MailFlow(self.relay)
        time.sleep(2)
        said = self.relay.run("chatmail run --skip-dns-check")
        time.sleep(2)
        sent = flow.end()
        self.assertIn("+" + NEWS, said)
        self.assertIn("postfix.service: reloaded", said)
        self.assertEqual([], sent["given_up"])
        self.assertEqual([], sent["unanswered"])
        self.assertGreater(len(sent["accepted"]), 10)
        times = self.arrived(sent["accepted"])
        self.assertEqual({1}, {times[name] for name in sent["accepted"]})
        self.relay.chatmail_test()
