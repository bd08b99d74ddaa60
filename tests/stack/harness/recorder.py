"""A milter that records: what Postfix shows of a message, octet for octet.

It speaks the milter protocol (version 6) itself, without a library, so
nothing stands between Postfix and the record.
"""

import socketserver
import struct
import threading
from dataclasses import dataclass, field

VERSION = 6
SMFIP_HDR_LEADSPC = 0x100000  # header values keep their leading blank
# Commands that are answered; DATA chunks of macros ('D') and ABORT are not.
ANSWERED = b"CHMRTLNBEU"


@dataclass
class Record:
    """One message as a milter gets it."""
    macros: dict = field(default_factory=dict)
    mail_from: str = ""
    rcpt_to: list = field(default_factory=list)
    header: list = field(default_factory=list)  # (name, value), octets
    body: bytes = b""


def strings(payload):
    return payload.rstrip(b"\0").split(b"\0")


class _Connection(socketserver.BaseRequestHandler):
    def handle(self):
        self._record = Record()
        self._connection_macros = {}
        while True:
            prefix = self._exactly(4)
            if prefix is None:
                return
            packet = self._exactly(struct.unpack(">I", prefix)[0])
            if packet is None or packet[:1] == b"Q":
                return
            self._command(packet[:1], packet[1:])

    def _exactly(self, count):
        octets = bytearray()
        while len(octets) < count:
            more = self.request.recv(count - len(octets))
            if not more:
                return None
            octets += more
        return bytes(octets)

    def _send(self, command, payload=b""):
        self.request.sendall(
            struct.pack(">I", len(payload) + 1) + command + payload)

    def _command(self, command, payload):
        record = self._record
        if command == b"O":
            self._send(b"O", struct.pack(">III", VERSION, 0,
                                         SMFIP_HDR_LEADSPC))
            return
        if command == b"D":
            pairs = strings(payload[1:])
            record.macros.update(
                {k.decode(): v.decode("utf-8", "replace")
                 for k, v in zip(pairs[::2], pairs[1::2])})
            if payload[:1] == b"C":
                self._connection_macros = dict(record.macros)
        elif command == b"M":
            macros = {**self._connection_macros, **record.macros}
            self._record = Record(macros=macros)
            self._record.mail_from = strings(payload)[0].decode()
        elif command == b"R":
            record.rcpt_to.append(strings(payload)[0].decode())
        elif command == b"L":
            name, value = payload[:-1].split(b"\0", 1)
            record.header.append((name, value))
        elif command == b"B":
            record.body += payload
        elif command == b"E":
            record.body += payload
            self.server.keep(record)
            self._record = Record(macros=dict(self._connection_macros))
        if command in ANSWERED:
            self._send(b"c")


class Recorder(socketserver.ThreadingTCPServer):
    """Listens on a free port; `milter` is Postfix's name of it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        self.records = []
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", 0), _Connection)
        self.milter = "inet:127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def keep(self, record):
        with self._changed:
            self.records.append(record)
            self._changed.notify_all()

    def take(self, seconds=20):
        """The oldest record that was not taken yet."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.records, seconds):
                raise TimeoutError("the milter saw no message")
            return self.records.pop(0)
