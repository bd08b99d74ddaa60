"""chatmail-milter as the stack tests run it: one process, one world.

A world is what a case of the corpus takes for granted: the time, the names
that exist, the accounts, the domain of the relay.  Names that cannot be looked
up need settings: a short patience for a silent server, and a trust anchor that
nothing here is signed with, which makes every answer bogus.
"""

import base64
import os
import shutil
import signal
import subprocess

from . import dns, sandbox

SELECTOR = "opendkim"
UNTRUSTED_ANCHOR = ". IN DS 20326 8 2 " + "00" * 32


def make_key(box, kind="rsa"):
    """A key for the tests, rsa or ed25519; gives the path of its PEM file."""
    path = box.path("dkim.private" if kind == "rsa" else kind + ".private")
    if not os.path.exists(path):
        subprocess.run(["openssl", "genpkey", "-algorithm", kind, "-out", path],
                       check=True, capture_output=True)
        os.chmod(path, 0o600)
    return path


def public_record(key):
    """The TXT record that belongs to a private key."""
    run = subprocess.run(
        ["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"],
        check=True, capture_output=True)
    if len(run.stdout) > 100:
        return ("v=DKIM1; k=rsa; p=" +
                base64.b64encode(run.stdout).decode())
    # The key alone is in the record, not its type (RFC 8463 4.2).
    return ("v=DKIM1; k=ed25519; p=" +
            base64.b64encode(run.stdout[-32:]).decode())


def settings_for(box, names):
    """What chatmail.ini needs for a table of names."""
    failures = [v["fail"] for v in names.values() if isinstance(v, dict)]
    settings = []
    if "timeout" in failures:
        settings.append("dns_timeout = 1")
    if "bogus" in failures:
        anchor = box.write("untrusted.key", UNTRUSTED_ANCHOR + "\n")
        settings.append("dns_root_key = " + anchor)
    return settings


class Milter:
    """The program with its settings, its accounts and its name server."""

    def __init__(self, box, name, key, binary, queue):
        """`queue` is the queue directory of the Postfix that is to connect."""
        self._box = box
        self._binary = binary
        self._name = name
        self._key = key
        self._world = None
        self._child = None
        self._ready = None
        self.dns = dns.DnsServer()
        box.on_close(self.dns.close)
        self.mailboxes = box.folder(name, "mailboxes")
        # Postfix looks for it from inside its chroot.
        folder = os.path.join(queue, "chatmilter")
        os.makedirs(folder, exist_ok=True)
        shutil.chown(folder, "postfix", "postfix")
        self.socket = os.path.join(folder, name + ".sock")
        self.address = "unix:chatmilter/%s.sock" % name
        self.policyd = ""  # whom it asks about limits: unix:PATH

    @property
    def pid(self):
        return self._child.pid

    def enter(self, mail_domain, now=None, names=None, settings=(),
              user=""):
        """(Re)starts the program when it lives in another world.

        `names` is a table for the name server, and what was learned from
        another one is forgotten; `settings` are lines of chatmail.ini, `user`
        is whom it becomes.
        """
        self.dns.table.load(names or {})
        settings = (*settings_for(self._box, names or {}), *settings)
        world = (mail_domain, now, repr(names), settings, user)
        if self._world != world:
            self.kill()
            self.write_settings(mail_domain, settings)
            self._start(now, user)
            self._world = world

    def forget(self):
        """Has the next world be a new one, even if it is the same."""
        self._world = None

    def write_settings(self, mail_domain, settings=()):
        """chatmail.ini anew, for the next start or reload."""
        lines = ["[params]", "mail_domain = " + mail_domain,
                 "mailboxes_dir = " + self.mailboxes,
                 "dkim_key = " + self._key,
                 "policyd_socket = " + self.policyd, *settings, ""]
        self._box.write(self._name + "/chatmail.ini", "\n".join(lines))

    def _start(self, now, user):
        arguments = [self._binary,
                     "--config", self._box.path(self._name, "chatmail.ini"),
                     "--socket", "unix:" + self.socket, "--group", "postfix",
                     "--dns-server", "127.0.0.1@%d" % self.dns.port]
        if user:
            arguments += ["--user", user]
            shutil.chown(self._key, user)
        self._ready = sandbox.ReadyServer(self._box.path(self._name, "notify"))
        environment = dict(os.environ, NOTIFY_SOCKET=self._ready.path)
        if now is not None:
            environment["LD_PRELOAD"] = os.path.join(
                os.path.dirname(self._binary), "fixed_time.so")
            environment["CHATMILTER_FIXED_TIME"] = str(now)
        self._child = self._box.start(arguments, self._name + "/milter.log",
                                      env=environment)
        self._wait("READY=1")

    def _wait(self, word):
        def said():
            if self._child.poll() is not None:
                raise RuntimeError("chatmail-milter ended:\n" +
                                   self.read_log())
            return self._ready.said(word)
        sandbox.wait_for(said, 20, "chatmail-milter says " + word)

    def reload(self):
        """Has it read its settings again, and waits until it has."""
        self.signal(signal.SIGHUP)
        self._wait("RELOADING=1")
        self._wait("READY=1")

    def read_log(self):
        with open(self._box.path(self._name, "milter.log"),
                  encoding="utf-8", errors="replace") as file:
            return file.read()

    def signal(self, number):
        self._child.send_signal(number)

    def stop(self):
        """Gives the exit status, or None when it was not running."""
        child, self._child, self._world = self._child, None, None
        if child is not None:
            self._ready.close()
        return None if child is None else self._box.stop(child, 40)

    def kill(self):
        """Ends it at once: no message is under way."""
        if self._child is not None:
            self._child.kill()
            self.stop()

    def set_accounts(self, enforcing, cleartext=()):
        """Exactly these mailboxes, as a relay has them on disk."""
        shutil.rmtree(self.mailboxes)
        os.makedirs(self.mailboxes)
        for address in [*enforcing, *cleartext]:
            folder = os.path.join(self.mailboxes, address.lower())
            os.makedirs(folder, exist_ok=True)
            names = ["password"]
            if address in enforcing:
                names.append("enforceE2EEincoming")
            for name in names:
                with open(os.path.join(folder, name), "w",
                          encoding="utf-8") as file:
                    file.write("")
