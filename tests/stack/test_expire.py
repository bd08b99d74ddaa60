"""Expiry beside a real Dovecot: what it finds afterwards, and meanwhile."""

import gzip
import os
import re
import subprocess
import threading
import time
import unittest

from harness import dovecot, sandbox, session  # noqa: F401, pylint: disable=W0611
from harness.build import program

DOMAIN = "_a.example"
PASSWORD = "secret-pass-1"
DAY = 24 * 3600


def message(text):
    return (b"From: <bob@elsewhere.example>\r\nSubject: [...]\r\n\r\n%s\r\n"
            % text.encode())


class ExpireTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN)
        cls.dovecot.start()

    def account(self, name):
        address = name + "@" + DOMAIN
        self.assertIsNone(self.dovecot.login(address, PASSWORD))
        return address

    def expire(self, *options):
        """The output, as the user of the mailboxes gets it."""
        done = subprocess.run(
            [program("chatmail-expire"), self.dovecot.ini, *options],
            capture_output=True, text=True, check=False, timeout=60,
            user=dovecot.USER, group=dovecot.USER)
        self.assertEqual((0, ""), (done.returncode, done.stderr), done.stdout)
        return done.stdout

    def deliver(self, address, *texts):
        for text in texts:
            self.dovecot.deliver(message(text), "bob@elsewhere.example",
                                 address)

    def texts(self, address):
        """Of all messages, as IMAP has them."""
        client = self.dovecot.connect()
        try:
            client.login(address, PASSWORD)
            client.select("INBOX")
            numbers = client.search(None, "ALL")[1][0].split()
            # What Dovecot tells unasked, flags mostly, may come in front; and
            # a file that went a moment ago is still in its list, without text.
            return [part[1].decode().strip() for number in numbers
                    for part in client.fetch(number, "(BODY[TEXT])")[1]
                    if isinstance(part, tuple)]
        finally:
            client.logout()

    def set_age(self, path, days):
        os.utime(path, (time.time() - days * DAY,) * 2)

    def test_what_is_old_is_gone_for_dovecot_too(self):
        ann = self.account("ann000001")
        self.deliver(ann, "one", "two", "three")
        self.assertEqual(["one", "two", "three"], self.texts(ann))
        cur = self.dovecot.mailbox(ann, "cur")
        for entry in os.scandir(cur):
            with gzip.open(entry.path, "rt", encoding="utf-8") as file:
                if "three" not in file.read():
                    self.set_age(entry.path, 21)
        self.assertEqual(3, len(os.listdir(cur)))
        self.assertIn("would remove " + cur, self.expire())
        self.assertEqual(3, len(os.listdir(cur)))
        self.assertRegex(self.expire("--remove"),
                         r"^Removed 0 out of \d+ mailboxes and 2 out of \d+ ")
        self.assertEqual(["three"], self.texts(ann))
        self.deliver(ann, "four")
        self.assertEqual(["three", "four"], self.texts(ann))
        status, text = self.dovecot.doveadm("quota", "get", "-u", ann)
        self.assertEqual(0, status)
        self.assertRegex(text, r"MESSAGE\s+2\s")

    def test_who_was_away_for_long_begins_anew(self):
        bob = self.account("bob000001")
        self.deliver(bob, "old")
        self.set_age(self.dovecot.mailbox(bob, "password"), 91)
        self.assertIn("Removed 1 out of", self.expire("--remove"))
        self.assertFalse(os.path.exists(self.dovecot.mailbox(bob)))
        self.assertIsNone(self.dovecot.login(bob, "another-secret"))
        self.assertTrue(self.dovecot.has_account(bob))
        self.assertEqual([], [name for name
                              in os.listdir(self.dovecot.mailboxes)
                              if name.startswith(".")])

    def test_nothing_is_lost_that_comes_meanwhile(self):
        cid = self.account("cid000001")
        new = self.dovecot.mailbox(cid, "new")
        texts = ["m%03d" % number for number in range(120)]
        old = ["0%03d.M1P1.host,S=10" % number for number in range(200)]
        done = threading.Event()
        errors = []

        def keep_delivering():
            try:
                self.deliver(cid, *texts)
            except Exception as error:  # pylint: disable=W0718
                errors.append(error)
            done.set()

        def keep_expiring():
            while not done.is_set():
                for name in old:
                    path = os.path.join(new, name)
                    with open(path, "wb"):
                        pass
                    self.set_age(path, 30)
                self.expire("--remove")

        delivering = threading.Thread(target=keep_delivering)
        delivering.start()
        keep_expiring()
        delivering.join()
        self.assertEqual([], errors)
        self.assertEqual(texts, self.texts(cid))
        self.assertEqual([], [name for name in os.listdir(new)
                              if re.match(r"0\d\d\d\.", name)])


if __name__ == "__main__":
    unittest.main()
