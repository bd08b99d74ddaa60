"""A complete relay on a host of its own, on its real ports.

Its configuration is what `chatmail render` makes of a chatmail.ini, octet for
octet.  Only what is not the relay's is added: a certificate, a key, and to its
unbound that the world of the test is not signed.
"""

import ipaddress
import os
import shutil

from harness import build, milter, postfix, sandbox

from . import host, unit

PROGRAMS = ("chatmail", "chatmail-milter", "chatmail-policyd", "doveauth",
            "lastlogin", "chatmail-metadata", "chatmail-newemail",
            "chatmail-expire", "chatmail-quota-expire")
PORTS = (25, 80, 143, 443, 465, 587, 993, 10465, 10993)
DKIM_KEY = "/etc/dkimkeys/opendkim.private"
SETTINGS = """[params]
mail_domain = {domain}
account_rules = {source}/rules/accounts
rules_dir = {source}/rules
log_addresses = yes
dns_forwarders = {dns}
min_available_memory = 0
max_load_1m = 1000
"""

# In the order of their start.
SERVICES = ("chatmail-doveauth", "chatmail-lastlogin", "chatmail-metadata",
            "chatmail-newemail", "chatmail-policyd", "chatmail-milter",
            "coturn")
MTA_STS = "postfix-mta-sts-resolver"


def literal(domain):
    """What stands behind the @ in an address (RFC 5321 4.1.3)."""
    try:
        address = ipaddress.ip_address(domain)
    except ValueError:
        return domain
    return ("[%s]" if address.version == 4 else "[ipv6:%s]") % domain


class Relay:
    """`settings` are lines of chatmail.ini beside what every relay has.

    `protocols` of IP ("4", "6") are those in which it has an address.
    """

    def __init__(self, network, domain, settings=(), protocols="4"):
        self.domain = domain
        self.address_domain = literal(domain)
        # A relay may have an address for its name; its key is of no use.
        self.is_address = self.address_domain != domain
        self.host = host.Host(network.box, domain.replace(":", "-"))
        self.host.take_syslog()
        self.addresses = network.join(self.host, protocols)
        self.address = self.addresses[0]
        self._authority = network.authority()
        self._children = {}
        self._services = SERVICES + (
            (MTA_STS,) if "mta_sts_lookup = yes" in settings else ())
        for name in PROGRAMS:
            shutil.copy(build.program(name), self.host.path("/usr/bin/" + name))
        self._write_settings(network.name_server(protocols), settings)
        self._configure()
        network.add_records(self.zone())

    def _write_settings(self, name_server, settings):
        self.host.write("/etc/chatmail/chatmail.ini", SETTINGS.format(
            domain=self.domain, source=postfix.SOURCE, dns=name_server) +
            "\n".join(settings) + "\n")

    def _make_key(self):
        self.host.run("mkdir", "-p", os.path.dirname(DKIM_KEY))
        self.host.run("openssl", "genpkey", "-algorithm", "rsa", "-out",
                      DKIM_KEY)

    def _configure(self):
        self.host.run("chatmail", "render",
                      "--config", "/etc/chatmail/chatmail.ini",
                      "--templates", postfix.SOURCE + "/deploy/templates",
                      "--into", "/.")
        self.host.write("/etc/unbound/unbound.conf.d/zz-unsigned-world.conf",
                        "server:\n  module-config: iterator\n")
        self.certify()
        self._make_key()
        self.host.run("systemd-sysusers", unit.SHIPPED +
                      "/chatmilter.sysusers")
        self.host.run("systemd-tmpfiles", "--create",
                      unit.SHIPPED + "/chatmilter.tmpfiles",
                      "/etc/tmpfiles.d/chatmail-site.conf")

    def certify(self, *more_domains):
        """For a `_` domain by itself, else by the authority of the test."""
        key, certificate = self.host.run(
            "postconf", "-h", "smtpd_tls_chain_files").replace(",", "").split()
        self.host.run("mkdir", "-p", os.path.dirname(key),
                      os.path.dirname(certificate))
        signer = []
        if not self.domain.startswith("_") and not self.is_address:
            for path in self._authority:
                self.host.write("/tmp/" + os.path.basename(path),
                                sandbox.read(path))
            signer = ["-CA", "/tmp/authority.pem", "-CAkey",
                      "/tmp/authority.key"]
        self.host.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
            "-subj", "/CN=" + self.domain,
            "-addext", "subjectAltName=" + ",".join(
                "DNS:" + name + domain
                for domain in (self.domain, *more_domains)
                for name in ("", "www.", "mta-sts.")),
            "-addext", "basicConstraints=critical,CA:FALSE", *signer,
            "-keyout", key, "-out", certificate)
        self._believe_authority()

    def _believe_authority(self):
        """As update-ca-certificates does: in the one file, and by its hash."""
        folder = "/etc/ssl/certs/"
        certificate = sandbox.read(self._authority[0])
        with open(self.host.path(folder + "ca-certificates.crt"), "a",
                  encoding="ascii") as file:
            file.write(certificate)
        path = self.host.write(folder + "authority.pem", certificate)
        self.host.run("ln", "-sf", path, folder + self.host.run(
            "openssl", "x509", "-noout", "-hash", "-in", path).strip() + ".0")

    def zone(self):
        """What the world has to know of this relay."""
        if self.is_address:
            return ""
        record = milter.public_record(self.host.path(DKIM_KEY))
        strings = " ".join('"%s"' % record[i:i + 250]
                           for i in range(0, len(record), 250))
        return "".join("%s. 60 IN %s %s\n" % (
            self.domain, "AAAA" if ":" in address else "A", address)
            for address in self.addresses) + (
                "{d}. 60 IN MX 10 {d}.\n"
                "opendkim._domainkey.{d}. 60 IN TXT {t}\n").format(
                    d=self.domain, t=strings)

    def start(self):
        self._start("unbound", "unbound", "-d")
        for name in self._services:
            self.start_service(name)
        # As Debian's unit does: what the chroot needs of /etc.
        self.host.run("/usr/lib/postfix/configure-instance.sh", "-")
        self.host.run("postfix", "check")
        self._start("postfix", "/usr/lib/postfix/sbin/master", "-s")
        self._start("dovecot", "/usr/sbin/dovecot", "-F")
        self._start("nginx", "/usr/sbin/nginx", "-g", "daemon off;")
        for port in PORTS:
            sandbox.wait_for(lambda p=port: self._listens(p), 30,
                             "%s on port %d:\n%s" % (self.domain, port,
                                                     self.logs()))

    def _start(self, name, *arguments, **options):
        self._children[name] = self.host.start(name, *arguments, **options)

    def start_service(self, name):
        """As its unit says, until it says that it is ready."""
        service = unit.Unit(self.host, name)
        service.make_ready(self.host)
        os.makedirs(self.host.path("/run/notify"), exist_ok=True)
        ready = sandbox.ReadyServer(self.host.path("/run/notify/" + name))
        self._start(name, *service.command(self.host),
                    env=service.environment(
                        self.host, NOTIFY_SOCKET="/run/notify/" + name))
        sandbox.wait_for(lambda: self._is_ready(name, ready), 20,
                         name + " is ready")
        ready.close()

    def _is_ready(self, name, ready):
        self._demand_running(name)
        return ready.said("READY=1")

    def _demand_running(self, name):
        if self._children[name].poll() is not None:
            raise RuntimeError("%s of %s ended:\n%s" % (
                name, self.domain, self.host.read_log(name)))

    def _listens(self, port):
        """Seen from the host itself, where all of its ports can be seen."""
        for name in self._children:
            self._demand_running(name)
        return ":%d " % port in self.host.run("ss", "-Hltn")

    def stop(self):
        """All of it, the last one first."""
        while self._children:
            self.host.stop(self._children.popitem()[1])

    def stop_service(self, name):
        return self.host.stop(self._children.pop(name))

    def logs(self):
        """All that the programs of this relay have written."""
        return "\n".join(map(self.host.read_log,
                             [*self._children, "syslog"]))

    def mailbox(self, address, *names):
        """The path of a mailbox, or of something in it, from here."""
        return os.path.join(
            self.host.path("/home/vmail/mail/" + self.domain), address, *names)
