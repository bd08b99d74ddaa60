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
# Of each protocol: the relay, a peer of it on the Internet, and nobody's.
RELAY, PEER = "5.5.5.5", "5.5.5.6"
RELAY_6, PEER_6 = "2600:5::5", "2600:5::6"
PRIVATE = ("10.1.1.1", "172.16.1.1", "192.168.1.1", "100.64.1.1",
           "169.254.1.1", "127.0.0.1", "0.0.0.1", "192.0.2.1", "224.0.0.1",
           "255.255.255.255")
# Also what an IPv4 address is written as.
PRIVATE_6 = ("::1", "fc00:1::1", "fd00:1::1", "fe80::1", "::ffff:10.1.1.1",
             "::ffff:127.0.0.1", "64:ff9b::a01:101", "2002:a01:101::1",
             "2001:db8::1", "ff02::1")
# How many clients say where they are relayed; each has two allocations.
CLIENTS = 40
PREPARE = """
ip link add one type veth peer name two
for address in {addresses}; do ip addr add $address/24 dev one; done
for address in {addresses6}; do ip addr add $address/64 dev one nodad; done
ip link set one up
ip link set two up
echo {secret} > {folder}/secret
timeout 40 sh -c '{start}' > {folder}/log 2>&1 &
server=$!
clients=
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

    @staticmethod
    def questions():
        """Options of a client, by the name of what it asks."""
        asked = {}
        for peers, family in (((PEER, *PRIVATE), "-X"),
                              ((PEER_6, *PRIVATE_6), "-x")):
            for peer in peers:
                # By a channel, and by a permission.
                for way in ("", "-s"):
                    asked["%s%s" % (peer, way)] = "-n 1 -c -W %s %s %s -e %s" % (
                        SECRET, family, way, peer)
        asked["other secret"] = "-n 1 -W %s -e %s" % (OTHER_SECRET, PEER)
        # One user, twice as much as one may have.
        asked["greedy"] = "-n 1 -m 24 -W %s -u greedy -e %s" % (SECRET, PEER)
        for number in range(CLIENTS):
            asked["client %d" % number] = "-n 1 -v -W %s -e %s" % (SECRET,
                                                                  PEER)
        return asked

    @classmethod
    def ask(cls):
        """What the client is told, by the name of what it asked."""
        unit = cls.rendered.text(
            "/etc/systemd/system/coturn.service.d/chatmail.conf")
        # The configuration is put together as the unit does it.
        prepare = re.search(r"ExecStartPre=\+/bin/sh -c '(.*)'", unit).group(1)
        run = re.findall(r"ExecStart=(\S.*)", unit)[-1]
        start = "%s && exec %s -L %s -L %s --log-file=stdout" % (
            prepare, run, RELAY, RELAY_6)
        script = PREPARE.format(
            addresses=" ".join((RELAY, PEER, "10.1.1.1", "192.168.1.1",
                                "172.16.1.1", "100.64.1.1", "169.254.1.1")),
            addresses6=" ".join((RELAY_6, PEER_6, "fc00:1::1", "fd00:1::1")),
            secret=SECRET, folder=cls.folder, start=start)
        questions = cls.questions()
        for number, options in enumerate(questions.values()):
            if "-u " not in options:
                options += " -u user%d" % number
            script += ("timeout 6 turnutils_uclient %s %s > %s/%d 2>&1 &\n"
                       "clients=\"$clients $!\"\n" % (
                           options, RELAY, cls.folder, number))
        # What is refused ends with an error.
        cls.rendered.run(script + "wait $clients || true\nkill $server\n")
        return {name: sandbox.read(os.path.join(cls.folder, str(number)))
                for number, name in enumerate(questions)}

    def log(self):
        return sandbox.read(os.path.join(self.folder, "log"))

    def test_a_peer_on_the_internet_is_reached(self):
        for peer in (PEER, PEER_6):
            for way in ("", "-s"):
                with self.subTest(peer + way):
                    answer = self.answers[peer + way]
                    self.assertIn("start_mclient", answer, self.log())
                    self.assertNotIn("error", answer.lower())

    def test_private_networks_are_closed(self):
        for peer in PRIVATE + PRIVATE_6:
            for way in ("", "-s"):
                with self.subTest(peer + way):
                    self.assertIn("403 (Forbidden IP)",
                                  self.answers[peer + way])

    def test_what_is_relayed_has_a_port_of_the_few_that_are_open(self):
        settings = self.rendered.text("/etc/turnserver.conf")
        first, last = (int(re.search(r"(?m)^%s-port=(\d+)$" % end,
                                     settings).group(1))
                       for end in ("min", "max"))
        self.assertEqual((49152, 50175), (first, last))
        ports = [int(port) for number in range(CLIENTS)
                 for port in re.findall(
                     r"Received relay addr: [0-9.]+:(\d+)",
                     self.answers["client %d" % number])]
        self.assertGreaterEqual(len(ports), CLIENTS)
        self.assertEqual([], [port for port in ports
                              if not first <= port <= last])

    def test_only_the_secret_of_this_host_counts(self):
        answer = self.answers["other secret"]
        self.assertIn("Cannot complete Allocation", answer)
        self.assertIn("Cannot find credentials of user", self.log())

    def test_one_user_has_a_quota(self):
        self.assertIn("486 (Allocation Quota Reached)", self.answers["greedy"])

    def test_as_many_as_the_quota_says_have_bandwidth(self):
        # coturn sets aside max-bps for each, of bps-capacity.
        settings = dict(re.findall(
            r"(?m)^(\S+)=(\d+)$", self.rendered.text("/etc/turnserver.conf")))
        self.assertEqual(
            int(settings["bps-capacity"]),
            int(settings["total-quota"]) * int(settings["max-bps"]))
        self.assertEqual([], [name for name, answer in self.answers.items()
                              if "Bandwidth" in answer])

    def test_coturn_knows_every_line(self):
        self.assertNotRegex(self.log(), "(?i)bad config|unknown|unrecogni")


if __name__ == "__main__":
    unittest.main()
