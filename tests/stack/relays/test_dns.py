"""`chatmail dns` and `chatmail test` against name servers that know a zone.

The zone file that `chatmail dns --zonefile` prints is what the name server of
the network reads; then one thing at a time is made wrong in it.
"""

import json
import unittest

from harness import milter, sandbox

from relays import network, relay

C, SECOND = "c.example", "two.example"
CONFIG = "/etc/chatmail/chatmail.ini"


class DnsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.network = network.Network(cls.box)
        # Configured, and none of its programs runs.
        cls.relay = relay.Relay(cls.network, C, [
            "more_mail_domains = " + SECOND,
            "www_folder = %s/deploy/www" % relay.postfix.SOURCE,
            "privacy_postal = Nobody, Nowhere", "privacy_mail = p@c.example"])
        # It notes that the world cannot reach the address, and so it is.
        cls.zone = cls.relay.host.run(
            "sh", "-c", "chatmail dns --config %s --zonefile --address %s "
            "2>/dev/null" % (CONFIG, cls.relay.address))

    def publish(self, text):
        """What the world knows from now on."""
        self.network.replace_records(text)
        self.network.start_names()

    def check(self, *options):
        """The exit status, and the findings by type and name."""
        text = self.relay.host.run(
            "sh", "-c", "chatmail dns --json --config %s --address %s %s "
            "2>/dev/null; echo $?" % (CONFIG, self.relay.address,
                                      " ".join(options)))
        *lines, status = text.splitlines()
        return int(status), {
            "%(type)s %(name)s" % finding: finding
            for finding in map(json.loads, lines)}

    def differences(self):
        status, findings = self.check()
        return status, {name: finding["state"]
                        for name, finding in findings.items()
                        if finding["state"] != "good"}

    def changed(self, old, new):
        """The zone with a text of it changed."""
        self.assertIn(old, self.zone)
        return self.zone.replace(old, new)

    def without(self, *begins):
        return "".join(line + "\n" for line in self.zone.splitlines()
                       if not line.startswith(begins))

    def test_the_zone_file_that_is_printed_is_all_that_is_wanted(self):
        self.publish(self.zone)
        self.assertEqual((0, {}), self.differences())
        text = self.relay.host.run("chatmail", "dns", "--config", CONFIG,
                                   "--address", self.relay.address)
        self.assertIn("All that is required is there.", text)
        # A key of 2048 bits is more than one string of a TXT record.
        self.assertGreater(self.zone.count('" "'), 0)

    def test_a_record_that_is_not_there_is_told_with_its_line(self):
        for begin, name, status in (
                (C + ". 3600 IN MX", "MX " + C, 1),
                ("opendkim._domainkey." + C,
                 "TXT opendkim._domainkey." + C, 1),
                ("mta-sts." + SECOND, "CNAME mta-sts." + SECOND, 1),
                ("_dmarc." + C, "TXT _dmarc." + C, 0),
                ("_imaps._tcp." + SECOND, "SRV _imaps._tcp." + SECOND, 0)):
            with self.subTest(name):
                self.publish(self.without(begin))
                self.assertEqual((status, {name: "missing"}),
                                 self.differences())
                line = next(line for line in self.zone.splitlines()
                            if line.startswith(begin))
                self.assertEqual(line, self.check()[1][name]["line"])

    def test_a_record_that_is_wrong_is_told_with_what_is_there(self):
        other = milter.public_record(self.other_key())
        strings = " ".join('"%s"' % other[i:i + 250]
                           for i in range(0, len(other), 250))
        key = next(line for line in self.zone.splitlines()
                   if line.startswith("opendkim._domainkey." + C))
        for old, new, name, found in (
                (C + ". 3600 IN MX 10 " + C, C + ". 3600 IN MX 10 other.example",
                 "MX " + C, "10 other.example."),
                ("p=reject", "p=none", "TXT _dmarc." + C, "p=none"),
                (key, "opendkim._domainkey.%s. 60 IN TXT %s" % (C, strings),
                 "TXT opendkim._domainkey." + C, other[:40])):
            with self.subTest(name):
                self.publish(self.changed(old, new))
                status, findings = self.check()
                self.assertEqual("differs", findings[name]["state"])
                self.assertIn(found, findings[name]["found"][0])
                self.assertEqual(int(findings[name]["required"]), status)

    def other_key(self):
        path = self.box.path("other.private")
        self.relay.host.run("openssl", "genpkey", "-algorithm", "rsa", "-out",
                            "/tmp/other.private")
        with open(path, "w", encoding="ascii") as file:
            file.write(self.relay.host.read("/tmp/other.private"))
        return path

    def test_what_is_there_twice_is_told(self):
        for beside, name, status in (
                (C + '. 60 IN TXT "v=spf1 -all"', "TXT " + C, 0),
                ("_dmarc." + C + '. 60 IN TXT "v=DMARC1; p=none"',
                 "TXT _dmarc." + C, 0),
                ("opendkim._domainkey." + C + '. 60 IN TXT "v=DKIM1; p="',
                 "TXT opendkim._domainkey." + C, 1),
                (C + ". 60 IN MX 20 other.example.", "MX " + C, 1)):
            with self.subTest(name):
                self.publish(self.zone + beside + "\n")
                self.assertEqual((status, {name: "doubled"}),
                                 self.differences())
        text = self.relay.host.run("chatmail", "dns", "--config", CONFIG,
                                   "--address", self.relay.address,
                                   check=False)
        self.assertIn("there is:  20 other.example.", text)
        self.assertIn("one alone: %s. 3600 IN MX 10 %s." % (C, C), text)

    def test_a_name_server_that_is_away_makes_nothing_missing(self):
        status, findings = self.check("--server", "10.99.0.99")
        self.assertEqual(2, status)
        self.assertEqual({"unknown"},
                         {one["state"] for one in findings.values()})

    def test_preflight_tells_what_keeps_a_relay_from_being_found(self):
        self.publish(self.without(C + ". 3600 IN MX", "www." + C,
                                  "opendkim._domainkey"))
        # What is installed there would have it validated, and this world is
        # not signed.
        self.relay.host.run("rm", "-f", "/usr/share/dns/root.key")
        text = self.relay.host.run(
            "chatmail", "run", "--config", CONFIG, "--dry-run", "--json",
            check=False)
        self.assertIn("%s has no MX record" % C, text)
        self.assertIn("www.%s has no CNAME record" % C, text)
        self.assertIn("%s. 3600 IN MX 10 %s." % (C, C), text)
        self.assertNotIn("has no TXT record", text)


if __name__ == "__main__":
    unittest.main()
