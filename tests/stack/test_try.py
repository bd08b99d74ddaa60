"""deploy/try as a newcomer runs it: what it tells, and what it says to type.

And what it says to do with Delta Chat, done by its core.
"""

import os
import re
import ssl
import subprocess
import unittest
import urllib.request

from harness import (  # noqa: F401, pylint: disable=W0611
    postfix, sandbox, session, snapshot)
from harness.build import FOLDER
from relays import cores, delta_chat

TRY = os.path.join(postfix.SOURCE, "deploy/try")
PROGRAMS = os.path.join(FOLDER, "bin")

# Each message, what Postfix must say to it, and what the reader is told.
OUTCOMES = [
    ("1. Alice writes to Bob, encrypted.", r"250 2\.0\.0 Ok: queued as \w+",
     "ACCEPTED", "it is OpenPGP from end to end"),
    ("2. Alice writes to Bob, as a postcard.",
     r"523 5\.7\.1 Encryption Needed: Invalid Unencrypted Mail", "REFUSED",
     "Anyone on its way could read it."),
    ("3. A stranger writes to Bob as boss@bank.example.",
     r"554 5\.7\.1 No DKIM signature found", "REFUSED",
     "bank.example did not sign it."),
]


class Here:
    """This computer, as a place for a client."""

    name = "here"

    def __init__(self, box):
        self.box = box
        box.folder(self.name)

    def inside(self, *arguments):
        return list(arguments)

    def run(self, *arguments):
        subprocess.run(arguments, check=True, timeout=60)


def run(*arguments):
    return subprocess.run([TRY, *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, check=False, text=True,
                          timeout=120)


class Host:
    """This one, as it was when this was made."""

    def __init__(self, test):
        self._test = test
        self._is = self._now()

    @staticmethod
    def _now():
        return {"files": snapshot.files(), "network": snapshot.network(),
                "mounts": snapshot.mounts(),
                "listening": snapshot.listening()}

    def expect_same(self, but_ports=()):
        """All but these ports of the loopback."""
        now = self._now()
        added = now.pop("listening") - self._is["listening"]
        self._test.assertEqual(
            {("tcp", "127.0.0.1:%s" % port) for port in but_ports}, added)
        before, after = self._is["files"], now.pop("files")
        self._test.assertGreater(len(before), 1000)
        self._test.assertEqual([], sorted(
            path for path in before.keys() | after.keys()
            if before.get(path) != after.get(path)))
        for name, state in now.items():
            self._test.assertEqual(self._is[name], state)


def story_of(text):
    """The paragraphs under their titles, each in one line."""
    parts = re.split(r"(?m)^(\d\. .*|Log in with Delta Chat|"
                     r"Send one of your own)$", text)
    return {title: " ".join(body.split())
            for title, body in zip(parts[1::2], parts[2::2])}


class TryTest(unittest.TestCase):
    def check_story(self, text):
        story = story_of(text)
        for title, reply, word, why in OUTCOMES:
            with self.subTest(title):
                told = story[" ".join(title.split())]
                self.assertRegex(told, "Postfix: %s So it is: %s" %
                                 (reply, word))
                self.assertIn(why, told)
        self.assertIn("Bob reads: Shall we meet at noon, under the old oak?",
                      story[OUTCOMES[0][0]])

    def test_it_tells_what_happened_to_each_message_and_why(self):
        done = run("--no-packages", "--programs", PROGRAMS)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.check_story(done.stdout)
        folder = re.search(r"of its own in (\S+)", done.stdout).group(1)
        self.assertFalse(os.path.exists(folder))

    @staticmethod
    def start():
        return subprocess.Popen(
            [TRY, "--keep", "--no-packages", "--programs", PROGRAMS],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)

    @staticmethod
    def read_up_to(child, words):
        """What it says up to a line with these words."""
        text = ""
        for line in child.stdout:
            text += line
            if words in line:
                return text
        raise AssertionError("it ended:\n" + text)

    def test_a_crash_leaves_nothing(self):
        host = Host(self)
        child = self.start()
        text = self.read_up_to(child, "1. Alice writes")
        started = snapshot.descendants(child.pid)
        # A relay is many processes.
        self.assertGreater(len(started), 30)
        folder = re.search(r"of its own in (\S+)", text).group(1)
        self.assertTrue(os.path.exists(folder))
        child.kill()
        child.wait()
        child.stdout.close()
        sandbox.wait_for(lambda: not snapshot.running(started), 30,
                         "all that it started ends")
        sandbox.wait_for(lambda: not os.path.exists(folder), 30,
                         "its folder goes")
        host.expect_same()

    def test_what_it_says_to_do_does_what_it_says(self):
        host = Host(self)
        child = self.start()
        try:
            text = self.read_up_to(child, "Ctrl-C ends it")
            started = snapshot.descendants(child.pid)
            self.check_story(text)
            self.check_commands(text)
            self.check_page(text)
            host.expect_same(but_ports=self.ports_of(text))
            self.check_codes(text)
        finally:
            child.terminate()
            rest = child.stdout.read()
            child.stdout.close()
            child.wait(60)
        self.assertIn("the folder is removed", rest)
        self.assertEqual(0, child.returncode)
        folder = re.search(r"of its own in (\S+)", text).group(1)
        self.assertFalse(os.path.exists(folder))
        self.assertEqual(set(), snapshot.running(started))
        host.expect_same()

    def ports_of(self, text):
        """Those that it names: each is a port of the loopback."""
        ports = re.findall(r"(?:127\.0\.0\.1:| port |&[is]p=)(\d+)", text)
        self.assertEqual(5, len(set(ports)), ports)
        return set(ports)

    def check_commands(self, text):
        commands = re.findall(r"(?m)^  (curl (?:.*\\\n)*.*)$", text)
        answers = [subprocess.run(
            ["/bin/bash", "-c", command], check=False, text=True,
            capture_output=True, timeout=60).stdout.splitlines()[-1]
            for command in commands]
        self.assertEqual(
            ["< 523 5.7.1 Encryption Needed: Invalid Unencrypted Mail",
             "< 554 5.7.1 No DKIM signature found"],
            [answer.rstrip("\r") for answer in answers])

    def check_page(self, text):
        address = re.search(r"The web page: (\S+)", text).group(1)
        anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anything.check_hostname = False
        anything.verify_mode = ssl.CERT_NONE
        with urllib.request.urlopen(address, context=anything,
                                    timeout=60) as page:
            self.assertIn("_chat.example", page.read().decode())

    def check_codes(self, text):
        """Two profiles on this computer, who then write to each other."""
        cores.fetch()
        codes = re.findall(r"(?m)^  (dclogin:\S+)$", text)
        with sandbox.Sandbox() as box:
            core = delta_chat.Core(Here(box), "laptop", home=box.root)
            first, second = (
                delta_chat.Account(core, name).register(code)
                for name, code in zip(("First", "Second"), codes))
            second.befriend(first)
            second.send(second.chat_with(first), "At noon, then.")
            first.wait_for_message("At noon, then.")


    def test_what_it_cannot_do_it_says(self):
        self.assertIn("--programs FOLDER", run("--help").stdout)
        for arguments, says in (
                (["--surprise"], "unknown option --surprise"),
                (["--programs"], "--programs wants a folder"),
                (["--programs", "/nonexistent"],
                 "there is no chatmail in /nonexistent")):
            with self.subTest(arguments):
                done = run(*arguments)
                self.assertEqual(2, done.returncode)
                self.assertIn(says, done.stderr)


if __name__ == "__main__":
    unittest.main()
