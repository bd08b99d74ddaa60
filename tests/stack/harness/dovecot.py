"""A private Dovecot: the rendered configuration, with other places.

Its files are what `chatmail render` makes for a relay; only paths, ports and the
user of the mailboxes differ.
"""

import imaplib
import os
import shutil
import signal
import smtplib
import ssl
import subprocess

from . import configuration, postfix, sandbox
from .build import program

# A user that every Debian has, in place of vmail.
USER = "mail"

# Where a sandbox has its own places.
OWN_PLACES = """
base_dir = {root}/run
state_dir = {root}/state
instance_name = {name}
log_path = {root}/dovecot.log
listen = 127.0.0.1
first_valid_uid = 1
auth_failure_delay = 0
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
  inet_listener imaps-443 {{
    port = 0
  }}
}}
"""


def rendered(domain, mailboxes, certificate):
    """The files in /etc/dovecot by their names; with the script for Lua."""
    files = configuration.rendered((
        "mail_domain = " + domain, "mailboxes_dir = " + mailboxes,
        "tls_external_cert_and_key = %s.crt %s" % (certificate, certificate),
        "doveauth_http_port = 3905"))
    return {os.path.basename(path): text for path, text in files.items()
            if path.startswith("/etc/dovecot/")}


class Service:
    """A service beside Dovecot, as the user of the mailboxes."""

    def __init__(self, box, name, config, socket, *options):
        self._box = box
        self._name = name
        self._config = config
        self._options = options
        self._child = None
        self._ready = None
        self.socket = socket
        self.metrics_socket = socket + ".metrics"

    def start(self, **options):
        self._ready = sandbox.ReadyServer(self._box.path(self._name + ".ready"))
        self._child = self._box.start(
            [program(self._name), "--config", self._config, "--user", USER,
             "--socket", self.socket, "--metrics-socket", self.metrics_socket,
             *self._options],
            self._name + ".log",
            env=dict(os.environ, NOTIFY_SOCKET=self._ready.path), **options)
        self._wait("READY=1")

    def _wait(self, word):
        def said():
            if self._child.poll() is not None:
                raise RuntimeError(self._name + " ended:\n" + self.read_log())
            return self._ready.said(word)
        sandbox.wait_for(said, 20, self._name + " says " + word)

    def reload(self):
        self._child.send_signal(signal.SIGHUP)
        self._wait("RELOADING=1")
        self._wait("READY=1")

    def read_log(self):
        with open(self._box.path(self._name + ".log"),
                  encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        self._ready.close()
        return self._box.stop(self._child)

    def kill(self):
        """As a loss of power would, but for the disk."""
        self._child.kill()
        self.stop()


class Dovecot:
    """Dovecot with the services beside it; `start` starts them all."""

    def __init__(self, box, mail_domain, mailboxes=None, lua=False,
                 hibernate_after=30):
        """`lua`: logins by auth.lua over HTTP, as Dovecot 2.4 needs it."""
        self._hibernate_after = hibernate_after
        self.box = box
        self._http_port = sandbox.free_port() if lua else None
        self.domain = mail_domain
        self.port = sandbox.free_port()
        self.root = box.folder("dovecot")
        self.mailboxes = mailboxes or box.folder("mailboxes")
        shutil.chown(self.mailboxes, USER, USER)
        shutil.chown(box.folder("accounts"), USER, USER)
        self.config = os.path.join(self.root, "dovecot.conf")
        self.ini = box.path("chatmail.ini")
        self.write_settings()
        self.doveauth = Service(box, "doveauth", self.ini,
                                box.path("doveauth.sock"))
        self.lastlogin = Service(box, "lastlogin", self.ini,
                                 box.path("lastlogin.sock"))
        self.metadata = Service(box, "chatmail-metadata", self.ini,
                                box.path("metadata.sock"))
        self._write_configuration()

    def write_settings(self, *lines):
        """chatmail.ini anew, for the next start or reload."""
        settings = {
            "mail_domain": self.domain, "mailboxes_dir": self.mailboxes,
            "account_rules": os.path.join(postfix.SOURCE, "rules/accounts"),
            "nocreate_file": self.box.path("nocreate"),
            "invites_file": os.path.join(self.mailboxes, "invites.json"),
            "doveauth_state_dir": self.box.path("accounts", "doveauth"),
            "mailbox_user": USER, "log_addresses": "yes",
            "turn_secret_file": os.path.join(self.mailboxes, "turn.secret"),
            "app_versions_file": self.box.path("appversions.json"),
            "iroh_relay": "https://" + self.domain,
            # Where nobody listens.
            "notify_url": "http://127.0.0.1:9/notify",
            "max_load_1m": "1000", "min_available_memory": "0",
            "min_free_disk_space": "0"}
        if self._http_port:
            secret = self.box.write("secret", "0123456789abcdef-of-a-test\n",
                                    mode=0o640)
            shutil.chown(secret, USER, "dovecot")
            settings["doveauth_http_port"] = self._http_port
            settings["doveauth_http_secret"] = secret
        own = {line.split(" = ")[0] for line in lines}
        text = "".join("%s = %s\n" % pair for pair in settings.items()
                       if pair[0] not in own)
        self.box.write("chatmail.ini",
                       "[params]\n" + text + "\n".join(lines) + "\n")

    def _write_configuration(self):
        private = self.box.folder("private")
        places = [("/etc/dovecot/", self.root + "/"),
                  ("/run/doveauth/doveauth.socket", self.doveauth.socket),
                  ("/run/chatmail-lastlogin/lastlogin.socket",
                   self.lastlogin.socket),
                  ("/run/chatmail-metadata/metadata.socket",
                   self.metadata.socket),
                  ("/var/spool/postfix/private", private),
                  ("/usr/bin/chatmail-quota-expire",
                   "%s --config %s" % (program("chatmail-quota-expire"),
                                       self.ini)),
                  ("vmail", USER)]
        pem = postfix.make_certificate(self.box)
        if self._http_port:
            places += [("127.0.0.1:3905", "127.0.0.1:%d" % self._http_port),
                       ("/etc/chatmail/doveauth.secret",
                        self.box.path("secret"))]
        files = rendered(self.domain, self.mailboxes, pem)
        for name, text in files.items():
            for there, here in places:
                text = text.replace(there, here)
            if name == "dovecot.conf":
                text = text.replace(
                    "imap_hibernate_timeout = 30s",
                    "imap_hibernate_timeout = %ds" % self._hibernate_after)
                if self._http_port:
                    text = text.replace("driver = dict", "driver = lua")
                    text = text.replace(
                        "args = %s/auth.conf" % self.root,
                        "args = file=%s/auth.lua blocking=yes" % self.root)
                text += OWN_PLACES.format(root=self.root, port=self.port,
                                          name=os.path.basename(self.box.root))
            self.box.write(os.path.join(self.root, name), text)

    def start(self):
        self.doveauth.start()
        self.lastlogin.start()
        self.metadata.start()
        self.box.start(["/usr/sbin/dovecot", "-c", self.config, "-F"],
                       "dovecot/start.log")
        sandbox.wait_for(lambda: sandbox.listens(self.port), 20,
                         "Dovecot listens:\n" + self.read_log())

    def read_log(self):
        text = ""
        for name in ("dovecot.log", "start.log"):
            path = os.path.join(self.root, name)
            if os.path.exists(path):
                with open(path, encoding="utf-8", errors="replace") as file:
                    text += file.read()
        return text

    def connect(self):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context,
                                 timeout=60)

    def login(self, address, password):
        """What is wrong with it, or nothing; the session ends at once."""
        client = self.connect()
        try:
            client.authenticate(
                "PLAIN", lambda _: b"\0%s\0%s" % (address.encode(),
                                                  password.encode()))
        except imaplib.IMAP4.error as error:
            return str(error)
        else:
            client.select("INBOX")
            return None
        finally:
            try:
                client.logout()
            except (imaplib.IMAP4.error, OSError):
                pass

    def doveadm(self, *arguments):
        """Exit status and output."""
        done = subprocess.run(
            ["doveadm", "-c", self.config, *arguments], check=False,
            capture_output=True, text=True, timeout=60)
        return done.returncode, done.stdout + done.stderr

    def deliver(self, octets, mail_from, rcpt_to):
        """As Postfix does, over LMTP; raises what smtplib does."""
        path = self.box.path("private", "dovecot-lmtp")
        with smtplib.LMTP(path) as client:
            client.sendmail(mail_from, [rcpt_to], octets)

    def mailbox(self, address, *names):
        return os.path.join(self.mailboxes, address, *names)

    def has_account(self, address):
        return os.path.exists(self.mailbox(address, "password"))
