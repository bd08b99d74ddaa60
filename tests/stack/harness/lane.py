"""A lane: services of the private Postfix with a milter of their own.

Cases need different worlds, and a milter lives in one.  Several lanes side by
side let one case wait for a name server that is silent while others go on.
"""

import os
import re

from . import corpus, milter, sandbox, sasl, smtp
from .build import program

HELO = "EHLO client.example"


class Lane:
    """Sends a case the way its direction goes; `postfix` is not started yet."""

    def __init__(self, box, postfix, number, key):
        self.milter = milter.Milter(box, "lane%d" % number, key,
                                    program("chatmail-milter"), postfix.queue)
        self.ports = {}
        for direction, service, options in (
                ("inbound", "smtp", {}),
                ("outbound", "smtps", {}),
                ("internal", "smtp", {"milter_macro_daemon_name": "INTERNAL"})):
            port = sandbox.free_port()
            self.ports[direction] = port
            postfix.listen(service, port, smtpd_milters=self.milter.address,
                           smtpd_authorized_xclient_hosts="127.0.0.1",
                           **options)

    def enter(self, case):
        """The world of a case."""
        if case.fails():
            self.milter.forget()  # a resolver remembers who was silent
        recipients = case.recipients()
        cleartext = [r for r in recipients if case.takes_cleartext(r)]
        enforcing = [r for r in recipients if r not in cleartext]
        self.milter.enter(case.mail_domain(), case.line.get("now"), case.dns())
        domain = "@" + case.mail_domain()
        self.milter.set_accounts(
            *[[a for a in map(corpus.canonical, addresses)
               if case.exists(a) and a.endswith(domain)]
              for addresses in (enforcing, cleartext)])

    def send(self, case):
        """The reply that decides about the case."""
        line = case.line
        direction = line["direction"]
        with smtp.Client(self.ports[direction],
                         tls=direction == "outbound") as client:
            client.command(HELO)
            if line.get("client_address"):
                self._come_from(client, line["client_address"])
            login = line.get("login", line["mail_from"])
            if direction == "outbound" and login:
                reply = client.login(login, sasl.PASSWORD)
                if reply.code != 235:
                    return reply
            return client.send(line["mail_from"], case.recipients(),
                               case.octets(), " BODY=8BITMIME SMTPUTF8")

    @staticmethod
    def _come_from(client, address):
        form = "IPV6:" + address if ":" in address else address
        reply = client.command("XCLIENT NAME=[UNAVAILABLE] ADDR=" + form)
        if reply.code != 220:
            raise RuntimeError("XCLIENT: %s" % reply)
        client.command(HELO)


def queue_id(reply):
    """The name of a queued message in "2.0.0 Ok: queued as 4XyZ"."""
    match = re.search(r"queued as (\S+)", reply.text)
    return match.group(1) if match else None


def without_trace(octets):
    """A delivered message without the Received field of this Postfix."""
    trace = rb"(?m)^Received: from client\.example .*\r\n(?:[ \t].*\r\n)*"
    return re.sub(trace, b"", octets, count=1)


def read_emitted(case):
    if not case.emitted or not os.path.exists(case.emitted):
        return None
    with open(case.emitted, "rb") as file:
        return file.read()
