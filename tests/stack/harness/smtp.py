"""An SMTP client that sends the octets of a message as they are.

smtplib repairs line ends; here a stray CR, LF or NUL must reach the server.
Only what RFC 5321 asks of every client is done: a dot is doubled at the start
of a line (4.5.2) and the last line is ended.
"""

import base64
import re
import socket
import ssl
from dataclasses import dataclass


# One for all: the certificates of the system take long to read.
TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TLS.check_hostname = False
TLS.verify_mode = ssl.CERT_NONE


@dataclass
class Reply:
    """One reply: its code, and its text without the code of each line."""
    code: int
    text: str
    stage: str = ""  # the command that it answers

    def __str__(self):
        return "%d %s" % (self.code, self.text)


def stuffed(octets):
    """What stands between DATA and its answer on the wire."""
    body = re.sub(rb"(?m)^\.", b"..", octets)
    if body.endswith(b"\n") and not body.endswith(b"\r\n"):
        body = body[:-1] + b"\r\n"
    if body and not body.endswith(b"\r\n"):
        body += b"\r\n"
    return body + b".\r\n"


class Client:
    """One connection.  Every method gives the Reply of the server."""

    def __init__(self, port, tls=False, host="127.0.0.1", timeout=60,
                 source=None):
        self._socket = socket.create_connection(
            (host, port), timeout, (source, 0) if source else None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls:
            self._wrap()
        self._file = self._socket.makefile("rb")
        self.greeting = self._read("connect")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._file.close()
        self._socket.close()

    def _wrap(self):
        self._socket = TLS.wrap_socket(self._socket)

    def _read(self, stage):
        texts = []
        while True:
            line = self._file.readline(100000)
            if not line:
                raise ConnectionError("server hung up after " + stage)
            line = line.decode("utf-8", "backslashreplace").rstrip("\r\n")
            texts.append(line[4:])
            if line[3:4] != "-":
                return Reply(int(line[:3]), "\n".join(texts), stage)

    def command(self, line, stage=None):
        if isinstance(line, str):
            line = line.encode("utf-8")
        self._socket.sendall(line + b"\r\n")
        return self._read(stage or line.split(b" ")[0].decode("ascii", "replace"))

    def starttls(self):
        reply = self.command("STARTTLS")
        if reply.code == 220:
            self._file.close()
            self._wrap()
            self._file = self._socket.makefile("rb")
        return reply

    def login(self, user, password):
        plain = base64.b64encode(("\0%s\0%s" % (user, password)).encode())
        return self.command(b"AUTH PLAIN " + plain)

    def data(self, octets):
        """DATA, the message, and the reply that decides about it."""
        reply = self.command("DATA")
        if reply.code != 354:
            return reply
        self.write(stuffed(octets))
        return self.answer()

    def write(self, octets):
        """Part of a message, as it is."""
        self._socket.sendall(octets)

    def answer(self):
        """The reply to a message whose last line was written."""
        return self._read("end")

    def send(self, mail_from, rcpt_to, octets, parameters=""):
        """A whole transaction: the first refusal, or the final reply."""
        reply = self.command("MAIL FROM:<%s>%s" % (mail_from, parameters))
        for recipient in rcpt_to:
            if reply.code >= 400:
                return reply
            reply = self.command("RCPT TO:<%s>" % recipient)
        return reply if reply.code >= 400 else self.data(octets)
