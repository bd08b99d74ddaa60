"""A complete relay on a host of its own, on its real ports."""

import base64
import os
import shutil
import socket

from harness import build, milter, sandbox

from . import configuration, host

PROGRAMS = ("chatmail", "chatmail-milter", "chatmail-policyd", "doveauth",
            "lastlogin", "chatmail-metadata", "chatmail-newemail",
            "chatmail-expire", "chatmail-quota-expire")
PORTS = (25, 143, 443, 465, 587, 993)

# Our services: name, user, groups beside it, the folder of its socket.
SERVICES = (
    ("chatmail-policyd", "vmail", "postfix", "/var/lib/chatmilter/policyd"),
    ("chatmail-milter", "chatmilter", "postfix,vmail", None),
    ("doveauth", "vmail", "", "/run/doveauth"),
    ("lastlogin", "vmail", "", "/run/chatmail-lastlogin"),
    ("chatmail-metadata", "vmail", "", "/run/chatmail-metadata"),
    ("chatmail-newemail", "vmail", "www-data", "/run/chatmail-newemail"),
)
OPTIONS = {"chatmail-milter": ("--group", "postfix"),
           "chatmail-policyd": ("--group", "postfix"),
           "chatmail-newemail": ("--group", "www-data")}


class Relay:
    """`settings` are lines of chatmail.ini beside what every relay has."""

    def __init__(self, network, domain, settings=()):
        self.domain = domain
        self.host = host.Host(network.box, domain)
        self.address = network.join(self.host)
        self.name_server = network.name_server
        self._children = {}
        self._make_users()
        self._install_programs()
        self._write_files(settings)
        network.add_records(self.zone())

    def _make_users(self):
        for user in ("vmail", "chatmilter"):
            self.host.run("useradd", "--system", "--user-group",
                          "--no-create-home", "--shell", "/usr/sbin/nologin",
                          user)
        for line in ("-d -m 750 -o vmail -g vmail /home/vmail",
                     "-d -m 750 -o vmail -g vmail /home/vmail/mail",
                     "-d -m 700 -o vmail -g vmail /home/vmail/mail/" +
                     self.domain,
                     "-d -m 700 -o vmail -g vmail "
                     "/var/lib/chatmail-metadata",
                     "-d -m 755 -o postfix /var/lib/postfix",
                     "-d -m 770 -o postfix -g postfix "
                     "/var/spool/postfix/chatmilter"):
            self.host.run("install", *line.split())

    def _install_programs(self):
        for name in PROGRAMS:
            shutil.copy(build.program(name), self.host.path("/usr/bin/" + name))

    def _write_files(self, settings):
        files = configuration.documented_files(self.domain, self.name_server)
        files["/etc/chatmail/chatmail.ini"] += "\n".join(settings) + "\n"
        for path, text in files.items():
            self.host.write(path, text)
        self.host.run("mkdir", "-p", os.path.dirname(configuration.KEY),
                      "/etc/dkimkeys")
        self.host.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
            "-subj", "/CN=" + self.domain,
            "-addext", "subjectAltName=DNS:" + self.domain,
            "-keyout", configuration.KEY, "-out", configuration.CERTIFICATE)
        self.host.run("openssl", "genpkey", "-algorithm", "rsa", "-out",
                      configuration.DKIM_KEY)
        self.host.run("chown", "chatmilter:", configuration.DKIM_KEY)

    def zone(self):
        """What the world has to know of this relay."""
        record = milter.public_record(self.host.path(configuration.DKIM_KEY))
        strings = " ".join('"%s"' % record[i:i + 250]
                           for i in range(0, len(record), 250))
        return ("{d}. 60 IN A {a}\n{d}. 60 IN MX 10 {d}.\n"
                "opendkim._domainkey.{d}. 60 IN TXT {t}\n").format(
                    d=self.domain, a=self.address, t=strings)

    def start(self):
        for name, user, groups, folder in SERVICES:
            self.start_service(name, user, groups, folder)
        # As Debian's unit does: what the chroot needs of /etc.
        self.host.run("/usr/lib/postfix/configure-instance.sh", "-")
        self.host.run("postfix", "check")
        self._start("postfix", "/usr/lib/postfix/sbin/master", "-s")
        self._start("dovecot", "/usr/sbin/dovecot", "-F")
        self._start("nginx", "/usr/sbin/nginx", "-g", "daemon off;")
        for port in PORTS:
            sandbox.wait_for(lambda p=port: self._listens(p), 30,
                             "%s on port %d" % (self.domain, port))

    def _start(self, name, *arguments, **options):
        self._children[name] = self.host.start(name, *arguments, **options)

    def start_service(self, name, user, groups, folder):
        if folder:
            self.host.run("install", "-d", "-m", "755", "-o", user, folder)
        os.makedirs(self.host.path("/run/notify"), exist_ok=True)
        ready = sandbox.ReadyServer(self.host.path("/run/notify/" + name))
        arguments = ["setpriv", "--reuid", user, "--regid", user,
                     "--groups" if groups else "--clear-groups"]
        if groups:
            arguments.append(groups)
        self._start(name, *arguments, "/usr/bin/" + name, *OPTIONS.get(name, ()),
                    env=dict(os.environ, NOTIFY_SOCKET="/run/notify/" + name))
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
        for name in self._children:
            self._demand_running(name)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex((self.address, port)) == 0

    def stop_service(self, name):
        return self.host.stop(self._children.pop(name))

    def logs(self):
        """All that the programs of this relay have written."""
        texts = []
        for name in self._children:
            texts.append(self.host.read_log(name))
        for path in ("/var/log/mail.log", "/var/log/dovecot.log"):
            if os.path.exists(self.host.path(path)):
                texts.append(self.host.read(path))
        return "\n".join(texts)

    def mailbox(self, address, *names):
        """The path of a mailbox, or of something in it, from here."""
        return os.path.join(
            self.host.path("/home/vmail/mail/" + self.domain), address, *names)
