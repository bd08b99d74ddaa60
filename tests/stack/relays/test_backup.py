"""`chatmail backup` and `restore` of a relay that runs."""

import fcntl
import imaplib
import json
import os
import shutil
import threading
import unittest

from harness import sandbox

from relays import moved, world
from relays.test_acceptance import encrypted
from relays.world import A, B

ARCHIVE = "/root/relay.tar.zst"
SECRET = "/var/lib/chatmail-metadata/turn.secret"
# What makes the relay that relay.
BELONGINGS = ("/home/vmail", "/etc/chatmail", "/etc/chatmilter",
              "/etc/dkimkeys", "/var/lib/chatmail", "/var/lib/chatmilter",
              "/var/lib/chatmail-metadata", "/etc/ssl/private/mailserver.key",
              "/etc/ssl/certs/mailserver.pem")


class BackupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(makers={A: moved.Installed})
        cls.addClassCleanup(cls.world.close)
        cls.relay = cls.world.a
        cls.host = cls.relay.host

    def chatmail(self, *words, before=()):
        """Exit status and all that it said."""
        text = self.host.run(*before, "sh", "-c", 'chatmail "$@" 2>&1; echo $?',
                             "sh", *words)
        *lines, status = text.splitlines()
        return int(status), "\n".join(lines)

    def good(self, *words):
        status, text = self.chatmail(*words)
        self.assertEqual(0, status, text)
        return text

    def uids(self, address):
        """UIDVALIDITY and the UIDs with their messages."""
        client = self.world.imap(address)
        try:
            client.select("INBOX", readonly=True)
            validity = client.response("UIDVALIDITY")[1]
            found = client.uid("SEARCH", None, "ALL")[1][0].split()
            return validity, [
                (uid, client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1])
                for uid in found]
        finally:
            client.logout()

    def test_a_relay_that_was_lost_comes_back(self):
        alice, bob = "lostlost1@" + A, "lostlost2@" + B
        self.world.make_accounts(alice, bob)
        for _ in range(3):
            reply = self.world.submit(bob, [alice], encrypted(bob))
            self.assertEqual(250, reply.code, str(reply))
        sandbox.wait_for(lambda: len(self.world.inbox(alice)) == 3, 60,
                         "mail:\n" + self.world.mail_logs())
        client = self.world.imap(alice)
        client.select("INBOX")
        client.uid("STORE", "1", "+FLAGS", "(\\Seen \\Deleted)")
        client.expunge()
        client.logout()
        before = self.uids(alice)
        self.assertEqual([b"2", b"3"], [uid for uid, _ in before[1]])
        password = self.relay.mailbox(alice, "password")
        os.utime(password, (1790035200, 1790035200))
        # It cannot leave now, and is in the queue.
        self.host.run("postconf", "-e", "defer_transports=smtp")
        self.host.run("postfix", "reload")
        self.world.submit(alice, [bob], encrypted(alice))
        sandbox.wait_for(
            lambda: os.popen("find %s -type f" % self.host.path(
                "/var/spool/postfix/deferred")).read(), 30, "it is deferred")
        secret = self.host.read(SECRET)

        told = json.loads(self.good("backup", ARCHIVE, "--json"))
        self.assertEqual(A, told["mail_domain"])
        self.assertGreaterEqual(told["parts"]["queue"]["files"], 1)
        self.assertEqual(0o100600, os.stat(self.host.path(ARCHIVE)).st_mode)
        # Somebody serves mail here, and there are accounts.
        status, text = self.chatmail("restore", ARCHIVE)
        self.assertEqual(1, status)
        self.assertIn("serves mail here", text)
        self.assertIn(" here, 0 of them not in the archive", text)

        self.relay.stop()
        for path in BELONGINGS:
            self.host.run("rm", "-r", path)
        self.host.run("sh", "-c", "rm -r /var/spool/postfix/deferred/*")
        text = self.good("restore", ARCHIVE)
        self.assertIn("Next: chatmail run", text)
        self.host.run("systemd-tmpfiles", "--create",
                      "chatmilter.conf", "/etc/tmpfiles.d/chatmail-site.conf")
        self.host.run("postconf", "-e", "defer_transports=")
        self.assertEqual(1790035200, os.stat(password).st_mtime)
        self.assertEqual(secret, self.host.read(SECRET))
        self.relay.start()
        self.assertEqual(before, self.uids(alice))
        with self.assertRaises(imaplib.IMAP4.error):
            self.world.imap(alice, world.PASSWORD + "x")
        # What waited leaves, signed by the key that came back.
        self.host.run("postqueue", "-f")
        self.world.wait_for_mail(bob, lambda o: alice.encode() in o)

    def test_a_backup_of_a_busy_relay_is_whole(self):
        alice = "busybusy1@" + A
        self.world.make_accounts(alice)
        stop = threading.Event()
        failures = []

        def work():
            try:
                while not stop.is_set():
                    self.world.append(alice, 2000)
                    client = self.world.imap(alice)
                    client.select("INBOX")
                    client.store("1:*", "+FLAGS", "(\\Seen)")
                    if len(client.search(None, "ALL")[1][0].split()) > 20:
                        client.store("1:10", "+FLAGS", "(\\Deleted)")
                        client.expunge()
                    client.logout()
            except BaseException as error:  # pylint: disable=broad-except
                failures.append(error)

        worker = threading.Thread(target=work)
        worker.start()
        try:
            for number in range(5):
                self.good("backup", ARCHIVE)
                shutil.rmtree(self.host.path("/root/there"),
                              ignore_errors=True)
                self.good("restore", ARCHIVE, "--root", "/root/there")
                box = self.host.path("/root/there/home/vmail/mail/%s/%s" % (
                    A, alice))
                names = [name.split(":")[0] for part in ("new", "cur")
                         for name in os.listdir(os.path.join(box, part))]
                self.assertEqual(len(set(names)), len(names), number)
        finally:
            stop.set()
            worker.join()
        self.assertEqual([], failures)

    def test_a_full_disk_leaves_no_half_archive_and_the_older_one(self):
        self.host.run("sh", "-c", "mkdir -p /root/small && mount -t tmpfs "
                      "-o size=16k,mode=700 small /root/small")
        self.addCleanup(self.host.run, "umount", "/root/small")
        self.host.write("/root/small/relay.tar.zst", "older")
        alice = "fulldisk1@" + A
        self.world.make_accounts(alice)
        self.world.append(alice, 200000)
        status, text = self.chatmail("backup", "/root/small/relay.tar.zst")
        self.assertEqual(1, status)
        self.assertIn("No space left on device", text)
        self.assertIn("there is no backup", text)
        self.assertEqual(["relay.tar.zst"],
                         os.listdir(self.host.path("/root/small")))
        self.assertEqual("older", self.host.read("/root/small/relay.tar.zst"))

    def test_a_disk_that_is_too_small_is_told_before_anything_is_written(self):
        alice = "smalldisk@" + A
        self.world.make_accounts(alice)
        self.world.append(alice, 200000)
        self.good("backup", ARCHIVE)
        self.host.run("sh", "-c", "mkdir -p /root/tiny && mount -t tmpfs "
                      "-o size=64k,mode=700 tiny /root/tiny")
        self.addCleanup(self.host.run, "umount", "/root/tiny")
        status, text = self.chatmail("restore", ARCHIVE, "--root",
                                     "/root/tiny")
        self.assertEqual(1, status)
        self.assertRegex(text, "has .* of room, and .* are wanted")
        self.assertFalse(os.path.exists(self.host.path("/root/tiny/home")))

    def test_who_is_not_root_is_told_so(self):
        self.good("backup", "/tmp/relay.tar.zst")
        self.host.run("chown", "nobody", "/tmp/relay.tar.zst")
        nobody = ("setpriv", "--reuid", "nobody", "--regid", "nogroup",
                  "--clear-groups")
        for words in (("backup", "/tmp/x.tar.zst"),
                      ("restore", "/tmp/relay.tar.zst"),
                      ("migrate", "--yes"), ("migrate", "--back", "--yes")):
            with self.subTest(" ".join(words)):
                status, text = self.chatmail(*words, before=nobody)
                self.assertNotEqual(0, status)
                self.assertIn("you are not root", text)
        # Looking is for everybody who has the file.
        status, text = self.chatmail("restore", "/tmp/relay.tar.zst",
                                     "--dry-run", "--force", before=nobody)
        self.assertEqual(0, status, text)

    def test_two_at_once_are_one_and_an_error(self):
        with open(self.host.path("/run/chatmail-moving.lock"), "w",
                  encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for words in (("backup", "/root/x.tar.zst"),
                          ("migrate", "--back", "--yes")):
                with self.subTest(words[0]):
                    status, text = self.chatmail(*words)
                    self.assertEqual(1, status)
                    self.assertIn("another backup, restore or migration",
                                  text)
        self.assertFalse(os.path.exists(self.host.path("/root/x.tar.zst")))

    def test_an_archive_through_a_pipe_is_the_same(self):
        self.host.run("sh", "-c", "chatmail backup - > /root/piped.tar.zst")
        text = self.good("restore", "/root/piped.tar.zst", "--root",
                         "/root/piped")
        self.assertIn("whole and unchanged", text)


if __name__ == "__main__":
    unittest.main()
