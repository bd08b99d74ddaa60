"""IDLE with a real Dovecot: new mail is told at once, to a connection that was
hibernated meanwhile too."""

import os
import re
import smtplib
import time
import unittest

from harness import dovecot, sandbox, session  # noqa: F401, pylint: disable=W0611

DOMAIN = "_a.example"
PASSWORD = "secret-pass-1"
HIBERNATE_AFTER = 2


def address(name):
    return name + "@" + DOMAIN


class Idler:
    """An IMAP session that waits in IDLE."""

    def __init__(self, relay, user):
        self._imap = relay.connect()
        self._imap.authenticate("PLAIN", lambda _: b"\0%s\0%s" % (
            user.encode(), PASSWORD.encode()))
        self._imap.select("INBOX")
        self.idle()

    def idle(self):
        self._tag = self._imap._new_tag()  # pylint: disable=protected-access
        self._imap.send(self._tag + b" IDLE\r\n")
        line = self._imap.readline()
        assert line.startswith(b"+"), line

    def wait_for_exists(self):
        """The number of messages that Dovecot tells of next."""
        while True:
            line = self._imap.readline()
            assert line, "the connection is closed"
            told = re.fullmatch(rb"\* (\d+) EXISTS\r\n", line)
            if told:
                return int(told[1])

    def done(self):
        self._imap.send(b"DONE\r\n")
        while True:
            line = self._imap.readline()
            assert line, "the connection is closed"
            if line.startswith(self._tag):
                return line

    def command(self, name, *arguments):
        return self._imap.uid(name, *arguments)

    def close(self):
        self._imap.shutdown()


class IdleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN,
                                      hibernate_after=HIBERNATE_AFTER)
        cls.dovecot.write_settings("max_creations_per_network = 1000")
        cls.dovecot.start()

    def idler(self, user):
        idler = Idler(self.dovecot, user)
        self.addCleanup(idler.close)
        return idler

    def deliver(self, user):
        with smtplib.LMTP(self.box.path("private", "dovecot-lmtp")) as client:
            client.ehlo("postfix.example")
            self.assertEqual({}, client.sendmail(
                "bob@elsewhere.example", [user],
                "From: <bob@elsewhere.example>\r\nSubject: [...]\r\n\r\n"
                "ciphertext\r\n"))

    def imap_processes(self):
        """Dovecot shows its instance's name in the titles of its processes."""
        name = os.path.basename(self.box.root).encode()
        title = re.compile(rb"dovecot-%s/imap(\0| |$)" % re.escape(name))
        with open(os.path.join(self.dovecot.root, "run/master.pid"),
                  encoding="ascii") as file:
            master = int(file.read())
        found = []
        for number in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/cmdline" % number, "rb") as file:
                    command = file.read()
                with open("/proc/%s/stat" % number, encoding="ascii",
                          errors="replace") as file:
                    parent = int(file.read().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has ended
            if parent == master and title.match(command):
                found.append(int(number))
        return found

    def test_mail_is_told_of_while_the_client_waits(self):
        user = address("ann000001")
        idlers = [self.idler(user), self.idler(user)]
        for count in range(1, 4):
            begin = time.monotonic()
            self.deliver(user)
            for idler in idlers:
                self.assertEqual(count, idler.wait_for_exists())
            # Dovecot itself waits half a second for more.
            self.assertLess(time.monotonic() - begin, sandbox.AT_ONCE)
        for idler in idlers:
            self.assertIn(b" OK ", idler.done())

    def test_a_hibernated_connection_comes_back_with_the_mail(self):
        user = address("bob000001")
        idler = self.idler(user)
        self.assertTrue(self.imap_processes())
        for count in range(1, 4):
            # Nobody's process is left: the connection is held by one for all.
            sandbox.wait_for(lambda: not self.imap_processes(),
                             HIBERNATE_AFTER + 20, "the session hibernates:\n"
                             + self.dovecot.read_log())
            begin = time.monotonic()
            self.deliver(user)
            self.assertEqual(count, idler.wait_for_exists())
            self.assertLess(time.monotonic() - begin, sandbox.AT_ONCE)
            self.assertTrue(self.imap_processes())
            self.assertIn(b" OK ", idler.done())
            status, lines = idler.command("FETCH", "%d:*" % count,
                                          "(BODY.PEEK[TEXT])")
            self.assertEqual("OK", status)
            self.assertIn(b"ciphertext", lines[0][1])
            idler.idle()
        self.assertNotIn("Error:", self.dovecot.read_log())


if __name__ == "__main__":
    unittest.main()
