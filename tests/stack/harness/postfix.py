"""A private Postfix: the rendered configuration, with other places.

main.cf and master.cf are what `chatmail render` makes for a relay, so a test of
this Postfix is a test of the configuration.  Only places differ: the folders,
the listeners, where mail is delivered, where logins are checked; and TLS is
offered to other hosts, not demanded.
"""

import os
import re
import shutil
import subprocess

from . import configuration, sandbox

SOURCE = configuration.SOURCE
MASTER = "/usr/lib/postfix/sbin/master"
# The services that listen, and the ports that they have when they may.
LISTENERS = {"smtp": 25, "submission": 587, "smtps": 465}


def read_main(text):
    """main.cf as a dictionary, in order (postconf(5): a later line wins)."""
    logical = re.sub(r"(?m)^\s*#.*\n|^\s*\n", "", text)
    logical = re.sub(r"\n[ \t]+", " ", logical)
    pairs = (line.split("=", 1) for line in logical.splitlines())
    return {name.strip(): value.strip() for name, value in pairs}


def read_master(text):
    """master.cf as a dictionary: (service, type) into its lines."""
    services = {}
    key = None
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] not in " \t":
            key = tuple(line.split()[:2])
            services[key] = line
        else:
            services[key] += "\n" + line
    return services


def rendered(name, mail_domain):
    """main.cf or master.cf of the relay of a domain."""
    files = configuration.rendered(("mail_domain = " + mail_domain,))
    return files["/etc/postfix/" + name]


def make_certificate(box):
    """A self-signed certificate for the host; gives the path of key and it."""
    pem = box.path("tls.pem")
    if not os.path.exists(pem):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
             "-subj", "/CN=localhost", "-keyout", pem, "-out", pem + ".crt"],
            check=True, capture_output=True)
        with open(pem + ".crt", "rb") as crt, open(pem, "ab") as out:
            out.write(crt.read())
    return pem


def choose_ports(own_network):
    """The real ones where nobody else is, else what is free."""
    return {service: port if own_network else sandbox.free_port()
            for service, port in LISTENERS.items()}


class Postfix:
    """One instance.  `ports` says where its services listen."""

    def __init__(self, box, mail_domain, ports, name="postfix"):
        self._box = box
        self._name = name
        self._master = None
        self.ports = ports
        self.config = box.folder(name, "config")
        self.queue = box.folder(name, "spool")
        data = box.folder(name, "data")
        log = box.folder(name, "log")
        self.log = os.path.join(log, "mail.log")
        shutil.chown(data, "postfix")
        self.main = {
            **read_main(rendered("main.cf", mail_domain)),
            "config_directory": self.config,
            "queue_directory": self.queue,
            "data_directory": data,
            "maillog_file": self.log,
            "maillog_file_prefixes": log,
            "inet_interfaces": "127.0.0.1",
            "smtpd_client_connection_count_limit": "0",
            "smtpd_client_connection_rate_limit": "0",
            "smtpd_error_sleep_time": "0",
            "smtpd_helo_required": "no",
            "in_flow_delay": "0",
            "smtpd_tls_security_level": "may",
            "smtpd_tls_chain_files": make_certificate(box),
            "smtp_tls_security_level": "may",
            "smtp_tls_policy_maps": "",
            "smtpd_relay_restrictions":
                "permit_mynetworks, reject_unauth_destination",
        }
        # Without the Dovecot that would be asked as well.
        self.main["chatmilter_inbound_recipient_restrictions"] = self.main[
            "smtpd_recipient_restrictions"]
        self._documented = read_master(rendered("master.cf", mail_domain))
        self.services = {
            key: lines for key, lines in self._documented.items()
            if not key[0].startswith("127.0.0.1:")}
        for service, port in self.ports.items():
            del self.services[(service, "inet")]
            self.listen(service, port)

    def listen(self, service, port, **options):
        """Has a documented service listen on a port, with other options."""
        lines = self._documented[(service, "inet")]
        address = "127.0.0.1:%d" % port
        lines = address + " " + lines.split(None, 1)[1]
        for name, value in options.items():
            lines = re.sub(r"\n\s+-o %s=.*" % name, "", lines)
            lines += "\n    -o %s=%s" % (name, value)
        self.services[(address, "inet")] = lines

    def deliver_to(self, transport):
        for name in ("default_transport", "local_transport",
                     "relay_transport"):
            self.main[name] = transport
        # What takes the mail here stands for any server, and sees all of it.
        self.main["lmtp_header_checks"] = ""
        self.main["lmtp_send_xforward_command"] = "yes"
        self.main["smtp_send_xforward_command"] = "yes"

    def ask_no_policy(self):
        """For tests that are about other things."""
        for parameter in ("smtpd_recipient_restrictions",
                          "smtpd_data_restrictions",
                          "chatmilter_inbound_recipient_restrictions"):
            self.main[parameter] = ""

    def check_logins_at(self, path):
        """Replaces the socket of Dovecot in the submission services."""
        for services in (self.services, self._documented):
            for key, lines in services.items():
                services[key] = lines.replace("private/auth", path)

    def start(self):
        main = "".join("%s = %s\n" % pair for pair in self.main.items())
        self._box.write(self._name + "/config/main.cf", main)
        self._box.write(self._name + "/config/master.cf",
                        "\n".join(self.services.values()) + "\n")
        # `check` makes the folders; master itself is then a child of ours.
        subprocess.run(["/usr/sbin/postfix", "-c", self.config, "check"],
                       check=True, capture_output=True)
        self._master = self._box.start(
            [MASTER, "-s", "-c", self.config], self._name + "/log/start.log")
        for port in self.ports.values():
            sandbox.wait_for(lambda p=port: self._listens(p), 30,
                             "Postfix on port %d" % port)

    def _listens(self, port):
        if self._master.poll() is not None:
            raise RuntimeError("Postfix did not start:\n" + self.read_log())
        return sandbox.listens(port)

    def flush(self):
        """Has everything in the queue tried again now."""
        subprocess.run(["/usr/sbin/postqueue", "-c", self.config, "-f"],
                       check=True)

    def stop(self):
        self._box.stop(self._master)

    def read_log(self):
        texts = []
        for name in ("start.log", "mail.log"):
            path = os.path.join(os.path.dirname(self.log), name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    texts.append(file.read())
        return "".join(texts)

    def sendmail(self, mail_from, rcpt_to, octets):
        """Hands a message to sendmail(1), as a program on the host does."""
        return subprocess.run(
            ["/usr/sbin/sendmail", "-C", self.config, "-i", "-f", mail_from]
            + list(rcpt_to), input=octets, capture_output=True, check=False)
