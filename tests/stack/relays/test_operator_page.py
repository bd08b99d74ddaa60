"""docs/running-a-relay.md: every command of it works on a relay that runs.

What needs systemd or installs the package is tried by tests/container; it stands
in ELSEWHERE, so that a command that is new on the page is tried or named there.
"""

import os
import unittest

from harness import postfix

from relays import world

C = "chat.example"
PAGE = os.path.join(postfix.SOURCE, "docs/running-a-relay.md")
ELSEWHERE = ("apt install ", "chatmail run", "systemctl ", "journalctl ")
# Exit statuses other than 0 that are right here: this host has no systemd, and
# its DNS none of the recommended records.
MAY_DIFFER = {"chatmail status", "chatmail dns"}


def commands():
    """The indented lines of the page; a here-document is one command."""
    found, rest = [], None
    with open(PAGE, encoding="utf-8") as page:
        for line in page:
            if not line.startswith("    "):
                continue
            line = line[4:].rstrip()
            if rest is not None:
                rest.append(line)
                if line == "END":
                    found.append("\n".join(rest))
                    rest = None
            elif "<<'END'" in line:
                rest = [line]
            else:
                found.append(line)
    return found


class OperatorPageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World((*world.GENEROUS,
                                 "privacy_postal = Nobody, Nowhere",
                                 "privacy_mail = p@chat.example",
                                 "www_folder = %s/deploy/www" % postfix.SOURCE),
                                domains=(C,))
        cls.addClassCleanup(cls.world.close)
        cls.relay = cls.world.a
        cls.relay.host.run("chatmail", "webpage")
        # Where the package has them.
        cls.relay.host.run("mkdir", "-p", "/etc/chatmilter/rules.d",
                           "/usr/share/chatmilter")
        cls.relay.host.run("ln", "-s", postfix.SOURCE + "/rules",
                           "/usr/share/chatmilter/rules")

    def run_line(self, line):
        return self.relay.host.run("sh", "-c", "(%s\n) 2>&1; echo $?" % line)

    def test_each_command_works(self):
        self.world.make_accounts("somebody1@" + C)
        tried = 0
        for line in commands():
            if line.startswith(ELSEWHERE):
                continue
            with self.subTest(line):
                tried += 1
                # The relay's own settings stay.
                if line.startswith("chatmail init"):
                    line += " --config /tmp/new.ini"
                # Nobody is there to be asked.
                if line.startswith("chatmail account delete"):
                    line += " --yes"
                *text, status = self.run_line(line).splitlines()
                right = {"0", "1"} if line in MAY_DIFFER else {"0"}
                self.assertIn(status, right, "\n".join(text))
        self.assertGreaterEqual(tried, 12)

    def test_the_check_of_the_page_finds_a_mistake_in_its_rule(self):
        rule = next(line for line in commands()
                    if "rules.d/10-own.conf" in line)
        text = self.run_line(rule.replace("author.domain", "author.domian") +
                             "\nchatmail rules check")
        self.assertTrue(text.rstrip().endswith("1"), text)
        self.assertRegex(text, r"10-own.conf:\d+:\d+")
        text = self.run_line(rule + "\nchatmail rules check")
        self.assertTrue(text.rstrip().endswith("0"), text)


if __name__ == "__main__":
    unittest.main()
