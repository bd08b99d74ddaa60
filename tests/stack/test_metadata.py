"""METADATA and notifications with a real Dovecot and an endpoint with faults."""

import errno
import json
import os
import shutil
import smtplib
import socket
import subprocess
import time
import unittest

from harness import dovecot, push_endpoint, sandbox, session  # noqa: F401, pylint: disable=W0611

DOMAIN = "_a.example"
PASSWORD = "secret-pass-1"
TOKEN = "/private/devicetoken"
DELTACHAT = "/shared/vendor/deltachat/"


def address(name):
    return name + "@" + DOMAIN


class MetadataTest(unittest.TestCase):
    """Each test has users of its own, and their tokens begin with their name."""

    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.endpoint = push_endpoint.Endpoint(cls.box, sandbox.free_port())
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN)
        cls.dovecot.write_settings(
            "notify_url = " + cls.endpoint.url,
            "notify_ca_file = " + cls.endpoint.certificate,
            "notify_retry_base = 1", "notify_timeout = 2",
            "max_creations_per_network = 1000")
        cls.endpoint.start()
        cls.dovecot.start()
        cls.metadata = cls.dovecot.metadata

    def imap(self, user):
        client = self.dovecot.connect()
        client.authenticate("PLAIN", lambda _: b"\0%s\0%s" % (
            user.encode(), PASSWORD.encode()))
        self.addCleanup(self.hang_up, client)
        return client

    @staticmethod
    def hang_up(client):
        try:
            client.shutdown()
        except OSError:
            pass  # it has logged out

    def make(self, name, *tokens):
        """A user with these devices."""
        user = address(name)
        client = self.imap(user)
        for token in tokens:
            self.set_token(client, '"%s"' % token)
        client.logout()
        return user

    @staticmethod
    def get(client, mailbox, entry):
        """The value of an entry, or None."""
        client.untagged_responses.pop("METADATA", None)
        tag = client._new_tag()  # pylint: disable=protected-access
        client.send(b"%s GETMETADATA %s (%s)\r\n" % (
            tag, mailbox.encode(), entry.encode()))
        value, rest = None, b""
        while not rest.startswith(tag):
            rest = client.readline()
            if not rest.startswith(b"* METADATA"):
                continue
            if rest.endswith(b"}\r\n"):
                length = int(rest[rest.rindex(b"{") + 1:-3])
                value = client.read(length).decode()
            elif b'"' in rest.split(entry.encode())[1]:
                value = rest.split(b'"')[-2].decode()
        assert b" OK " in rest, rest
        return value

    @staticmethod
    def set_token(client, value):
        """The tagged reply."""
        tag = client._new_tag()  # pylint: disable=protected-access
        client.send(b"%s SETMETADATA INBOX (%s %s)\r\n" % (
            tag, TOKEN.encode(), value.encode()))
        while True:
            line = client.readline()
            if line.startswith(tag):
                return line.decode()[len(tag) + 1:]

    def deliver(self, *recipients, author="bob@elsewhere.example", count=1):
        with smtplib.LMTP(self.box.path("private", "dovecot-lmtp")) as client:
            client.ehlo("postfix.example")
            for recipient in recipients * count:
                self.assertEqual({}, client.sendmail(
                    author, [recipient],
                    "From: <%s>\r\nSubject: [...]\r\n\r\nciphertext\r\n"
                    % author))

    def wait_for_requests(self, token, count, seconds=20):
        sandbox.wait_for(
            lambda: len(self.endpoint.requests(token)) >= count, seconds,
            "%d requests for %s:\n%s%s" % (count, token,
                                           self.metadata.read_log(),
                                           self.dovecot.read_log()))

    def pending(self):
        return os.listdir(self.dovecot.mailbox("pending_notifications"))

    def wait_until_idle(self, seconds=20):
        sandbox.wait_for(lambda: not self.pending(), seconds,
                         "all notifications are delivered")

    def tokens_of(self, user):
        with open(self.dovecot.mailbox(user, "metadata.json"),
                  encoding="utf-8") as file:
            return list(json.load(file)["devicetoken"])

    def test_tokens_are_set_beside_each_other(self):
        user = address("ann000001")
        client = self.imap(user)
        capability = client.capability()[1][0].decode().upper().split()
        for word in ("XDELTAPUSH", "XCHATMAIL", "METADATA"):
            self.assertIn(word, capability)
        self.assertIsNone(self.get(client, "INBOX", TOKEN))
        self.assertIn("OK", self.set_token(client, "1111"))
        self.assertEqual("1111", self.get(client, "INBOX", TOKEN))
        self.assertIn("OK", self.set_token(client, '"2222"'))
        self.assertEqual("1111 2222", self.get(client, "INBOX", TOKEN))
        self.assertEqual(["1111", "2222"], self.tokens_of(user))
        other = self.imap(address("ann000002"))
        self.assertIsNone(self.get(other, "INBOX", TOKEN))
        self.assertIn("OK", self.set_token(client, "NIL"))
        self.assertIsNone(self.get(client, "INBOX", TOKEN))

    def test_what_is_no_token_is_refused_and_the_session_goes_on(self):
        client = self.imap(address("ben000001"))
        self.assertIn("NO ", self.set_token(client, '"two words"'))
        self.assertIn("NO ", self.set_token(client, '"%s"' % ("x" * 5000)))
        self.assertIn("OK", self.set_token(client, "1111"))
        self.assertEqual("1111", self.get(client, "INBOX", TOKEN))

    def test_the_relay_says_of_itself_what_clients_ask_for(self):
        client = self.imap(address("cid000001"))
        self.assertEqual("https://" + DOMAIN,
                         self.get(client, '""', DELTACHAT + "irohrelay"))
        self.assertEqual("1000", self.get(client, '""',
                                          DELTACHAT + "maxsmtprecipients"))
        host, port, until, password = self.get(
            client, '""', DELTACHAT + "turn").split(":")
        self.assertEqual((DOMAIN, "3478"), (host, port))
        self.assertLess(abs(int(until) - time.time() - 5 * 86400), 60)
        self.assertEqual(28, len(password))
        self.assertEqual(0o640, os.stat(self.dovecot.mailbox(
            "turn.secret")).st_mode & 0o777)
        versions = DELTACHAT + "appversions"
        self.assertIsNone(self.get(client, '""', versions))
        path = self.box.write("appversions.json", '{"clients":\n []}\n')
        self.assertEqual('{"clients":[]}', self.get(client, '""', versions))
        os.unlink(path)
        self.assertIsNone(self.get(client, '""', DELTACHAT + "unknown"))
        self.assertIsNone(self.get(client, '""', "/shared/comment"))

    def test_mail_wakes_each_device_once(self):
        user = self.make("dan000001", "dan:1", "dan:2")
        before = len(self.dovecot.read_log())
        self.deliver(user)
        for token in ("dan:1", "dan:2"):
            self.wait_for_requests(token, 1)
        self.wait_until_idle()
        for token in ("dan:1", "dan:2"):
            request, = self.endpoint.requests(token)
            self.assertEqual(("POST", "/notify"),
                             (request.method, request.path))
            self.assertNotIn("content-type", request.headers)
        log = self.dovecot.read_log()
        self.assertNotIn("dan:1", self.metadata.read_log() + log)
        # A script that fails is told as an error.
        self.assertNotIn("Error:", log[before:])

    def test_mail_from_oneself_wakes_nobody(self):
        user = self.make("eve000001", "eve:1")
        self.deliver(user, author=user)
        self.deliver(user, author=user.upper())
        self.deliver(user)
        self.wait_for_requests("eve:1", 1)
        self.wait_until_idle()
        self.assertEqual(1, len(self.endpoint.requests("eve:1")))

    def test_a_device_that_is_gone_loses_its_token(self):
        user = self.make("fay000001", "fay:1", "fay:2")
        self.endpoint.answer("fay:1", 410)
        self.deliver(user)
        self.wait_for_requests("fay:1", 1)
        sandbox.wait_for(lambda: self.tokens_of(user) == ["fay:2"], 20,
                         "the token goes")
        self.wait_until_idle()
        self.deliver(user)
        self.wait_for_requests("fay:2", 2)
        self.wait_until_idle()
        self.assertEqual(1, len(self.endpoint.requests("fay:1")))

    def test_what_fails_is_tried_again(self):
        user = self.make("gil000001", "gil:1")
        self.endpoint.answer("gil:1", 500, push_endpoint.CUT, 429)
        self.deliver(user)
        self.wait_for_requests("gil:1", 4)
        self.wait_until_idle()
        times = [each.time for each in self.endpoint.requests("gil:1")]
        self.assertEqual(4, len(times))
        for earlier, later in zip(times, times[1:]):
            self.assertGreater(later - earlier, 0.9)

    def test_many_for_a_device_that_waits_are_one(self):
        user = self.make("hal000001", "hal:1")
        self.endpoint.answer("hal:1", 503)
        self.deliver(user)
        self.wait_for_requests("hal:1", 1)
        self.deliver(user, count=20)
        self.wait_for_requests("hal:1", 2)
        self.wait_until_idle()
        # The one that failed, and one or two for all the others: which came
        # while that was being sent has one more.
        self.assertLessEqual(len(self.endpoint.requests("hal:1")), 3)

    def test_mail_is_delivered_whatever_becomes_of_notifications(self):
        user = self.make("ida000001", "ida:1")
        self.endpoint.stop()
        try:
            begin = time.monotonic()
            self.deliver(user, count=10)
            self.assertLess(time.monotonic() - begin, sandbox.AT_ONCE)
            self.assertEqual(0, self.metadata.stop())
            self.deliver(user)
            self.assertEqual(1, len(self.pending()))
            with open(self.dovecot.mailbox("pending_notifications",
                                           self.pending()[0]),
                      encoding="utf-8") as file:
                who, start, token = file.read().split("\n")
            self.assertEqual((user, "ida:1"), (who, token))
            self.assertLess(abs(int(start) - time.time()), 60)
        finally:
            self.endpoint.start()
            self.metadata.start()
        client = self.imap(user)
        self.assertEqual(b"11", client.select("INBOX")[1][0])
        self.wait_for_requests("ida:1", 1)
        self.wait_until_idle()

    def test_an_endpoint_that_swallows_all_keeps_nobody_waiting(self):
        user = self.make("ole000001", *["ole:%d" % i for i in range(8)])
        self.endpoint.stop()
        with socket.socket() as hole:
            # Connections come about, and nothing ever comes out of them.
            hole.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            hole.bind(("127.0.0.1", self.endpoint.port))
            hole.listen(100)
            before = self.metadata.read_log().count("notifications fail")
            begin = time.monotonic()
            self.deliver(user, count=10)
            client = self.imap(user)
            self.assertEqual("ole:0", self.get(client, "INBOX",
                                               TOKEN).split()[0])
            self.assertLess(time.monotonic() - begin, sandbox.AT_ONCE)
            sandbox.wait_for(
                lambda: self.metadata.read_log().count("notifications fail")
                > before, 10, "the time is up")
            self.assertGreaterEqual(time.monotonic() - begin, 2)
            # What came while the first was on its way is one with it, once
            # the time of all eight is up.
            sandbox.wait_for(lambda: len(self.pending()) == 8, 5,
                             "one waits for each token")
        self.endpoint.start()
        for i in range(8):
            self.wait_for_requests("ole:%d" % i, 1)
        self.wait_until_idle()

    def test_a_kill_loses_no_notification(self):
        users = [self.make("jan%06d" % i, *["jan:%d:%d" % (i, j)
                                            for j in range(3)])
                 for i in range(20)]
        self.endpoint.stop()
        try:
            self.deliver(*users)
            self.metadata.kill()  # the very moment that mail is answered for
        finally:
            self.endpoint.start()
            self.metadata.start()
        for i in range(20):
            for j in range(3):
                self.wait_for_requests("jan:%d:%d" % (i, j), 1)
        self.wait_until_idle()

    def test_what_older_relays_left_is_taken_up(self):
        user = self.make("kim000001", "kim:1")
        with open(self.dovecot.mailbox(user, "metadata.json"), "w",
                  encoding="utf-8") as file:
            json.dump({"devicetoken": ["kim:1", "kim:2"]}, file)
        self.assertEqual(0, self.metadata.stop())
        folder = self.dovecot.mailbox("pending_notifications")
        now = int(time.time())
        for name, text in (
                ("11111111-2222-4333-8444-555555555555",
                 "%s\n%d\nkim:old" % (user, now - 4 * 3600)),
                ("11111111-2222-4333-8444-666666666666",
                 "%s\n%d\nkim:late" % (user, now - 6 * 3600)),
                ("11111111-2222-4333-8444-777777777777", "no notification"),
                ("11111111-2222-4333-8444-888888888888.tmp", user)):
            path = self.box.write(os.path.join(folder, name), text)
            shutil.chown(path, dovecot.USER, dovecot.USER)
        self.metadata.start()
        self.wait_for_requests("kim:old", 1)
        self.wait_until_idle()
        self.assertEqual([], self.endpoint.requests("kim:late"))
        client = self.imap(user)
        self.assertEqual("kim:1 kim:2", self.get(client, "INBOX", TOKEN))
        self.assertIn("OK", self.set_token(client, "kim:3"))
        self.assertEqual(["kim:1", "kim:2", "kim:3"], self.tokens_of(user))

    def test_a_metadata_file_that_is_no_json_is_begun_anew(self):
        user = self.make("leo000001", "leo:1")
        path = self.dovecot.mailbox(user, "metadata.json")
        with open(path, "wb") as file:
            file.write(b"\xff{not JSON")
        self.deliver(user)
        client = self.imap(user)
        self.assertIsNone(self.get(client, "INBOX", TOKEN))
        self.assertIn("OK", self.set_token(client, "leo:2"))
        self.assertEqual(["leo:2"], self.tokens_of(user))

    def test_a_client_that_goes_in_mid_transaction_changes_nothing(self):
        user = self.make("mia000001", "mia:1")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(20)
            client.connect(self.metadata.socket)
            client.sendall(b"H3\t2\t0\t\tmetadata\nB1\t%s\n"
                           b"S1\tpriv/0/devicetoken\tmia:2\nC" %
                           user.encode())
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(b"", client.recv(100))
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(20)
            client.connect(self.metadata.socket)
            # 1 MB: no token, and longer than any line of Dovecot's.
            client.sendall(b"H3\t2\t0\t\tmetadata\nB1\t%s\n"
                           b"S1\tpriv/0/devicetoken\t%s\nC1\n"
                           b"Lpriv/0/devicetoken\t%s\n" % (
                               user.encode(), b"x" * (1 << 20),
                               user.encode()))
            with client.makefile("rb") as lines:
                self.assertTrue(lines.readline().startswith(b"F1\t"))
                self.assertEqual(b"Omia:1\n", lines.readline())

    def test_many_go_over_few_connections(self):
        users = [self.make("nia%06d" % i, *["nia:%d:%d" % (i, j)
                                            for j in range(30)])
                 for i in range(10)]
        before = len(self.endpoint.requests())
        self.endpoint.delay = 0.05
        try:
            self.deliver(*users)
            self.wait_until_idle(30)
        finally:
            self.endpoint.delay = 0
        requests = [each for each in self.endpoint.requests()[before:]
                    if each.body.startswith("nia:")]
        self.assertEqual(300, len(requests))
        self.assertEqual(300, len({each.body for each in requests}))
        self.assertLessEqual(len({each.connection for each in requests}), 4)


class FullDiskTest(unittest.TestCase):
    """The queue on a disk of its own; without the right to mount, no rights."""

    def setUp(self):
        self.box = sandbox.Sandbox()
        self.addCleanup(self.box.close)
        self.endpoint = push_endpoint.Endpoint(self.box, sandbox.free_port())
        self.endpoint.start()
        self.dovecot = dovecot.Dovecot(self.box, DOMAIN)
        self.dovecot.write_settings(
            "notify_url = " + self.endpoint.url,
            "notify_ca_file = " + self.endpoint.certificate,
            "notify_retry_base = 1")
        self.queue = self.box.folder("mailboxes", "pending_notifications")
        self.mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", self.queue],
            check=False, capture_output=True).returncode == 0
        if self.mounted:
            self.addCleanup(subprocess.run, ["umount", "-l", self.queue],
                            check=True)
        shutil.chown(self.queue, dovecot.USER, dovecot.USER)
        self.dovecot.start()

    def fill(self):
        if not self.mounted:
            os.chmod(self.queue, 0o500)
            return
        with open(os.path.join(self.queue, "filler.tmp"), "wb",
                  buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                self.assertEqual(errno.ENOSPC, error.errno)

    def make_room(self):
        if self.mounted:
            os.unlink(os.path.join(self.queue, "filler.tmp"))
        else:
            os.chmod(self.queue, 0o700)

    def deliver(self, user):
        self.dovecot.deliver(
            "From: <bob@elsewhere.example>\r\n\r\nciphertext\r\n",
            "bob@elsewhere.example", user)

    def test_a_full_disk_delays_no_mail_and_leaves_no_half_file(self):
        user = address("pia000001")
        client = self.dovecot.connect()
        self.addCleanup(client.shutdown)
        client.authenticate("PLAIN", lambda _: b"\0%s\0%s" % (
            user.encode(), PASSWORD.encode()))
        self.assertIn("OK", MetadataTest.set_token(client, '"pia:1"'))
        self.fill()
        begin = time.monotonic()
        for _ in range(3):
            self.deliver(user)
        self.assertLess(time.monotonic() - begin, sandbox.AT_ONCE)
        self.assertEqual(b"3", client.select("INBOX")[1][0])
        self.assertEqual([], [name for name in os.listdir(self.queue)
                              if name != "filler.tmp"])
        self.assertEqual([], self.endpoint.requests())
        self.make_room()
        self.deliver(user)
        sandbox.wait_for(lambda: self.endpoint.requests("pia:1"), 20,
                         "the device is woken:\n" +
                         self.dovecot.metadata.read_log())
        sandbox.wait_for(lambda: not os.listdir(self.queue), 20,
                         "the queue is empty")
        self.assertEqual(1, len(self.endpoint.requests("pia:1")))


if __name__ == "__main__":
    unittest.main()
