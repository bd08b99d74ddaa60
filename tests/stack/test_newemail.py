"""New addresses through a real nginx, and accounts with a real Dovecot."""

import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest

from harness import (  # noqa: F401, pylint: disable=W0611
    dovecot, nginx, sandbox, session)

DOMAIN = "_a.example"
PATHS = ("/new", "/cgi-bin/newemail.py")
POST = ("-X", "POST")


class NewemailTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN)
        cls.dovecot.start()
        cls.ini = cls.box.path("newemail.ini")
        cls.newemail = dovecot.Service(
            cls.box, "chatmail-newemail", cls.ini,
            cls.box.path("newemail.sock"), "--group", nginx.USER)
        cls.write_settings()
        cls.newemail.start()
        cls.nginx = nginx.Nginx(cls.box, cls.newemail.socket)
        cls.nginx.start()

    @classmethod
    def write_settings(cls, *lines, domain=DOMAIN):
        settings = ["mail_domain = " + domain,
                    "nocreate_file = " + cls.box.path("nocreate"),
                    "invites_file = " +
                    os.path.join(cls.dovecot.mailboxes, "invites.json")]
        cls.box.write(cls.ini,
                      "\n".join(["[params]", *settings, *lines]) + "\n")

    def set_newemail(self, *lines, **options):
        """Settings for the rest of a test."""
        self.write_settings(*lines, **options)
        self.newemail.reload()
        self.addCleanup(self.newemail.reload)
        self.addCleanup(self.write_settings)

    def ask(self, path="/new", *options, client=None):
        return self.nginx.curl(path, *(options or POST), client=client)

    def metrics(self):
        return subprocess.run(
            ["curl", "-sS", "--unix-socket", self.newemail.metrics_socket,
             "http://localhost/metrics"], check=True, capture_output=True,
            text=True, timeout=60).stdout

    def raw(self, octets, seconds=30):
        """What the service itself answers, until it closes."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(seconds)
            client.connect(self.newemail.socket)
            client.sendall(octets)
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := client.recv(65536):
                answer += chunk
        return answer

    def test_nginx_takes_the_locations(self):
        status, text = self.nginx.check()
        self.assertEqual(0, status, text)
        self.assertIn("test is successful", text)

    def test_an_address_is_an_account_from_its_first_login(self):
        for path in PATHS:
            with self.subTest(path):
                status, fields, body = self.ask(path)
                self.assertEqual(200, status, body)
                self.assertEqual("application/json", fields["content-type"])
                self.assertEqual("no-store", fields["cache-control"])
                answer = json.loads(body)
                email, password = answer["email"], answer["password"]
                self.assertRegex(email, r"^[a-z0-9]{9}@_a\.example$")
                self.assertEqual(12, len(password))
                self.assertTrue(answer["dclogin_url"].startswith(
                    "dclogin:%s?p=" % email), answer)
                self.assertFalse(os.path.exists(self.dovecot.mailbox(email)))
                self.assertIsNone(self.dovecot.login(email, password))
                self.assertTrue(self.dovecot.has_account(email))

    def test_every_password_that_is_given_is_one_that_is_taken(self):
        for _ in range(40):
            answer = json.loads(self.ask()[2])
            self.assertIsNone(
                self.dovecot.login(answer["email"], answer["password"]),
                answer)

    def test_a_browser_is_sent_to_the_client(self):
        self.set_newemail(domain="a.example")
        for path in PATHS:
            status, fields, _ = self.ask(path, "-X", "GET")
            self.assertEqual(301, status)
            self.assertEqual("dcaccount:https://a.example/new",
                             fields["location"])
            self.assertEqual({"email", "password"},
                             set(json.loads(self.ask(path)[2])))
        status, fields, body = self.ask("/new", "-I")
        self.assertEqual((301, ""), (status, body))

    def test_the_invited_get_an_account_and_a_use_is_a_login(self):
        self.set_newemail("registration = invite")
        self.dovecot.write_settings("registration = invite")
        self.dovecot.doveauth.reload()
        self.addCleanup(self.dovecot.doveauth.reload)
        self.addCleanup(self.dovecot.write_settings)
        path = self.dovecot.mailbox("invites.json")
        self.addCleanup(os.unlink, path)
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"invites": {"summercamp": {"uses": 1}}}, file)
        shutil.chown(path, dovecot.USER, dovecot.USER)
        status, _, body = self.ask("/new")
        self.assertEqual(403, status)
        self.assertIn("invited", json.loads(body)["reason"])
        self.assertEqual(403, self.ask("/new?token=wintercamp")[0])
        # Asked for twice, logged in once: the other comes too late.
        first = json.loads(self.ask("/new?token=summercamp")[2])
        second = json.loads(
            self.ask("/new", "--data", "token=summercamp")[2])
        for answer in (first, second):
            self.assertTrue(answer["password"].startswith("summercamp-"))
        self.assertIsNone(
            self.dovecot.login(first["email"], first["password"]))
        self.assertIn("AUTHENTICATIONFAILED", self.dovecot.login(
            second["email"], second["password"]))
        self.assertEqual(403, self.ask("/new?token=summercamp")[0])
        self.assertIsNone(
            self.dovecot.login(first["email"], first["password"]))

    def test_a_closed_relay_says_so(self):
        path = self.box.write("nocreate", "")
        try:
            for method in (POST, ("-X", "GET")):
                status, _, body = self.ask("/new", *method)
                self.assertEqual(403, status)
                self.assertIn("gives no new addresses for now", body)
        finally:
            os.unlink(path)
        self.assertEqual(200, self.ask()[0])
        self.set_newemail("registration = closed")
        self.assertEqual(403, self.ask()[0])

    def test_each_network_has_its_number_whatever_its_clients_write(self):
        self.set_newemail("max_new_addresses_per_network = 3")
        for client, other in (("192.0.2.1", "192.0.2.2"),
                              ("2001:db8:1:2::1", "2001:db8:1:3::1")):
            with self.subTest(client):
                got = [self.ask("/new", *POST, "-H",
                                "X-Forwarded-For: 198.51.100.%d" % i,
                                "-H", "X-Real-IP: 198.51.100.%d" % i,
                                client=client)[0] for i in range(5)]
                self.assertEqual([200] * 3 + [429] * 2, got)
                status, fields, body = self.ask(client=client)
                self.assertEqual(429, status)
                self.assertLess(0, int(fields["retry-after"]))
                self.assertIn("wait", json.loads(body)["reason"])
                self.assertEqual(200, self.ask(client=other)[0])
        self.assertEqual(429, self.ask(client="2001:db8:1:2:ffff::9")[0])

    def test_bad_requests_get_a_status(self):
        self.assertEqual(405, self.ask("/new", "-X", "PUT")[0])
        self.assertEqual(405, self.ask("/new", "-X", "DELETE")[0])
        body = self.box.write("large", "x" * 100_000)
        self.assertEqual(413, self.ask("/new", "--data-binary", "@" + body)[0])
        self.assertEqual(404, self.ask("/newer")[0])
        self.assertEqual(200, self.ask("/new", "--data-binary", "\x01\x7f")[0])
        for octets, status in (
                (b"\x16\x03\x01" + b"\0" * 100 + b"\r\n\r\n", 400),
                (b"POST /new HTTP/9\r\n\r\n", 505),
                (b"POST /new HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" +
                 b"x" * 200_000, 413),
                (b"POST /new HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
                 501),
                (b"GET /new HTTP/1.1\r\nA: " + b"x" * 200_000, 431)):
            with self.subTest(octets[:40]):
                self.assertTrue(self.raw(octets).startswith(
                    b"HTTP/1.1 %d " % status))

    def test_requests_that_are_sent_ahead_are_all_answered(self):
        answer = self.raw(b"POST /new HTTP/1.1\r\n\r\n" * 200)
        emails = re.findall(rb'"email":"([^"]*)"', answer)
        self.assertEqual(200, len(set(emails)))

    def test_half_requests_hinder_nobody_and_come_to_an_end(self):
        slow = []
        for _ in range(100):
            client = socket.socket(socket.AF_UNIX)
            self.addCleanup(client.close)
            client.settimeout(30)
            client.connect(self.newemail.socket)
            client.sendall(b"POST /new HTTP/1.1\r\nContent-Length: 5\r\n\r\n")
            slow.append(client)
        begin = time.monotonic()
        self.assertEqual(200, self.ask()[0])
        self.assertLess(time.monotonic() - begin, 5)
        for client in slow:
            self.assertTrue(
                client.recv(4096).startswith(b"HTTP/1.1 408 "))

    def test_many_at_once_all_get_their_own(self):
        emails = []

        def ask():
            emails.append(json.loads(self.ask()[2])["email"])

        threads = [threading.Thread(target=ask) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(40, len(set(emails)))

    def test_metrics_and_logs_have_nobody_in_them(self):
        answer = json.loads(
            self.ask("/new?token=summercamp", client="192.0.2.77")[2])
        metrics = self.metrics()
        self.assertRegex(
            metrics, r'chatmail_new_addresses_total\{outcome="given"\} [1-9]')
        told = metrics + self.newemail.read_log()
        for name in ("access.log", "error.log"):
            with open(os.path.join(self.nginx.root, name),
                      encoding="utf-8") as file:
                told += file.read()
        for secret in (answer["email"], answer["password"], "summercamp",
                       "192.0.2.77"):
            self.assertNotIn(secret, told)

    def test_a_service_that_is_back_is_asked_again(self):
        self.assertEqual(0, self.newemail.stop())
        self.assertEqual(502, self.ask()[0])
        self.newemail.start()
        self.assertEqual(200, self.ask()[0])

    def test_a_broken_file_at_a_reload_changes_nothing(self):
        self.box.write(self.ini, "[params]\nmail_domain = %s\n"
                       "username_max_length = 0\n" % DOMAIN)
        self.addCleanup(self.write_settings)
        self.newemail.reload()
        self.assertIn("username_max_length", self.newemail.read_log())
        self.assertEqual(200, self.ask()[0])


if __name__ == "__main__":
    unittest.main()
