"""Accounts with a real Dovecot: made at the first login, and what is refused."""

import contextlib
import errno
import json
import os
import re
import shutil
import smtplib
import socket
import subprocess
import threading
import time
import unittest
import urllib.error
import urllib.request

from harness import dovecot, sandbox, session  # noqa: F401, pylint: disable=W0611

DOMAIN = "_a.example"
PASSWORD = "secret-pass-1"
DAY = 24 * 3600


def address(name):
    return name + "@" + DOMAIN


def ask_doveauth(path, name, password):
    """What Dovecot would be told about a login."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(30)
        client.connect(path)
        client.sendall(b"H3\t2\t0\t\tauth\nLshared/passdb/%s\"%s\t%s\n" % (
            password.encode(), name.encode(), name.encode()))
        with client.makefile("r", encoding="utf-8") as lines:
            return lines.readline()


class AccountsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN)
        cls.dovecot.start()

    def refused(self, error):
        self.assertIsNotNone(error)
        self.assertIn("AUTHENTICATIONFAILED", error)

    def test_the_first_login_makes_the_account(self):
        ann = address("ann000001")
        self.assertFalse(os.path.exists(self.dovecot.mailbox(ann)))
        self.assertIsNone(self.dovecot.login(ann, PASSWORD))
        names = os.listdir(self.dovecot.mailbox(ann))
        for name in ("password", "enforceE2EEincoming", "cur", "new", "tmp"):
            self.assertIn(name, names)
        status = os.stat(self.dovecot.mailbox(ann))
        self.assertEqual(0o40700, status.st_mode)
        with open(self.dovecot.mailbox(ann, "password"),
                  encoding="utf-8") as file:
            self.assertRegex(file.read(), r"^\{SHA512-CRYPT\}\$6\$")
        self.assertIn("Created address: " + ann,
                      self.dovecot.doveauth.read_log())

    def test_the_second_login_needs_the_same_password(self):
        bob = address("bob000001")
        self.assertIsNone(self.dovecot.login(bob, PASSWORD))
        self.refused(self.dovecot.login(bob, PASSWORD + "x"))
        self.refused(self.dovecot.login(bob, ""))
        self.assertIsNone(self.dovecot.login(bob, PASSWORD))
        self.assertIsNone(self.dovecot.login(bob.upper(), PASSWORD))

    def test_what_may_not_be_an_account_is_none(self):
        for name, password in (
                ("short", PASSWORD), ("much-too-long", PASSWORD),
                ("umlaut\u00e400", PASSWORD), ("plus+0001", PASSWORD),
                ("../../0001", PASSWORD), ("password1", "short"),
                ("password2", "x" * 600), ("blank 001", PASSWORD)):
            with self.subTest(name):
                before = sorted(os.listdir(self.dovecot.mailboxes))
                self.refused(self.dovecot.login(address(name), password))
                self.assertEqual(before,
                                 sorted(os.listdir(self.dovecot.mailboxes)))
        self.refused(self.dovecot.login("ann000001@other.example", PASSWORD))
        self.refused(self.dovecot.login("ann000001", PASSWORD))

    def test_passwords_of_any_characters_are_what_they_are(self):
        for number, password in enumerate(
                ('quote"quote', "back\\slash\\", "%s%u%{user}%%", "'single'x",
                 "\u00e4\u00f6\u00fc\u00df\U0001f6004567", "slash/../slash")):
            with self.subTest(password):
                user = address("odd00000%d" % number)
                self.assertIsNone(self.dovecot.login(user, password))
                self.assertIsNone(self.dovecot.login(user, password))
                self.refused(self.dovecot.login(user, password + "x"))

    def test_a_nocreate_file_keeps_new_ones_out_and_nobody_else(self):
        old, new = address("old000001"), address("new000001")
        self.assertIsNone(self.dovecot.login(old, PASSWORD))
        path = self.box.write("nocreate", "")
        try:
            self.refused(self.dovecot.login(new, PASSWORD))
            self.assertIsNone(self.dovecot.login(old, PASSWORD))
        finally:
            os.unlink(path)
        self.assertIsNone(self.dovecot.login(new, PASSWORD))

    def test_dovecot_lists_exactly_the_accounts(self):
        cid = address("cid000001")
        self.dovecot.login(cid, PASSWORD)
        self.refused(self.dovecot.login(address("x"), PASSWORD))
        status, text = self.dovecot.doveadm("user", "*")
        self.assertEqual(0, status, text)
        self.assertIn(cid, text.split())
        self.assertEqual(
            sorted(name for name in os.listdir(self.dovecot.mailboxes)
                   if "@" in name), sorted(text.split()))
        status, text = self.dovecot.doveadm("user", address("nobody001"))
        self.assertNotEqual(0, status)
        self.assertFalse(self.dovecot.has_account(address("nobody001")))

    def test_the_last_login_is_the_day_and_no_more(self):
        dan = address("dan000001")
        self.dovecot.login(dan, PASSWORD)
        path = self.dovecot.mailbox(dan, "password")
        os.utime(path, (0, 0))
        self.assertIsNone(self.dovecot.login(dan, PASSWORD))
        today = int(time.time()) // DAY * DAY
        sandbox.wait_for(
            lambda: os.stat(path).st_mtime in (today, today + DAY), 10,
            "lastlogin has noted the day")

    def test_many_first_logins_at_once_make_one_account(self):
        eve = address("eve000001")
        errors = []

        def log_in(password):
            errors.append((password, self.dovecot.login(eve, password)))

        # Half of them have another password: whose it is, he is in.
        threads = [threading.Thread(target=log_in,
                                    args=("password-%d" % (i % 2),))
                   for i in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        good = {password for password, error in errors if error is None}
        bad = {password for password, error in errors if error is not None}
        self.assertEqual(1, len(good))
        self.assertEqual({"password-0", "password-1"} - good, bad)
        self.assertEqual(1, self.dovecot.doveauth.read_log().count(
            "Created address: " + eve))

    def test_a_thousand_first_logins_at_the_socket_are_one_account(self):
        moe = address("moe000001")
        files = self.dovecot.mailbox(moe)
        questions = [
            "H3\t2\t0\t\tauth\nLshared/passdb/password-%d\"%s\"192.0.2.77\t%s\n"
            % (number % 10, moe, moe) for number in range(1000)]
        with contextlib.ExitStack() as stack:
            clients = []
            for _ in questions:
                client = stack.enter_context(socket.socket(socket.AF_UNIX))
                client.settimeout(60)
                client.connect(self.dovecot.doveauth.socket)
                clients.append(client)
            for client, question in zip(clients, questions):
                client.sendall(question.encode())
            answers = [client.makefile("rb").readline() for client in clients]
        self.assertEqual({b"O"}, {answer[:1] for answer in answers})
        hashes = {json.loads(answer[1:])["password"] for answer in answers}
        self.assertEqual(1, len(hashes))
        with open(os.path.join(files, "password"), encoding="utf-8") as file:
            self.assertEqual(hashes, {file.read()})
        self.assertEqual(1, self.dovecot.doveauth.read_log().count(
            "Created address: " + moe))
        self.assertEqual(1, sum(self.dovecot.login(moe, "password-%d" % number)
                                is None for number in range(10)))

    def test_a_service_that_is_back_is_asked_again(self):
        fay = address("fay000001")
        self.assertIsNone(self.dovecot.login(fay, PASSWORD))
        self.assertEqual(0, self.dovecot.doveauth.stop())
        self.assertIn("UNAVAILABLE", self.dovecot.login(fay, PASSWORD))
        self.dovecot.doveauth.start()
        self.assertIsNone(self.dovecot.login(fay, PASSWORD))
        self.assertEqual(0, self.dovecot.lastlogin.stop())
        self.assertIsNone(self.dovecot.login(fay, PASSWORD))
        self.dovecot.lastlogin.start()

    def test_who_guesses_is_stopped_and_nobody_else(self):
        gus = address("gus000001")
        self.assertIsNone(self.dovecot.login(gus, PASSWORD))
        self.dovecot.write_settings("max_failed_logins = 6")
        self.dovecot.doveauth.reload()

        def try_from(client, user, password):
            return self.dovecot.doveadm(
                "auth", "test", "-x", "rip=" + client, user, password)[0]

        self.assertEqual(0, try_from("192.0.2.7", gus, PASSWORD))
        for number in range(8):
            self.assertNotEqual(
                0, try_from("192.0.2.7", gus, "guess-%d-00" % number))
        # The right password, but new from there: not told from a wrong one.
        self.dovecot.login(address("hal000001"), PASSWORD)
        self.assertNotEqual(0, try_from("192.0.2.7", address("hal000001"),
                                        PASSWORD))
        self.assertIn("too many failed logins",
                      self.dovecot.doveauth.read_log())
        # One that was used before, and another network.
        self.assertEqual(0, try_from("192.0.2.7", gus, PASSWORD))
        self.assertEqual(0, try_from("192.0.2.8", address("hal000001"),
                                     PASSWORD))
        # A restart frees nobody.
        self.assertEqual(0, self.dovecot.doveauth.stop())
        self.dovecot.doveauth.start()
        self.assertNotEqual(0, try_from("192.0.2.7", address("hal000001"),
                                        PASSWORD))
        self.assertEqual(0, try_from("192.0.2.9", gus, PASSWORD))

    def test_new_accounts_are_counted_by_network(self):
        self.dovecot.write_settings("max_creations_per_network = 3")
        self.dovecot.doveauth.reload()

        def make_from(client, name):
            self.dovecot.doveadm("auth", "test", "-x", "rip=" + client,
                                 address(name), PASSWORD)
            return self.dovecot.has_account(address(name))

        made = [make_from("2001:db8:1:2::%d" % i, "ivy00000%d" % i)
                for i in range(5)]
        self.assertEqual([True] * 3 + [False] * 2, made)
        self.assertTrue(make_from("2001:db8:1:3::1", "joe000001"))
        self.assertTrue(make_from("127.0.0.1", "kim000001"))
        self.assertIn("registration rejected: too many new accounts from one "
                      "network, wait", self.dovecot.doveauth.read_log())
        # Dovecot has no answer, and does not say to which password.
        about = [line for line in self.dovecot.read_log().splitlines()
                 if address("ivy000004") in line]
        self.assertTrue(any("Error" in line for line in about), about)
        self.assertEqual([], [line for line in about if PASSWORD in line])
        # Nor after a restart, nor when it was killed a second later.
        for end in (self.dovecot.doveauth.stop, self.dovecot.doveauth.kill):
            time.sleep(1.2)
            end()
            self.dovecot.doveauth.start()
            self.assertFalse(make_from("2001:db8:1:2::9", "ivy000009"))
        self.assertTrue(make_from("2001:db8:1:4::1", "liz000001"))

    def test_accounts_survive_a_kill_whole_or_were_never_there(self):
        names = [address("kill%05d" % number) for number in range(400)]
        answers = {}

        def log_in(mine):
            for name in mine:
                try:
                    answers[name] = ask_doveauth(
                        self.dovecot.doveauth.socket, name, PASSWORD)
                except OSError:
                    return

        threads = [threading.Thread(target=log_in, args=(names[i::8],))
                   for i in range(8)]
        for thread in threads:
            thread.start()
        sandbox.wait_for(lambda: len(answers) > 40, 30, "accounts are made")
        self.dovecot.doveauth.kill()
        for thread in threads:
            thread.join()
        self.dovecot.doveauth.start()
        self.assertLess(len(answers), len(names))
        for name in names:
            # Who was told that there is an account has it, with its flag.
            if answers.get(name, "").startswith("O"):
                self.assertTrue(self.dovecot.has_account(name))
            if self.dovecot.has_account(name):
                self.assertTrue(os.path.exists(
                    self.dovecot.mailbox(name, "enforceE2EEincoming")))
        # And whatever was left behind hinders nobody.
        for name in names:
            if not self.dovecot.has_account(name):
                self.assertTrue(ask_doveauth(self.dovecot.doveauth.socket,
                                             name, PASSWORD).startswith("O"))
                self.assertTrue(self.dovecot.has_account(name))

    def deliver(self, recipient):
        """The LMTP reply to a message for `recipient`."""
        with smtplib.LMTP(self.box.path("private", "dovecot-lmtp")) as client:
            client.ehlo("postfix.example")
            client.mail("bob@elsewhere.example")
            code, text = client.rcpt(recipient)
            if code != 250:
                return code, text
            return client.data(b"From: <bob@elsewhere.example>\r\n"
                               b"Subject: [...]\r\n\r\nciphertext\r\n")

    def test_mail_reaches_accounts_however_they_are_spelled(self):
        oda = address("oda000001")
        self.assertIsNone(self.dovecot.login(oda, PASSWORD))
        for recipient in (oda, oda.upper().replace("_A.EXAMPLE", DOMAIN),
                          oda.replace("@", "+news@")):
            code, text = self.deliver(recipient)
            self.assertEqual(250, code, text)
        client = self.dovecot.connect()
        client.authenticate("PLAIN", lambda _: b"\0%s\0%s" % (
            oda.encode(), PASSWORD.encode()))
        self.assertIn("XCHATMAIL", client.capability()[1][0].decode().upper())
        self.assertEqual(b"3", client.select("INBOX")[1][0])
        octets = client.fetch("3", "(BODY[HEADER])")[1][0][1]
        self.assertNotIn(b"Received:", octets)
        client.logout()

    def test_mail_to_nobody_makes_nobody(self):
        code, text = self.deliver(address("pia000001"))
        self.assertEqual(550, code, text)
        self.assertIn(b"5.1.1", text)
        self.assertFalse(self.dovecot.has_account(address("pia000001")))

    def test_who_has_an_invite_gets_an_account_and_a_use_is_a_use(self):
        lea = address("lea000001")
        self.assertIsNone(self.dovecot.login(lea, PASSWORD))
        self.dovecot.write_settings("registration = invite")
        path = self.dovecot.mailbox("invites.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"invites": {"summercamp": {"uses": 2},
                                   "lastsummer": {"expires": 1000000000}}},
                      file)
        shutil.chown(path, dovecot.USER, dovecot.USER)
        self.dovecot.doveauth.reload()
        try:
            self.refused(self.dovecot.login(address("mia000001"), PASSWORD))
            self.refused(self.dovecot.login(address("mia000001"),
                                            "lastsummer-" + PASSWORD))
            # The token is no part of what makes a password long.
            self.refused(self.dovecot.login(address("mia000001"),
                                            "summercamp-short"))
            invited = "summercamp-" + PASSWORD
            made = [self.dovecot.login(address("ned00000%d" % i), invited)
                    for i in range(3)]
            self.assertEqual([None, None], made[:2])
            self.refused(made[2])
            # Who is in stays in, with the whole password or without an invite.
            self.assertIsNone(self.dovecot.login(address("ned000000"),
                                                 invited))
            self.refused(self.dovecot.login(address("ned000000"), PASSWORD))
            self.assertIsNone(self.dovecot.login(lea, PASSWORD))
            with open(path, encoding="utf-8") as file:
                self.assertEqual(
                    2, json.load(file)["invites"]["summercamp"]["used"])
        finally:
            self.dovecot.write_settings()
            self.dovecot.doveauth.reload()
            os.unlink(path)


class LuaTest(unittest.TestCase):
    """The way of Dovecot 2.4, as far as 2.3 can go it."""

    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN, lua=True)
        cls.dovecot.start()

    def refused(self, error):
        self.assertIn("AUTHENTICATIONFAILED", error)

    def test_the_first_login_makes_the_account_and_the_second_finds_it(self):
        ann = address("ann000001")
        self.assertIsNone(self.dovecot.login(ann, PASSWORD))
        self.assertTrue(self.dovecot.has_account(ann))
        self.assertIsNone(self.dovecot.login(ann, PASSWORD))
        self.refused(self.dovecot.login(ann, PASSWORD + "x"))
        self.assertIn("Created address: " + ann,
                      self.dovecot.doveauth.read_log())

    def test_passwords_of_any_characters_are_what_they_are(self):
        for number, password in enumerate(
                ('quote"quote', "back\\slash\\", "%s%u%{user}%%",
                 "\u00e4\u00f6\u00fc\u00df\U0001f6004567")):
            with self.subTest(password):
                user = address("odd00000%d" % number)
                self.assertIsNone(self.dovecot.login(user, password))
                self.assertIsNone(self.dovecot.login(user, password))
                self.refused(self.dovecot.login(user, password + "x"))

    def test_what_may_not_be_an_account_is_none(self):
        self.refused(self.dovecot.login(address("short"), PASSWORD))
        self.refused(self.dovecot.login(address("bob000001"), "short"))
        self.assertFalse(self.dovecot.has_account(address("bob000001")))

    def test_dovecot_lists_exactly_the_accounts(self):
        cid = address("cid000001")
        self.dovecot.login(cid, PASSWORD)
        status, text = self.dovecot.doveadm("user", "*")
        self.assertEqual(0, status, text)
        self.assertEqual(sorted(name for name
                                in os.listdir(self.dovecot.mailboxes)
                                if "@" in name),
                         sorted(text.split()))
        self.assertIn(cid, text.split())
        status, text = self.dovecot.doveadm("user", address("nobody001"))
        self.assertNotEqual(0, status)

    def test_who_guesses_is_stopped_here_too(self):
        gus = address("gus000001")
        self.assertIsNone(self.dovecot.login(gus, PASSWORD))
        self.dovecot.write_settings("max_failed_logins = 4")
        self.dovecot.doveauth.reload()
        for number in range(6):
            self.dovecot.doveadm("auth", "test", "-x", "rip=192.0.2.7", gus,
                                 "guess-%d-00" % number)
        self.assertIn("too many failed logins",
                      self.dovecot.doveauth.read_log())

    def test_without_the_secret_nobody_is_answered(self):
        with open(self.dovecot.ini, encoding="utf-8") as file:
            port = re.search(r"doveauth_http_port = (\d+)",
                             file.read()).group(1)
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            request = urllib.request.Request(
                "http://127.0.0.1:%s/users" % port, b"", headers)
            with self.assertRaises(urllib.error.HTTPError) as caught:
                urllib.request.urlopen(request, timeout=20)
            self.assertEqual(401, caught.exception.code)
            caught.exception.close()


class FullDiskTest(unittest.TestCase):
    """Where root may mount one, a disk of its own; else one without rights."""

    def setUp(self):
        self.box = sandbox.Sandbox()
        self.addCleanup(self.box.close)
        self.mailboxes = self.box.folder("mailboxes")
        self.mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs",
             self.mailboxes], check=False, capture_output=True).returncode == 0
        if self.mounted:
            self.addCleanup(subprocess.run, ["umount", "-l", self.mailboxes],
                            check=True)
        self.dovecot = dovecot.Dovecot(self.box, DOMAIN, self.mailboxes)
        self.dovecot.start()

    def fill(self):
        if not self.mounted:
            os.chmod(self.mailboxes, 0o500)
            return
        with open(os.path.join(self.mailboxes, "filler"), "wb",
                  buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                self.assertEqual(errno.ENOSPC, error.errno)

    def make_room(self):
        if self.mounted:
            os.unlink(os.path.join(self.mailboxes, "filler"))
        else:
            os.chmod(self.mailboxes, 0o700)

    def test_a_full_disk_makes_no_account_and_no_part_of_one(self):
        ann = address("ann000001")
        self.fill()
        error = self.dovecot.login(ann, PASSWORD)
        self.assertIn("UNAVAILABLE", error)
        self.assertFalse(os.path.exists(self.dovecot.mailbox(ann)))
        self.assertIn("an account cannot be made: ",
                      self.dovecot.doveauth.read_log())
        self.make_room()
        # Dovecot's own files may still find no room; the account is there.
        self.dovecot.doveadm("auth", "test", ann, PASSWORD)
        self.assertTrue(self.dovecot.has_account(ann))
        self.assertTrue(os.path.exists(
            self.dovecot.mailbox(ann, "enforceE2EEincoming")))


if __name__ == "__main__":
    unittest.main()
