"""The dict server as Dovecot's own client, doveadm(1), sees it."""

import os
import subprocess
import unittest

from harness import sandbox
from harness.build import program

# sysexits(3), as doveadm uses them.
NOT_FOUND = 68
TEMPORARY = 75


class DictTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.socket = cls.box.path("dict.sock")
        cls.box.start([program("memory_dict"), cls.socket], "dict.log")
        sandbox.wait_for(lambda: os.path.exists(cls.socket), 10,
                         "memory_dict listens")
        cls.config = cls.box.write(
            "dovecot.conf", "base_dir = %s\nlog_path = %s\n" %
            (cls.box.path("run"), cls.box.path("dovecot.log")))

    def dict(self, command, user, key, *values, flags=()):
        """Exit status, and what doveadm prints."""
        done = subprocess.run(
            ["doveadm", "-c", self.config, "dict", command, "-u", user, *flags,
             "proxy:%s:test" % self.socket, key, *values],
            check=False, capture_output=True, text=True, timeout=20)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    def rows(self, user, path, *flags):
        status, text, error = self.dict("iter", user, path, flags=flags)
        self.assertEqual((0, ""), (status, error))
        return [line.split("\t") for line in text.splitlines()[1:]]

    def test_values_are_kept_by_user_and_octet_for_octet(self):
        for value in ("plain", "one\ttwo\nthree", "\x01\x01t", "%c\\d\"e",
                      "\u00e4\U0001f600"):
            with self.subTest(value):
                self.assertEqual(
                    0, self.dict("set", "ann", "priv/k\ty", value)[0])
                self.assertEqual((0, value.strip(), ""),
                                 self.dict("get", "ann", "priv/k\ty"))
                self.assertEqual(NOT_FOUND,
                                 self.dict("get", "bob", "priv/k\ty")[0])
                self.assertEqual(0,
                                 self.dict("unset", "ann", "priv/k\ty")[0])
                self.assertEqual(NOT_FOUND,
                                 self.dict("get", "ann", "priv/k\ty")[0])

    def test_several_values_of_a_key_are_told_apart(self):
        self.assertEqual((0, "one two\t2 three", ""),
                         self.dict("get", "ann", "shared/many"))

    def test_numbers_are_added_to(self):
        self.dict("set", "ann", "priv/n", "5")
        self.assertEqual(0, self.dict("inc", "ann", "priv/n", "7")[0])
        self.assertEqual((0, "12", ""), self.dict("get", "ann", "priv/n"))
        self.assertEqual(NOT_FOUND,
                         self.dict("inc", "ann", "priv/none", "1")[0])

    def test_keys_are_listed_with_and_without_those_below(self):
        for key in ("priv/l/a", "priv/l/b", "priv/l/deep/c"):
            self.dict("set", "cid", key, "of " + key)
        self.assertEqual([["priv/l/a", "of priv/l/a"],
                          ["priv/l/b", "of priv/l/b"]],
                         self.rows("cid", "priv/l/"))
        self.assertEqual(3, len(self.rows("cid", "priv/l/", "-R")))
        self.assertEqual([], self.rows("cid", "priv/nothing/"))

    def test_what_is_refused_fails_with_its_reason(self):
        status, _, error = self.dict("set", "ann", "priv/refused", "x")
        self.assertEqual(TEMPORARY, status)
        self.assertIn("this key is refused", error)


if __name__ == "__main__":
    unittest.main()
