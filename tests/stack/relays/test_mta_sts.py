"""MTA-STS policies of others are kept (mta_sts_lookup).

One host, certified as C, is the MX of four domains.  STRICT and LAX say that
another host should be, RIGHT that it is this one; GONE has a policy that nobody
can fetch.  That C may be their MX the DNS says, and DNS is what an attacker
forges: only STRICT's policy keeps its mail from C.
"""

import json
import os
import unittest

from harness import postfix, sandbox

from relays import host, relay, world
from relays.test_acceptance import encrypted
from relays.world import A

C = "c.example"
STRICT, LAX, RIGHT, GONE = ("%s.example" % name for name in (
    "strict", "lax", "right", "gone"))
POLICY = "version: STSv1\r\nmode: %s\r\nmx: %s\r\nmax_age: 86400\r\n"
POLICIES = {STRICT: POLICY % ("enforce", "mx.strict.example"),
            LAX: POLICY % ("testing", "mx.lax.example"),
            RIGHT: POLICY % ("enforce", C)}
SERVER = os.path.join(postfix.SOURCE, "tests/stack/relays/policy_server.py")


class MtaStsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(
            (*world.GENEROUS, "mta_sts_lookup = yes",
             "more_mail_domains = " + " ".join((*POLICIES, GONE))),
            domains=(A, C), prepare=cls.prepare)
        cls.addClassCleanup(cls.world.close)
        cls.a, cls.c = cls.world.a, cls.world.b
        for domain in (*POLICIES, GONE):
            cls.world.relays[domain] = cls.c

    @classmethod
    def prepare(cls, made):
        # The domains are C's alone.
        path = "/etc/chatmail/chatmail.ini"
        made.a.host.write(path, "".join(
            line + "\n" for line in made.a.host.read(path).splitlines()
            if not line.startswith("more_mail_domains")))
        made.a.host.run("chatmail", "render", "--config", path, "--templates",
                        postfix.SOURCE + "/deploy/templates", "--into", "/.")
        made.a.host.run("postconf", "-e", "smtp_tls_loglevel=1")
        cls.policies = host.Host(made.box, "policies")
        address, = made.network.join(cls.policies)
        cls.certify(made)
        for domain in (*POLICIES, GONE):
            made.network.add_records(
                "{d}. 60 IN MX 10 {c}.\n"
                "_mta-sts.{d}. 60 IN TXT \"v=STSv1; id=1;\"\n"
                "mta-sts.{d}. 60 IN A {a}\n".format(
                    d=domain, c=C,
                    # At the last address there is nobody.
                    a=address if domain in POLICIES else "10.99.0.99"))
        cls.start_policies()

    @classmethod
    def certify(cls, made):
        for path in made.network.authority():
            cls.policies.write("/tmp/" + os.path.basename(path),
                               sandbox.read(path))
        cls.policies.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj",
            "/CN=policies", "-addext", "subjectAltName=" + ",".join(
                "DNS:mta-sts." + domain for domain in POLICIES),
            "-CA", "/tmp/authority.pem", "-CAkey", "/tmp/authority.key",
            "-keyout", "/tmp/key.pem", "-out", "/tmp/certificate.pem")
        cls.policies.run("sh", "-c", "cd /tmp; cat certificate.pem key.pem "
                         "> both.pem")
        cls.policies.write("/tmp/policies.json", json.dumps(
            {"mta-sts." + domain: text for domain, text in POLICIES.items()}))

    @classmethod
    def start_policies(cls):
        cls.server = cls.policies.start("server", "python3", SERVER,
                                        "/tmp/both.pem", "/tmp/policies.json")
        cls.starts = getattr(cls, "starts", 0) + 1
        sandbox.wait_for(
            lambda: cls.policies.read_log("server").count("ready") ==
            cls.starts, 30, "the policies are there")

    def submit(self, sender, *recipients):
        self.world.make_accounts(sender)
        reply = self.world.submit(sender, recipients, encrypted(sender))
        self.assertEqual(250, reply.code, str(reply))

    def delivered(self, sender, domain):
        recipient = "recipient@" + domain
        self.world.make_accounts(recipient)
        self.submit(sender, recipient)
        return self.world.wait_for_mail(
            recipient, lambda octets: sender.encode() in octets, 120)

    def deferred(self, recipient):
        """What the log says of a message that was put off."""
        def lines():
            return [line for line in self.a.logs().splitlines()
                    if "to=<%s>" % recipient in line and
                    "status=deferred" in line]
        return sandbox.wait_for(lines, 120, "%s is put off:\n%s" % (
            recipient, self.a.logs()[-6000:]))[0]

    def asked(self, domain):
        return self.policies.read_log("server").count(
            "mta-sts.%s/.well-known" % domain)

    def test_an_mx_that_an_enforced_policy_does_not_name_gets_nothing(self):
        first, second = "first@" + STRICT, "second@" + STRICT
        self.submit("strictly1@" + A, first)
        self.assertIn("Server certificate not verified", self.deferred(first))
        # The operator's command says it without the addresses.
        waiting = [json.loads(line) for line in self.a.host.run(
            "chatmail", "queue", "--json").splitlines()]
        self.assertTrue([one for one in waiting if STRICT in str(one) and
                         "certificate not verified" in str(one)], waiting)
        # It is remembered, over a restart and when nobody can be asked.
        self.assertEqual(1, self.asked(STRICT))
        self.policies.stop(self.server)
        self.a.stop_service(relay.MTA_STS)
        self.a.start_service(relay.MTA_STS)
        try:
            self.submit("strictly2@" + A, second)
            self.assertIn("Server certificate not verified",
                          self.deferred(second))
        finally:
            self.start_policies()
        self.assertNotIn(STRICT, self.c.logs())

    def test_an_mx_that_the_policy_names_gets_its_mail(self):
        self.delivered("rightly01@" + A, RIGHT)
        self.assertEqual(1, self.asked(RIGHT))
        self.delivered("rightly02@" + A, RIGHT)
        self.assertEqual(1, self.asked(RIGHT))

    def test_a_policy_in_testing_holds_up_nothing(self):
        self.delivered("leniently@" + A, LAX)
        self.assertGreaterEqual(self.asked(LAX), 1)

    def test_a_policy_that_cannot_be_fetched_is_none(self):
        self.delivered("nopolicy1@" + A, GONE)

    def test_without_its_answers_no_mail_leaves_and_the_log_says_so(self):
        recipient = "later0001@" + RIGHT
        self.world.make_accounts(recipient)
        self.a.stop_service(relay.MTA_STS)
        try:
            self.submit("waiting01@" + A, recipient)
            self.assertIn("client TLS configuration problem",
                          self.deferred(recipient))
            self.assertRegex(self.a.logs(),
                             "warning: .*chatmail-mta-sts/policies.socket")
        finally:
            self.a.start_service(relay.MTA_STS)
        # It is not lost: the next run of the queue delivers it.
        self.a.host.run("postqueue", "-f")
        self.world.wait_for_mail(recipient, lambda octets: True, 120)


if __name__ == "__main__":
    unittest.main()
