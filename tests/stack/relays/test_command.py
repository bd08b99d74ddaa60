"""The operator's commands against a relay that runs: `chatmail test`."""

import json
import os
import unittest

from relays import world

CONFIG = "/etc/chatmail/chatmail.ini"


class CommandTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World((*world.GENEROUS,
                                 "privacy_postal = Nobody, Nowhere",
                                 "privacy_mail = p@_a.example",
                                 "www_folder = %s/deploy/www" %
                                 world.relay.postfix.SOURCE),
                                domains=("_a.example", "_b.example"))
        cls.addClassCleanup(cls.world.close)
        cls.relay = cls.world.a
        cls.relay.host.run("chatmail", "webpage", "--config", CONFIG)

    def steps(self, *options):
        """Gives the exit status and what each step said."""
        # A message of the command on stderr is no line of JSON.
        text = self.relay.host.run(
            "sh", "-c", "chatmail test --json --patience 10 %s 2>/dev/null;"
            "echo $?" % " ".join(options))
        *lines, status = text.splitlines()
        return int(status), {step["step"]: step
                             for step in map(json.loads, lines)}

    def mailboxes(self):
        return os.listdir(os.path.dirname(self.relay.mailbox("x")))

    def test_a_relay_that_works_is_good_and_nothing_of_the_trial_stays(self):
        before = self.mailboxes()
        status, steps = self.steps()
        self.assertEqual([], [step for step in steps.values()
                              if step["result"] != "good"],
                         self.relay.logs()[-4000:])
        self.assertEqual(0, status)
        self.assertGreaterEqual(len(steps), 13)
        self.assertEqual(before, self.mailboxes())

    def test_what_does_not_work_is_told_with_what_to_do(self):
        self.relay.stop_service("chatmail-metadata")
        self.relay.stop_service("chatmail-newemail")
        try:
            status, steps = self.steps()
        finally:
            self.relay.start_service("chatmail-metadata")
            self.relay.start_service("chatmail-newemail")
        self.assertEqual(1, status)
        self.assertEqual("bad", steps["METADATA answers"]["result"])
        self.assertEqual("bad", steps["POST /new gives an address"]["result"])
        self.assertIn("chatmail-newemail",
                      steps["POST /new gives an address"]["advice"])
        self.assertEqual("good", steps["the web page is there"]["result"])

    def test_a_relay_without_its_milter_is_not_good(self):
        self.relay.stop_service("chatmail-milter")
        try:
            status, steps = self.steps()
        finally:
            self.relay.start_service("chatmail-milter")
        self.assertEqual(1, status)
        step = steps["cleartext is refused with 523"]
        self.assertEqual("bad", step["result"])
        self.assertIn("chatmail-milter", step["advice"])

    def test_who_is_no_relay_is_told_so_and_the_rest_is_not_tried(self):
        status, steps = self.steps("--host", self.world.network.name_server)
        self.assertEqual(1, status)
        login = steps["IMAP login on 993 makes an account"]
        self.assertEqual("bad", login["result"])
        self.assertIn("refused", login["said"])
        self.assertEqual("not tried", steps["METADATA answers"]["result"])


if __name__ == "__main__":
    unittest.main()
