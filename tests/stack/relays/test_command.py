"""The operator's commands against relays that run: `chatmail test`, `bench`."""

import json
import os
import unittest

from relays import world

CONFIG = "/etc/chatmail/chatmail.ini"
SETTINGS = (*world.GENEROUS, "privacy_postal = Nobody, Nowhere",
            "privacy_mail = p@_a.example",
            "www_folder = %s/deploy/www" % world.relay.postfix.SOURCE)
C = "c.example"
OUR_KEY = "the DNS publishes our DKIM key"
OUR_SIGNATURE = "a signature of ours holds by the DNS"


def steps_of(there, *options, environment=""):
    """Gives the exit status and what each step said."""
    # A message of the command on stderr is no line of JSON.
    text = there.host.run(
        "sh", "-c", "%s chatmail test --json --patience 10 %s 2>/dev/null;"
        "echo $?" % (environment, " ".join(options)))
    *lines, status = text.splitlines()
    return int(status), {step["step"]: step for step in map(json.loads, lines)}


class CommandTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(SETTINGS, domains=("_a.example", "_b.example"))
        cls.addClassCleanup(cls.world.close)
        cls.relay = cls.world.a
        cls.relay.host.run("chatmail", "webpage", "--config", CONFIG)

    def steps(self, *options):
        return steps_of(self.relay, *options)

    def bench(self, *options):
        """The exit status, and what was printed."""
        text = self.relay.host.run(
            "sh", "-c", "chatmail bench %s 2>&1; echo $?" % " ".join(options))
        *lines, status = text.splitlines()
        return int(status), "\n".join(lines)

    def mailboxes(self):
        return os.listdir(os.path.dirname(self.relay.mailbox("x")))

    def test_a_relay_that_works_is_good_and_nothing_of_the_trial_stays(self):
        before = self.mailboxes()
        status, steps = self.steps()
        self.assertEqual([], [step for step in steps.values()
                              if step["result"] != "good"],
                         self.relay.logs()[-4000:])
        self.assertEqual(0, status)
        self.assertGreaterEqual(len(steps), 16)
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
        status, steps = self.steps("--host", self.world.network.name_server())
        self.assertEqual(1, status)
        login = steps["IMAP login on 993 makes an account"]
        self.assertEqual("bad", login["result"])
        self.assertIn("refused", login["said"])
        self.assertEqual("not tried", steps["METADATA answers"]["result"])

    def test_a_bench_measures_and_leaves_nothing(self):
        before = self.mailboxes()
        status, text = self.bench("--json", "--messages", "30", "--logins",
                                  "20", "--connections", "4")
        report = json.loads(text)
        self.assertEqual(0, status, text)
        self.assertEqual(4, report["accounts"])
        self.assertEqual(30, report["messages"]["count"])
        self.assertEqual(30, report["arrived"])
        self.assertEqual(20, report["logins"]["count"])
        self.assertGreater(report["messages"]["per_second"], 0)
        self.assertLessEqual(report["seconds_p50"], report["seconds_p99"])
        # Of all relays Dovecot waits half a second before it tells.
        self.assertGreater(report["seconds_max"], 0.1)
        self.assertEqual({}, report["refusals"])
        self.assertEqual(before, self.mailboxes())

    def test_a_bench_is_for_people_too(self):
        status, text = self.bench("--messages", "5", "--logins", "5",
                                  "--connections", "2")
        self.assertEqual(0, status, text)
        self.assertRegex(text, r"messages +5 in +[0-9.]+ s +[0-9.]+ a second")
        self.assertRegex(text, r"arrived +5 of 5: half within [0-9.]+ s")

    def test_a_bench_of_another_host_is_refused(self):
        before = len(self.world.b.logs())
        status, text = self.bench("--host", self.world.b.address)
        self.assertEqual(2, status)
        self.assertIn("is not this host", text)
        self.assertEqual(before, len(self.world.b.logs()))

    def test_a_bench_of_a_relay_that_fails_says_so_and_leaves_nothing(self):
        before = self.mailboxes()
        self.relay.stop_service("chatmail-milter")
        try:
            status, text = self.bench("--messages", "4", "--logins", "4",
                                      "--connections", "2")
        finally:
            self.relay.start_service("chatmail-milter")
        self.assertEqual(1, status, text)
        self.assertRegex(text, r"messages +0 in")
        self.assertIn("chatmail bench: the login was refused: 454", text)
        self.assertEqual(before, self.mailboxes())


class CertifiedTest(unittest.TestCase):
    """A relay with a certificate of an authority, and a key in the DNS."""

    @classmethod
    def setUpClass(cls):
        cls.world = world.World(SETTINGS, domains=(C,))
        cls.addClassCleanup(cls.world.close)
        cls.relay = cls.world.a
        cls.relay.host.run("chatmail", "webpage", "--config", CONFIG)

    def test_all_is_good_and_verified(self):
        status, steps = steps_of(self.relay)
        self.assertEqual([], [step for step in steps.values()
                              if step["result"] != "good"],
                         self.relay.logs()[-4000:])
        self.assertEqual(0, status)
        self.assertIn("the certificate is for " + C,
                      steps["port 25 is for other relays, with TLS"]["said"])
        self.assertEqual("opendkim._domainkey." + C, steps[OUR_KEY]["said"])

    def bad_steps(self, steps):
        return {name for name, step in steps.items()
                if step["result"] == "bad"}

    def test_an_authority_that_nobody_knows_is_told(self):
        status, steps = steps_of(
            self.relay,
            environment="SSL_CERT_FILE=/nowhere SSL_CERT_DIR=/nowhere")
        self.assertEqual(1, status)
        for name in ("IMAP login on 993 makes an account",
                     "port 25 is for other relays, with TLS",
                     "the web page is there"):
            self.assertIn("the certificate: unable to get local issuer",
                          steps[name]["said"])
        self.assertEqual("good", steps[OUR_KEY]["result"])

    def test_a_certificate_of_another_name_is_told(self):
        self.relay.host.write("/tmp/other.ini", self.relay.host.read(
            CONFIG).replace("mail_domain = " + C,
                            "mail_domain = other.example"))
        status, steps = steps_of(self.relay, "--config", "/tmp/other.ini")
        self.assertEqual(1, status)
        self.assertIn("mismatch",
                      steps["IMAP login on 993 makes an account"]["said"])
        self.assertEqual("bad", steps[OUR_KEY]["result"])
        self.assertIn("opendkim._domainkey.other.example missing",
                      steps[OUR_KEY]["said"])

    def test_another_key_in_the_dns_is_told(self):
        network = self.world.network
        self.relay.host.run("openssl", "genpkey", "-algorithm", "rsa", "-out",
                            "/tmp/other.private")
        path = self.world.box.write(
            "other.private", self.relay.host.read("/tmp/other.private"))
        record = world.relay.milter.public_record(path)
        zone = self.relay.zone()
        network.replace_records("".join(
            line + "\n" for line in zone.splitlines()
            if "_domainkey" not in line) +
            "opendkim._domainkey.%s. 60 IN TXT %s\n" % (C, " ".join(
                '"%s"' % record[i:i + 250]
                for i in range(0, len(record), 250))))
        network.start_names()
        try:
            status, steps = steps_of(self.relay)
        finally:
            network.replace_records(zone)
            network.start_names()
        self.assertEqual(1, status)
        self.assertEqual({OUR_KEY, OUR_SIGNATURE}, self.bad_steps(steps))
        self.assertIn("differs", steps[OUR_KEY]["said"])
        self.assertIn("chatmail dns", steps[OUR_KEY]["advice"])


if __name__ == "__main__":
    unittest.main()
