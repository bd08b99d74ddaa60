"""What is counted from the logs, by mtail; and the quota, for it logs too.

The lines are those of a real Postfix, a real Dovecot and our own programs, so
that a pattern which no longer fits is seen here.
"""

import os
import re
import smtplib
import subprocess
import time
import unittest

from harness import dovecot, postfix, relay, sandbox, smtp
from harness.build import FOLDER
from harness.relay import ALICE, BOB, DOMAIN
from harness.session import PORTS

PROGRAMS = os.path.join(postfix.SOURCE, "deploy/templates/mtail")
PASSWORD = "secret-pass-1"
DAY = 24 * 3600


def counters(log):
    """mtail's counters after `log`, by their names."""
    done = subprocess.run(
        ["mtail", "--one_shot", "--one_shot_format", "prometheus", "--progs",
         PROGRAMS, "--logs", log],
        check=True, capture_output=True, text=True, timeout=60)
    lines = [line for line in done.stdout.splitlines()
             if not line.startswith("#")]
    return {line.split("{")[0]: int(line.split()[-1]) for line in lines}, lines


def message(size):
    line = b"x" * 98 + b"\r\n"
    return (b"From: <%s>\r\nTo: <%s>\r\nSubject: [...]\r\n\r\n"
            % (BOB.encode(), ALICE.encode()) + line * (size // len(line)))


class PostfixLogTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.relay = relay.Relay(cls.box, PORTS, os.path.join(FOLDER, "bin"))
        cls.relay.postfix.main["smtpd_timeout"] = "2s"
        cls.relay.start()

    def test_postfix_lines_are_counted(self):
        port = self.relay.postfix.ports["smtp"]
        submission = self.relay.postfix.ports["submission"]
        # Who may not submit, and a failed login, of which Postfix warns.
        with smtp.Client(submission) as client:
            client.command("EHLO client.example")
            client.starttls()
            client.command("EHLO client.example")
            self.assertEqual(535, client.login(ALICE, "wrong").code)
            client.command("MAIL FROM:<%s>" % ALICE)
            self.assertLessEqual(
                500, client.command("RCPT TO:<%s>" % BOB).code)
        # A client that goes silent in the middle of a message.
        with smtp.Client(port) as client:
            client.command("EHLO client.example")
            client.command("MAIL FROM:<bob@elsewhere.example>")
            client.command("RCPT TO:<%s>" % ALICE)
            self.assertEqual(354, client.command("DATA").code)
            sandbox.wait_for(
                lambda: "timeout after DATA" in self.relay.postfix.read_log(),
                30, "Postfix gives the client up")
        text = self.relay.postfix.read_log()
        counted, _ = counters(self.relay.postfix.log)
        self.assertEqual(text.count(": NOQUEUE: "), counted["postfix_noqueue"])
        self.assertLess(0, counted["postfix_noqueue"])
        self.assertEqual(1, counted["postfix_timeouts"])
        self.assertEqual(text.count(" warning: "), counted["warning_count"])
        self.assertLess(0, counted["warning_count"])
        self.assertEqual(0, counted["delivered_mail"])


class DovecotLogTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN)
        # 4 MB: the warning is at 3, and down to 2 it goes.
        path = cls.dovecot.config
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for there, here in (("bytes=524288000", "storage=4M"),
                            ("quota-warning 350 ", "quota-warning 2 ")):
            assert there in text
            text = text.replace(there, here)
        cls.box.write(path, text)
        cls.dovecot.start()

    def fill(self, address, ages):
        """A message of 900 KB for each age, as Dovecot names them."""
        for age in ages:
            when = int(time.time() - age * DAY)
            path = self.dovecot.mailbox(
                address, "cur", "%d.M1P%d.host,S=900000,W=909000:2,S"
                % (when, age))
            with open(path, "wb") as file:
                file.write(message(900000 * 100 // 101))
            os.truncate(path, 900000)
            os.chmod(path, 0o666)

    def names(self, address):
        names = os.listdir(self.dovecot.mailbox(address, "cur"))
        return sorted(re.sub(r".*P(\d+).host.*", r"\1", name)
                      for name in names if ".host,S=900000" in name)

    def test_what_gets_too_full_loses_its_oldest_and_all_is_counted(self):
        ann = "ann000001@" + DOMAIN
        self.assertIsNone(self.dovecot.login(ann, PASSWORD))
        self.fill(ann, (3, 7, 5))
        # 3.5 MB: above the warning, and there is room all the same.
        self.dovecot.deliver(message(800000), BOB, ann)
        words = "quota-expire: removed 2 message(s) from " + ann
        sandbox.wait_for(lambda: words in self.dovecot.read_log(), 20,
                         "the oldest go:\n" + self.dovecot.read_log())
        self.assertEqual(["3"], self.names(ann))
        # Dovecot has counted anew: 1.7 MB and 2 MB fit.
        self.dovecot.deliver(message(2000000), BOB, ann)
        # Of what is younger than a day nothing goes, so at last it is full.
        with self.assertRaises(smtplib.SMTPException) as refused:
            self.dovecot.deliver(message(2500000), BOB, ann)
        self.assertIn("552", str(refused.exception))
        status, text = self.dovecot.doveadm("quota", "get", "-u", ann)
        self.assertEqual(0, status, text)
        used = int(text.split("STORAGE")[1].split()[0])
        self.assertLess(used, 3 * 1024, text)

        log = os.path.join(self.dovecot.root, "dovecot.log")
        counted, lines = counters(log)
        self.assertEqual(2, counted["delivered_mail"])
        self.assertEqual(1, counted["quota_exceeded"])
        self.assertLessEqual(1, counted["quota_expire_runs"])
        self.assertEqual(3, counted["quota_expire_removed_files"])
        self.assertNotIn("@", "".join(lines))


if __name__ == "__main__":
    unittest.main()
