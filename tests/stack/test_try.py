"""deploy/try as a newcomer runs it: what it tells, and what it says to type.

And what it says to do with Delta Chat, done by its core.
"""

import os
import re
import ssl
import subprocess
import unittest
import urllib.request

from harness import postfix, sandbox, session  # noqa: F401, pylint: disable=W0611
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

    def test_what_it_says_to_do_does_what_it_says(self):
        child = subprocess.Popen(
            [TRY, "--keep", "--no-packages", "--programs", PROGRAMS],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        try:
            lines = []
            for line in child.stdout:
                lines.append(line)
                if "Ctrl-C ends it" in line:
                    break
            text = "".join(lines)
            self.check_story(text)
            self.check_commands(text)
            self.check_page(text)
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
