"""A name server with a table: TXT records, and names that fail.

The table is that of `chatmail check --dns`: a name into its TXT records, or
into {"fail": "timeout|servfail|bogus|nxdomain"}.  What is not there does not
exist.  An answer may not be kept, if nothing else is said.  Nothing is
signed: for a resolver with a trust anchor every answer is bogus.
"""

import socketserver
import struct
import threading

TYPE_TXT = 16
TYPE_OPT = 41
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3
TRUNCATED = 0x0200


def txt_record(value):
    """Character-strings of 255 octets at most (RFC 1035 3.3.14)."""
    if isinstance(value, list):
        strings = [part.encode("utf-8") for part in value]
    else:
        octets = value.encode("utf-8")
        strings = [octets[i:i + 255] for i in range(0, len(octets), 255)]
    return b"".join(bytes([len(s)]) + s for s in strings or [b""])


class Table:
    """What the server answers; replaced as a whole between two messages."""

    def __init__(self):
        self.records = {}
        self.asked = []
        self.ttl = 0  # seconds that an answer may be kept

    def load(self, records):
        self.records = {name.lower().rstrip("."): value
                        for name, value in records.items()}
        self.asked = []

    def answer(self, name, kind):
        """(response code, list of record data), or None: no answer at all."""
        self.asked.append(name)
        value = self.records.get(name.lower())
        if isinstance(value, dict):
            failure = value["fail"]
            if failure == "timeout":
                return None
            if failure == "bogus":
                return NOERROR, [txt_record("v=DKIM1")]
            return (NXDOMAIN if failure == "nxdomain" else SERVFAIL), []
        if value is None:
            return NXDOMAIN, []
        if kind != TYPE_TXT:
            return NOERROR, []
        values = value if isinstance(value, list) else [value]
        return NOERROR, [txt_record(v) for v in values]


def read_question(packet):
    """(name, type, where the question ends)."""
    labels = []
    at = 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]])
        at += 1 + packet[at]
    kind = struct.unpack(">H", packet[at + 1:at + 3])[0]
    return b".".join(labels).decode("latin-1"), kind, at + 5


def udp_limit(packet, question_end):
    """What the client takes by UDP (RFC 6891 6.2.3), 512 without OPT."""
    additional = packet[question_end:question_end + 11]
    if len(additional) == 11 and additional[2] == TYPE_OPT:
        return max(512, struct.unpack(">H", additional[3:5])[0])
    return 512


def respond(table, packet, by_udp):
    """The answer to one query, or None to stay silent."""
    name, kind, end = read_question(packet)
    answer = table.answer(name, kind)
    if answer is None:
        return None
    code, records = answer
    flags = 0x8580 | code  # response, authoritative, recursion both ways
    body = b"".join(
        struct.pack(">HHHIH", 0xC00C, TYPE_TXT, 1, table.ttl, len(data)) + data
        for data in records)
    question = packet[12:end]
    size = 12 + len(question) + len(body)
    if size > 65535:
        return struct.pack(">2sHHHHH", packet[:2], 0x8580 | SERVFAIL, 1, 0, 0,
                           0) + question
    if by_udp and size > udp_limit(packet, end):
        return struct.pack(">2sHHHHH", packet[:2], flags | TRUNCATED, 1, 0, 0,
                           0) + question
    return struct.pack(">2sHHHHH", packet[:2], flags, 1, len(records), 0,
                       0) + question + body


class _UdpQuery(socketserver.BaseRequestHandler):
    def handle(self):
        packet, socket = self.request
        response = respond(self.server.table, packet, by_udp=True)
        if response is not None:
            socket.sendto(response, self.client_address)


class _TcpQuery(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            prefix = self.rfile.read(2)
            if len(prefix) < 2:
                return
            packet = self.rfile.read(struct.unpack(">H", prefix)[0])
            response = respond(self.server.table, packet, by_udp=False)
            if response is None:
                return
            self.wfile.write(struct.pack(">H", len(response)) + response)


class DnsServer:
    """Listens on one port of the loopback, by UDP and TCP."""

    def __init__(self):
        self.table = Table()
        self._tcp = socketserver.ThreadingTCPServer(
            ("127.0.0.1", 0), _TcpQuery)
        self.port = self._tcp.server_address[1]
        self._udp = socketserver.ThreadingUDPServer(
            ("127.0.0.1", self.port), _UdpQuery)
        for server in (self._tcp, self._udp):
            server.daemon_threads = True
            server.table = self.table
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self):
        for server in (self._tcp, self._udp):
            server.shutdown()
            server.server_close()
