"""Two relays, a name server, and a desk at which the clients are."""

import imaplib
import json
import os
import ssl
import subprocess

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
        host = "[%s]" % domain if ":" in domain else domain
        return json.loads(self.curl("https://%s/new" % host, "-X",
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


def sign(key, selector, domain, octets):
    """The message with a signature in front, by another signer than ours."""
    import dkim  # pylint: disable=import-outside-toplevel
    pem = subprocess.run(["openssl", "pkey", "-in", key, "-traditional"],
                         check=True, capture_output=True).stdout
    return dkim.sign(octets, selector.encode(), domain.encode(), pem,
                     canonicalize=(b"relaxed", b"simple")) + octets
