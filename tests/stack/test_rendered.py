"""Every program takes the configuration that is rendered for it."""

import os
import re
import shutil
import unittest

from harness import sandbox
from harness.postfix import SOURCE
from harness.rendered import Rendered

EXTERNAL = "tls_external_cert_and_key = /etc/ssl/relay/chain.pem " \
    "/etc/ssl/relay/key.pem"
SITES = {
    "acme": ["mail_domain = chat.example"],
    "external": ["mail_domain = chat.example", EXTERNAL],
    "self-signed": ["mail_domain = _a.example"],
    "ipv4": ["mail_domain = 192.0.2.1"],
    "ipv6": ["mail_domain = 2001:db8::1"],
    "no-ipv6": ["mail_domain = chat.example", "disable_ipv6 = True"],
    "domains": ["mail_domain = chat.example",
                "more_mail_domains = two.example _three.example"],
    "iroh-elsewhere": ["mail_domain = chat.example",
                       "iroh_relay = https://iroh.example"],
    "everything": [
        "mail_domain = chat.example", "more_mail_domains = two.example",
        "acme_email = operator@chat.example",
        "privacy_mail = privacy@chat.example", "mtail_address = 127.0.0.1",
        "mta_sts_lookup = yes",
        "imap_rawlog = true", "imap_compress = true",
        "dns_forwarders = 192.0.2.53", "mailboxes_dir = /srv/mail",
        "doveauth_http_port = 3905", "limits_store = redis:127.0.0.1:6379",
        "newemail_port = 3906",
        "max_mailbox_size = 100M", "max_message_size = 10M",
        "max_smtp_connections = 50", "max_imap_connections = 500"],
}
WITH_IROH = {"everything", "ipv4"}
STATIC_UNITS = os.path.join(SOURCE, "deploy/systemd")
# What each program says of its configuration; all is silence and 0.
CHECKS = {
    "postfix check": "postfix check",
    "postconf knows every parameter":
        "postconf -n 2>&1 >/dev/null; postconf -Mf 2>&1 >/dev/null",
    "doveconf": "doveconf -n > /dev/null",
    "nginx": "nginx -t -q",
    "unbound": "unbound-checkconf > /dev/null",
    # It says what it makes of each line, then looks for a network.
    "coturn": "timeout 1 turnserver -c /etc/turnserver.conf --pidfile= "
              "--log-file=stdout 2>&1 | "
              "grep -iE 'bad config|unknown|unrecogni|wrong' || true",
    "mtail": "[ ! -e /etc/mtail/chatmail.mtail ] || "
             "mtail --compile_only --progs /etc/mtail",
    "tmpfiles": "systemd-tmpfiles --cat-config /etc/tmpfiles.d/"
                "chatmail-site.conf > /dev/null",
}


class RenderedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.rendered = {
            name: Rendered(cls.box, name, lines, *(
                ["--with-iroh-relay"] if name in WITH_IROH else []))
            for name, lines in SITES.items()}

    def accepts(self, rendered, script):
        status, output = rendered.run(script)
        self.assertEqual("", output)
        self.assertEqual(0, status)

    def test_programs_accept_what_is_rendered_for_them(self):
        for name, rendered in self.rendered.items():
            for check, script in CHECKS.items():
                with self.subTest(site=name, check=check):
                    self.accepts(rendered, script)

    def test_a_mistake_would_be_seen(self):
        mistakes = {
            "postconf knows every parameter":
                "sed -i 's/^biff/bif/' /etc/postfix/main.cf",
            "doveconf": "echo 'no_such = 1' >> /etc/dovecot/dovecot.conf",
            "nginx": "echo 'no_such 1;' >> /etc/nginx/nginx.conf",
            "unbound": "echo 'no_such: 1' >> "
                       "/etc/unbound/unbound.conf.d/chatmail.conf",
            "coturn": "echo 'no-such=1' >> /etc/turnserver.conf",
            "mtail": "echo '/' >> /etc/mtail/chatmail.mtail",
        }
        rendered = Rendered(self.box, "broken", SITES["everything"])
        for check, mistake in mistakes.items():
            with self.subTest(check=check):
                path = mistake.split()[-1]
                before = rendered.text(path)
                os.system(mistake.replace(path, rendered.path(path)))
                self.assertNotEqual(before, rendered.text(path))
                status, output = rendered.run(CHECKS[check])
                self.assertTrue(status != 0 or output)
                with open(rendered.path(path), "w", encoding="utf-8") as file:
                    file.write(before)

    @staticmethod
    def units_of(rendered):
        """The rendered ones, and beside them those that come as they are."""
        ours = {os.path.basename(path) for path in rendered.files
                if re.fullmatch(r"/etc/systemd/system/[^/]+", path)}
        static = {name for name in os.listdir(STATIC_UNITS)
                  if re.search(r"\.(service|timer|path)$", name)}
        for unit in static:
            shutil.copy(os.path.join(STATIC_UNITS, unit),
                        rendered.path("/etc/systemd/system/" + unit))
        return sorted(ours | static)

    def test_systemd_accepts_the_units_and_finds_them_closed(self):
        for name, rendered in self.rendered.items():
            for unit in self.units_of(rendered):
                with self.subTest(site=name, unit=unit):
                    status, output = rendered.run(
                        "systemd-analyze verify --man=no /etc/systemd/system/%s" % unit)
                    output = "\n".join(
                        line for line in output.splitlines()
                        # Programs that are not installed on this host.
                        if "is not executable" not in line)
                    self.assertEqual("", output)

    def test_our_units_are_exposed_at_most_2(self):
        for site in ("everything", "acme", "external"):
            rendered = self.rendered[site]
            services = [unit for unit in self.units_of(rendered)
                        if unit.endswith(".service")]
            self.assertGreaterEqual(len(services), 8)
            self.are_exposed_at_most_2(rendered, services)

    def are_exposed_at_most_2(self, rendered, services):
        for unit in services:
            with self.subTest(unit=unit):
                _, output = rendered.run(
                    "systemd-analyze security --offline=true "
                    "/etc/systemd/system/%s" % unit)
                level = re.search(r"exposure level for \S+: ([0-9.]+)", output)
                self.assertIsNotNone(level, output)
                self.assertLessEqual(float(level.group(1)), 2.0)


if __name__ == "__main__":
    unittest.main()
