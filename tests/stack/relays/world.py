"""Two relays, a name server, and a desk at which the clients are."""

import base64
import glob
import gzip
import imaplib
import json
import os
import quopri
import re
import ssl
import subprocess
import threading

from harness import sandbox, smtp

from . import delta_chat, host, network, relay

A, B = "_a.example", "_b.example"
PASSWORD = "secret-pass-1"

# For clients that are not about limits.
GENEROUS = ("max_user_send_per_minute = 6000",
            "max_user_send_burst_size = 1000",
            "max_new_user_send_per_minute = 6000")

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


class World:
    """Everything is started; this process is at the desk then."""

    def __init__(self, settings=GENEROUS, prepare=None, domains=(A, B),
                 makers=None, protocols="4"):
        """`prepare` is called with it before anything is started.

        `makers` has what makes a relay for domains whose relay is no plain
        one; the desk has addresses of `protocols`.
        """
        self.box = sandbox.Sandbox()
        try:
            self.network = network.Network(self.box)
            self.desk = host.Host(self.box, "desk")
            self.desk_address = self.network.join(self.desk, protocols)[0]
            relays = [(makers or {}).get(domain, relay.Relay)(
                self.network, domain, settings) for domain in domains]
            self.relays = {one.address_domain: one for one in relays}
            self.a, self.b = relays[0], relays[-1]
            if prepare:
                prepare(self)
            self.network.start_names()
            for one in self.relays.values():
                one.start()
            sandbox.enter_network_of(self.desk.pid)
        except BaseException:
            self.close()
            raise

    def close(self):
        self.box.close()

    def core(self, name, version="today", **options):
        return delta_chat.Core(self.desk, name, version, **options)

    def code(self, domain, version):
        """What the page of a relay that nobody certifies has people scan.

        From a `_` domain a client of today makes the account itself; an old
        one, and everybody at an address, is given one by /new, with the
        permission to take the certificate as it is.
        """
        if version == "today" and domain.startswith("_"):
            return "dcaccount:" + domain
        return json.loads(self.curl("https://%s/new" % domain, "-X",
                                    "POST"))["dclogin_url"]

    def curl(self, url, *options):
        return self.desk.run("curl", "-sS", "-k", "--max-time", "20", *options,
                             url)

    def account(self, core, name, domain):
        account = delta_chat.Account(core, name)
        return account.register(self.code(domain, core.version))

    # What plain IMAP and SMTP say.

    def imap(self, address, password=PASSWORD):
        """A session of this account, which its first login makes."""
        there = self.relays[address.partition("@")[2]]
        client = imaplib.IMAP4_SSL(there.address, 993, ssl_context=TLS,
                                   timeout=60)
        client.authenticate("PLAIN", lambda _: b"\0%s\0%s" % (
            address.encode(), password.encode()))
        return client

    def make_accounts(self, *addresses):
        for address in addresses:
            self.imap(address).logout()

    def submission(self, address, password=PASSWORD):
        """A connection to port 465, logged in."""
        there = self.relays[address.partition("@")[2]]
        client = smtp.Client(465, tls=True, host=there.address)
        client.command("EHLO client.example")
        reply = client.login(address, password)
        if reply.code != 235:
            raise RuntimeError("login of %s: %s" % (address, reply))
        return client

    def submit(self, address, recipients, octets, mail_from=None):
        with self.submission(address) as client:
            return client.send(mail_from or address, recipients, octets)

    @staticmethod
    def hand_in(there, mail_from, recipients, octets, parameters=""):
        """What another relay does on port 25."""
        with smtp.Client(25, host=there.address) as client:
            client.command("EHLO elsewhere.example")
            client.starttls()
            client.command("EHLO elsewhere.example")
            return client.send(mail_from, recipients, octets, parameters)

    def append(self, address, size):
        """Puts a message of so many octets, like ciphertext, into a mailbox."""
        octets = (b"Subject: [...]\r\n\r\n" + os.urandom(size).hex().encode())
        client = self.imap(address)
        answer = client.append("INBOX", None, None, octets[:size])
        client.logout()
        if answer[0] != "OK":
            raise RuntimeError("APPEND: %s" % (answer,))

    def inbox(self, address):
        """The messages of an account, as octets, oldest first."""
        client = self.imap(address)
        try:
            client.select("INBOX", readonly=True)
            _, numbers = client.search(None, "ALL")
            return [client.fetch(number, "(BODY.PEEK[])")[1][0][1]
                    for number in numbers[0].split()]
        finally:
            client.logout()

    def wait_for_mail(self, address, condition, seconds=60):
        """The first message in the inbox for which condition(octets)."""
        try:
            return sandbox.wait_for(
                lambda: next(filter(condition, self.inbox(address)), None),
                seconds, address + " has its message")
        except TimeoutError as error:
            raise TimeoutError("%s\n%s" % (error, self.mail_logs())) from None

    def mail_logs(self):
        return "\n".join(one.logs()[-6000:] for one in self.relays.values())


class Collector:
    """A copy of every message that lies in a mailbox, even if not for long.

    A client with one device takes a message and removes it; Dovecot tells it
    half a second late, and that is time enough to look.
    """

    def __init__(self, relays, box):
        self._folders = [there.mailbox("*", "new", "*") for there in relays]
        self._folders += [there.mailbox("*", "cur", "*") for there in relays]
        self._kept = {}
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        box.on_close(self.stop)

    def _look(self):
        while not self._ends.wait(0.1):
            for pattern in self._folders:
                for path in glob.glob(pattern):
                    name = os.path.basename(path).partition(":")[0]
                    if name not in self._kept:
                        self._keep(name, path)

    def _keep(self, name, path):
        try:
            with open(path, "rb") as file:
                octets = file.read()
        except FileNotFoundError:
            return
        if octets.startswith(b"\x1f\x8b"):
            octets = gzip.decompress(octets)
        self._kept[name] = octets

    def messages(self):
        return list(self._kept.items())

    def stop(self):
        self._ends.set()
        self._thread.join(10)


BASE64_RUN = re.compile(rb"(?:[A-Za-z0-9+/]{4}[\r\n]*){4,}"
                        rb"(?:[A-Za-z0-9+/]{2}(?:==|[A-Za-z0-9+/]=))?")


def readings(octets):
    """What somebody could read of a message: it, and each decoding of it."""
    yield octets
    if b"=" in octets:
        yield quopri.decodestring(octets)
        yield quopri.decodestring(octets, header=True)
    for run in BASE64_RUN.findall(octets):
        code = re.sub(rb"[\r\n]", b"", run)
        # Where an encoded text begins in the run, nobody knows.
        for offset in range(4):
            part = code[offset:]
            yield base64.b64decode(part[:len(part) // 4 * 4])


def found_in(octets, secrets):
    """The first of some texts that somebody could read in a message."""
    for reading in readings(octets):
        for secret in secrets:
            if secret in reading:
                return secret
    return None


def stored_octets(there):
    """(name, octets) of each file that a relay keeps, and of what it logs."""
    for top in ("/home/vmail", "/var/spool/postfix", "/var/log", "/tmp",
                "/var/lib/chatmilter", "/var/lib/chatmail-metadata"):
        for path in glob.glob(there.host.path(top) + "/**", recursive=True,
                              include_hidden=True):
            if not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                octets = file.read()
            if octets.startswith(b"\x1f\x8b"):
                octets = gzip.decompress(octets)
            yield path, octets
    yield "logs", there.logs().encode()


def sign(key, selector, domain, octets):
    """The message with a signature in front, by another signer than ours."""
    import dkim  # pylint: disable=import-outside-toplevel
    pem = subprocess.run(["openssl", "pkey", "-in", key, "-traditional"],
                         check=True, capture_output=True).stdout
    return dkim.sign(octets, selector.encode(), domain.encode(), pem,
                     canonicalize=(b"relaxed", b"simple")) + octets
