"""Who stands between two relays, and reads what one hands to the other.

A wiretap is the MX of a relay in the DNS of the test.  It ends TLS on both
sides, which it can for a `_` domain alone, whose certificate nobody verifies;
every octet goes on as it came.  So the relays are as they are shipped, and what
is inside of their TLS is here in clear.
"""

import re
import select
import socket
import ssl
import threading

from harness import postfix, smtp

PATIENCE = 60
# Where at the desk the mail for a relay passes.
PLACES = {"_a.example": "10.99.0.201", "_b.example": "10.99.0.202"}


def stand_before(made, *domains):
    """Leads the mail for relays to the desk; a World's `prepare` calls it."""
    for domain in domains:
        name = "tap" + domain.replace("_", "-")
        made.network.send_mail_by(domain, name)
        made.network.add_records("%s. 60 IN A %s" % (name, PLACES[domain]))
        made.desk.run("ip", "addr", "add", PLACES[domain] + "/24", "dev",
                      "eth0")


def listen(made, domain):
    """From now on what passes is read."""
    return Wiretap(made.box, PLACES[domain], made.relays[domain])


def octets_of(stream):
    """What has come by TLS; None when nothing has, b"" at the end."""
    try:
        return stream.recv(65536)
    except ssl.SSLWantReadError:
        return None


def pass_on(client, server, keep):
    """What each says goes to the other, until one ends.

    In one thread: a stream of TLS is no matter of two.
    """
    others = {client: server, server: client}
    for stream in others:
        stream.settimeout(0)
    while True:
        select.select(others, [], [])
        for stream, other in others.items():
            while octets := octets_of(stream):
                if stream is client:
                    keep(octets)
                other.settimeout(PATIENCE)
                other.sendall(octets)
                other.settimeout(0)
            if octets == b"":
                return


def reply_of(server):
    """A whole reply of SMTP, by single octets: what follows is TLS's."""
    octets = b""
    while not re.search(rb"(?:^|\n)\d{3} [^\n]*\n$", octets):
        octet = server.recv(1)
        if not octet:
            return octets
        octets += octet
    return octets


class Wiretap:
    """Listens on port 25 of an address of the desk, for mail to a relay.

    A thread is in the network in which it was started: that of the desk.
    """

    def __init__(self, box, address, relay):
        self._to = (relay.address, 25)
        self._server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._server.load_cert_chain(postfix.make_certificate(box))
        self._conversations = []
        self._listener = socket.create_server((address, 25), backlog=64)
        box.on_close(self._listener.close)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,),
                             daemon=True).start()

    def _serve(self, client):
        said = bytearray()
        try:
            client, server = self._up_to_tls(client)
            self._conversations.append(said)
            with server:
                pass_on(client, server, said.extend)
        except OSError:
            pass  # one of them is gone
        client.close()

    def _up_to_tls(self, client):
        """Both ends, as they are when TLS has begun on both."""
        server = socket.create_connection(self._to, PATIENCE)
        client.sendall(reply_of(server))
        line = b""
        while not line.upper().startswith(b"STARTTLS"):
            line = b""
            while not line.endswith(b"\n"):
                octet = client.recv(1)
                if not octet:
                    raise ConnectionError("it left before TLS")
                line += octet
            server.sendall(line)
            reply = reply_of(server)
            if line.upper().startswith(b"STARTTLS"):
                server = smtp.TLS.wrap_socket(server)
            client.sendall(reply)
        return self._server.wrap_socket(client, server_side=True), server

    def messages(self):
        """The octets of each message that passed whole."""
        return [re.sub(rb"(?m)^\.", b"", found)
                for said in list(self._conversations)
                for found in re.findall(rb"(?s)\r\nDATA\r\n(.*?\r\n)\.\r\n",
                                        bytes(said))]
