"""coturn with the rendered configuration: who may relay, and to whom.

In a network of its own an interface has a public address and others that are
nobody's peers; no octet leaves it.
"""

import os
import re
import unittest

from harness import sandbox
from harness.rendered import Rendered

SECRET = "0123456789abcdef0123456789abcdef"
OTHER_SECRET = SECRET[::-1]
RELAY, PEER = "5.5.5.5", "5.5.5.6"
PRIVATE = ("10.1.1.1", "192.168.1.1", "100.64.1.1", "169.254.1.1", "127.0.0.1")
PREPARE = """
ip link add one type veth peer name two
for address in {addresses}; do ip addr add $address/24 dev one; done
ip link set one up
ip link set two up
echo {secret} > {folder}/secret
timeout 40 sh -c '{start}' > {folder}/log 2>&1 &
for i in 1 2 3 4 5 6 7 8 9 10; do
  ss -Hlun | grep -q ":3478 " && break
  sleep 0.3
done
"""


class TurnTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.folder = cls.box.folder("turn")
        os.chmod(cls.folder, 0o777)
        cls.rendered = Rendered(cls.box, "turn", [
            "mail_domain = chat.example",
            "turn_secret_file = %s/secret" % cls.folder])
        cls.answers = cls.ask()

    @classmethod
    def ask(cls):
        """What the client is told about each peer, and with a wrong secret."""
        unit = cls.rendered.text(
            "/etc/systemd/system/coturn.service.d/chatmail.conf")
        # The configuration is put together as the unit does it.
        prepare = re.search(r"ExecStartPre=\+/bin/sh -c '(.*)'", unit).group(1)
        run = re.findall(r"ExecStart=(\S.*)", unit)[-1]
        start = "%s && exec %s -L %s --log-file=stdout" % (prepare, run, RELAY)
        asked = [(SECRET, peer) for peer in (PEER, *PRIVATE)]
        asked.append((OTHER_SECRET, PEER))
        script = PREPARE.format(
            addresses=" ".join((RELAY, PEER, *PRIVATE[:-1])), secret=SECRET,
            folder=cls.folder, start=start)
        for number, (secret, peer) in enumerate(asked):
            script += "echo == %s %s\ntimeout 3 turnutils_uclient -n 1 -W %s " \
                "-u user%d -e %s %s 2>&1 || true\n" % (
                    secret, peer, secret, number, peer, RELAY)
        # One user, twice as much as one may have.
        script += "echo == %s greedy\n" % SECRET
        script += ("timeout 3 turnutils_uclient -m 24 -n 1 -W %s -u greedy "
                   "-e %s %s 2>&1 || true\n" % (SECRET, PEER, RELAY))
        _, output = cls.rendered.run(script)
        parts = output.split("\n== ") if output.startswith("==") else \
            ("\n" + output).split("\n== ")[1:]
        return {tuple(part.removeprefix("== ").split("\n", 1)[0].split()): part
                for part in parts}

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as file:
            return file.read()

    def test_a_peer_on_the_internet_is_reached(self):
        answer = self.answers[SECRET, PEER]
        self.assertIn("start_mclient", answer, self.log())
        self.assertNotIn("error", answer.lower())

    def test_private_networks_are_closed(self):
        for peer in PRIVATE:
            with self.subTest(peer):
                self.assertIn("403 (Forbidden IP)",
                              self.answers[SECRET, peer])

    def test_only_the_secret_of_this_host_counts(self):
        answer = self.answers[OTHER_SECRET, PEER]
        self.assertIn("Cannot complete Allocation", answer)
        self.assertIn("Cannot find credentials of user", self.log())

    def test_one_user_has_a_quota(self):
        self.assertIn("486 (Allocation Quota Reached)",
                      self.answers[SECRET, "greedy"])

    def test_coturn_knows_every_line(self):
        self.assertNotRegex(self.log(), "(?i)bad config|unknown|unrecogni")


if __name__ == "__main__":
    unittest.main()
