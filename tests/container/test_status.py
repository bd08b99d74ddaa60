"""`chatmail status` held against what systemd, the kernel and Postfix say."""

import json
import time
import unittest

import relay_system
from relay_system import DOMAIN, UNITS

ALICE, BOB = "statalice@" + DOMAIN, "statbobby@" + DOMAIN
CERTIFICATE = "/etc/ssl/certs/mailserver.pem"
KEY = "/etc/ssl/private/mailserver.key"
BROKEN = "/run/systemd/system/chatmail-fsreport.service.d/broken.conf"


class StatusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.relay = relay_system.shared().ready()
        cls.relay.client("login", ALICE, BOB)

    def lines(self, status):
        """By section and name; the exit status is checked."""
        said = self.relay.run("chatmail status --json; echo $?").splitlines()
        self.assertEqual(str(status), said.pop(), "\n".join(said))
        found = [json.loads(line) for line in said]
        return {(line["section"], line["name"]): line for line in found}

    def faults(self):
        return {name: line for name, line in self.lines(1).items()
                if line["result"] != "good"}

    def wait_for(self, what, seconds=60):
        """The lines, once `what` of them is true."""
        end = time.monotonic() + seconds
        while True:
            found = json.loads("[%s]" % ",".join(self.relay.run(
                "chatmail status --json", check=False).splitlines()))
            lines = {(line["section"], line["name"]): line for line in found}
            if what(lines):
                return lines
            if time.monotonic() > end:
                self.fail(json.dumps(found, indent=1))
            time.sleep(0.5)

    def test_1_all_is_well_and_each_line_is_true(self):
        lines = self.wait_for(lambda lines: all(
            line["result"] == "good" for line in lines.values()))
        self.assertEqual(lines.keys(), self.lines(0).keys())
        for unit in UNITS:
            line = lines["service", unit + ".service"]
            behind = "postfix@-" if unit == "postfix" else unit
            since = self.relay.run("systemctl show --timestamp=unix -P"
                                   " ActiveEnterTimestamp " + behind)
            self.assertEqual("active", line["state"])
            self.assertEqual(since.strip(), "@%d" % line["since"], unit)
        for timer in ("chatmail-expire", "chatmail-fsreport"):
            line = lines["service", timer + ".timer"]
            self.assertTrue(line["text"].startswith("active (waiting)"), line)
            self.assertEqual("success", line.get("last_result", "success"))
        self.assert_ports(lines)
        self.assert_certificate(lines)
        self.assertEqual(0, lines["queue", "postfix"]["messages"])
        free = int(self.relay.run("df -B1 --output=avail / | tail -1"))
        self.assertAlmostEqual(free, self.disk(lines)["free"],
                               delta=free * 0.05)

    @staticmethod
    def disk(lines):
        return next(line for (section, _), line in lines.items()
                    if section == "disk")

    def assert_ports(self, lines):
        listening = self.relay.run("ss -Hltnp; ss -Hlunp")
        ports = [line for (section, _), line in lines.items()
                 if section == "port"]
        self.assertEqual(8, len(ports))
        for line in ports:
            self.assertRegex(listening, r':%d .*"%s"' % (
                line["port"], line["program"][:15]))

    def assert_certificate(self, lines):
        line = lines["certificate", CERTIFICATE]
        end = self.relay.run("date -d \"$(openssl x509 -noout -enddate -in %s"
                             " | cut -d= -f2)\" +%%s" % CERTIFICATE)
        self.assertEqual(int(end), line["not_after"])
        self.assertTrue(line["self_signed"])
        self.assertIn(DOMAIN, line["names"])

    def test_2_a_service_that_was_stopped(self):
        for unit, behind in (("chatmail-newemail", "chatmail-newemail"),
                             ("postfix", "postfix@-")):
            with self.subTest(unit=unit):
                self.relay.run("systemctl stop " + behind)
                line = self.faults()["service", unit + ".service"]
                self.assertEqual("inactive", line["state"])
                self.assertEqual("bad", line["result"])
                text = self.relay.run("chatmail status", check=False)
                self.assertRegex(text, r"!! %s\.service +inactive" % unit)
                self.relay.run("systemctl start " + unit + " " + behind)
                self.lines(0)

    def test_3_a_port_that_nobody_serves(self):
        self.relay.run("systemctl stop coturn")
        faults = self.faults()
        self.assertEqual("nobody listens", faults["port", "3478/udp"]["text"])
        self.relay.run("systemctl start coturn")
        self.wait_for(lambda lines: lines["port", "3478/udp"]["result"] ==
                      "good")

    def test_4_a_service_that_ends_again_and_again(self):
        before = self.relay.main_pids(["chatmail-lastlogin"])
        self.relay.run("systemctl kill -s KILL chatmail-lastlogin")
        lines = self.wait_for(
            lambda lines: lines["service", "chatmail-lastlogin.service"].get(
                "restarts") == 1)
        self.assertNotEqual(before,
                            self.relay.main_pids(["chatmail-lastlogin"]))
        self.assertIn("restarted once",
                      lines["service", "chatmail-lastlogin.service"]["text"])
        self.relay.run("systemctl restart chatmail-lastlogin")

    def test_5_what_a_timer_starts_has_failed(self):
        self.relay.write(BROKEN, "[Service]\nExecStart=\nExecStart=/bin/false\n")
        self.relay.run("systemctl daemon-reload;"
                       " systemctl start chatmail-fsreport.service",
                       check=False)
        line = self.faults()["service", "chatmail-fsreport.timer"]
        self.assertIn("chatmail-fsreport.service failed", line["text"])
        self.assertEqual("exit-code", line["last_result"])
        self.relay.run("rm %s; systemctl daemon-reload;"
                       " systemctl start chatmail-fsreport.service" % BROKEN)
        line = self.lines(0)["service", "chatmail-fsreport.timer"]
        self.assertEqual("success", line["last_result"])

    def test_6_a_certificate_that_ends_soon_or_has_ended(self):
        keep = "cp -p %s /root/cert.pem && cp -p %s /root/key.pem"
        self.relay.run(keep % (CERTIFICATE, KEY))
        self.relay.self_signed(DOMAIN, CERTIFICATE, KEY, days=5)
        line = self.faults()["certificate", CERTIFICATE]
        self.assertIn(line["days_left"], (4, 5))
        self.assertIn("should have been renewed", line["text"])
        self.relay.run("rm " + CERTIFICATE)
        self.assertIn("not there",
                      self.faults()["certificate", CERTIFICATE]["text"])
        self.relay.run("cp -p /root/cert.pem %s; cp -p /root/key.pem %s" % (
            CERTIFICATE, KEY))
        self.lines(0)

    def test_7_mail_that_waits(self):
        reply = self.relay.client("submit", ALICE, "carol@elsewhere.example")
        self.assertTrue(reply.startswith("250 "), reply)
        line = self.wait_for(lambda lines: lines["queue", "postfix"][
            "deferred"] == 1)["queue", "postfix"]
        self.assertEqual(1, line["messages"])
        said = json.loads(self.relay.run("chatmail queue --json"))
        self.assertEqual("elsewhere.example", said["destination"])
        self.assertEqual("deferred", said["queue"])
        self.assertTrue(said["reason"])
        self.relay.run("postsuper -d ALL")
        self.assertEqual(0, self.lines(0)["queue", "postfix"]["messages"])

    def test_8_the_last_refusals_by_reason(self):
        name = ("refusals", "outbound cleartext")
        before = self.lines(0).get(name, {"messages": 0})["messages"]
        reply = self.relay.client("submit", ALICE, BOB, "cleartext")
        self.assertTrue(reply.startswith("523 "), reply)
        line = self.wait_for(
            lambda lines: name in lines and
            lines[name]["messages"] == before + 1)[name]
        now = int(self.relay.run("date +%s"))
        self.assertLessEqual(abs(now - line["last"]), 30)
        self.assertEqual("reject", line["verdict"])
        reply = self.relay.client("receive", "eve@elsewhere.example", BOB)
        self.assertGreaterEqual(int(reply[:3]), 400, reply)
        self.wait_for(lambda lines: any(
            section == "refusals" and line["text"] and
            name.startswith("inbound ")
            for (section, name), line in lines.items()))

    def test_9_the_last_push_and_that_it_fails(self):
        before = self.lines(0)["push", "notifications"]
        self.assertEqual(0, before["waiting"])
        self.relay.client("token", BOB, "a-device")
        reply = self.relay.client("submit", ALICE, BOB)
        self.assertTrue(reply.startswith("250 "), reply)
        # There is no network, so nobody takes it.
        line = self.wait_for(
            lambda lines: lines["push", "notifications"].get("fails"),
            120)["push", "notifications"]
        self.assertEqual("bad", line["result"])
        self.assertEqual(1, line["waiting"])
        now = int(self.relay.run("date +%s"))
        self.assertLessEqual(abs(now - line["last"]), 130)
        self.assertIn("notifications fail", line["text"])
        self.relay.run("systemctl stop chatmail-metadata;"
                       " rm /home/vmail/mail/%s/pending_notifications/*;"
                       " systemctl start chatmail-metadata" % DOMAIN)
        line = self.lines(0)["push", "notifications"]
        self.assertEqual(0, line["waiting"])
