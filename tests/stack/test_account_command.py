"""`chatmail account` by root and by nobody, on a relay that runs."""

import json
import os
import sqlite3
import subprocess
import unittest

from harness import (  # noqa: F401, pylint: disable=W0611
    dovecot, sandbox, session)
from harness.build import program

DOMAIN = "_a.example"
PASSWORD = "secret-pass-1"


def address(name):
    return name + "@" + DOMAIN


class AccountCommandTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.dovecot = dovecot.Dovecot(cls.box, DOMAIN)
        cls.dovecot.start()

    def account(self, *words, before=()):
        """Exit status, stdout and stderr; `before` changes who runs it."""
        done = subprocess.run(
            [*before, program("chatmail"), "account", *words,
             "--config", self.dovecot.ini], check=False, capture_output=True,
            text=True, timeout=60, stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def owners(self, *names):
        """Of everything below a mailbox."""
        found = set()
        for folder, _, files in os.walk(self.dovecot.mailbox(*names)):
            for path in (folder, *(os.path.join(folder, f) for f in files)):
                found.add(os.stat(path).st_uid)
        return found

    def refused(self, error):
        self.assertIn("AUTHENTICATIONFAILED", error)

    def test_an_imported_account_logs_in_with_its_old_password(self):
        ann, bob = address("ann000001"), address("bob000001")
        done = subprocess.run(
            ["doveadm", "pw", "-s", "SHA512-CRYPT", "-p", PASSWORD],
            check=True, capture_output=True, text=True, timeout=60)
        self.assertIsNone(self.dovecot.login(bob, "secret-pass-2"))
        path = self.box.path("passdb.sqlite")
        with sqlite3.connect(path) as base:
            base.execute("CREATE TABLE users (addr TEXT PRIMARY KEY,"
                         " password TEXT, last_login INTEGER)")
            base.executemany(
                "INSERT INTO users VALUES (?, ?, 1700000000)",
                [(name, done.stdout.strip())
                 for name in (ann, bob, address("ci-000001"))])
        base.close()
        status, out, err = self.account("import", path, "--json")
        self.assertEqual((0, ""), (status, err))
        self.assertEqual({"dry_run": False, "imported": 1, "there_already": 1,
                          "of_tests": 1, "refused": 0, "failed": 0},
                         json.loads(out))
        self.assertEqual({os.stat(self.dovecot.mailboxes).st_uid},
                         self.owners(ann))
        self.assertIsNone(self.dovecot.login(ann, PASSWORD))
        self.refused(self.dovecot.login(ann, PASSWORD + "x"))
        self.assertIsNone(self.dovecot.login(bob, "secret-pass-2"))
        self.refused(self.dovecot.login(bob, PASSWORD))

    def test_a_deleted_account_is_gone_and_its_address_free(self):
        cid = address("cid000001")
        self.assertIsNone(self.dovecot.login(cid, PASSWORD))
        folder = self.dovecot.mailbox(cid, "cur")
        with open(os.path.join(folder, "1700000000.M1.host"), "w",
                  encoding="ascii") as file:
            file.write("Subject: [...]\r\n\r\n")
        status, out, err = self.account("delete", cid)
        self.assertEqual((2, ""), (status, out))
        self.assertIn("with 1 messages would be gone for good; say --yes", err)
        self.assertIsNone(self.dovecot.login(cid, PASSWORD))
        status, out, err = self.account("delete", cid, "--yes")
        self.assertEqual((0, ""), (status, err))
        self.assertFalse(os.path.exists(self.dovecot.mailbox(cid)))
        self.assertEqual(1, self.account("show", cid)[0])
        # Somebody else has it now, and nothing of what was there.
        self.assertIsNone(self.dovecot.login(cid, "another-pass-1"))
        self.refused(self.dovecot.login(cid, PASSWORD))
        status, out, _ = self.account("show", cid, "--json")
        self.assertEqual((0, 0), (status, json.loads(out)["messages"]))

    def test_disabled_and_enabled_as_the_services_see_it(self):
        dan = address("dan000001")
        self.assertIsNone(self.dovecot.login(dan, PASSWORD))

        def state():
            done = subprocess.run(
                ["doveadm", "-c", self.dovecot.config, "dict", "get", "-u",
                 dan, "proxy:%s:auth" % self.dovecot.doveauth.socket,
                 "shared/chatmail/account/" + dan], check=True,
                capture_output=True, text=True, timeout=60)
            return json.loads(done.stdout)["state"]

        self.assertEqual("enforcing", state())
        self.assertEqual(0, self.account("disable", dan)[0])
        self.assertEqual("disabled", state())
        self.assertEqual({os.stat(self.dovecot.mailboxes).st_uid},
                         self.owners(dan))
        status, out, _ = self.account("list", "--state", "disabled")
        self.assertEqual((0, [dan]), (status, out.split()[:1]))
        self.assertEqual(0, self.account("enable", dan)[0])
        self.assertEqual("enforcing", state())

    def test_a_token_makes_as_many_accounts_as_it_has_uses(self):
        self.dovecot.write_settings("registration = invite")
        self.dovecot.doveauth.reload()
        self.addCleanup(self.dovecot.doveauth.reload)
        self.addCleanup(self.dovecot.write_settings)
        status, out, err = self.account(
            "invite", "create", "--uses", "1", "--expires", "1d", "--json")
        self.assertEqual((0, ""), (status, err))
        token = json.loads(out)["token"]
        password = token + "-" + PASSWORD
        self.assertIsNone(self.dovecot.login(address("eve000001"), password))
        self.refused(self.dovecot.login(address("fay000001"), password))
        invite = json.loads(self.account("invite", "list", "--json")[1])
        self.assertEqual((token, "used-up", 1),
                         (invite["token"], invite["state"], invite["used"]))
        self.assertEqual(0, self.account("invite", "revoke", token)[0])
        self.assertIsNone(self.dovecot.login(address("eve000001"), password))

    def test_who_may_not_is_told_who_may(self):
        gus = address("gus000001")
        self.assertIsNone(self.dovecot.login(gus, PASSWORD))
        os.chmod(self.dovecot.mailboxes, 0o750)
        self.addCleanup(os.chmod, self.dovecot.mailboxes, 0o755)
        nobody = ("setpriv", "--reuid", "nobody", "--regid", "nogroup",
                  "--clear-groups")
        for words in (("list",), ("show", gus), ("disable", gus),
                      ("delete", gus, "--yes"), ("invite", "list")):
            with self.subTest(words[0]):
                status, out, err = self.account(*words, before=nobody)
                self.assertEqual((2, ""), (status, out))
                self.assertIn("Permission denied; run it as root, or as the "
                              "owner of the mailboxes", err)
        os.chmod(self.dovecot.mailboxes, 0o755)
        for words in (("show", gus), ("disable", gus),
                      ("delete", gus, "--yes")):
            with self.subTest("beside " + words[0]):
                status, _, err = self.account(*words, before=nobody)
                self.assertEqual(2, status)
                self.assertIn("run it as root", err)
        self.assertTrue(self.dovecot.has_account(gus))


if __name__ == "__main__":
    unittest.main()
