"""A login server that speaks Dovecot's authentication protocol to Postfix.

Every name is let in with the one password, so a test can be any user.
"""

import base64
import socketserver
import threading

PASSWORD = "test-password"
GREETING = ("VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\n"
            "COOKIE\t00000000000000000000000000000000\nDONE\n")


def answer(line):
    """The answer to one request line, or nothing for a greeting line."""
    fields = line.rstrip("\n").split("\t")
    if fields[0] not in ("AUTH", "CONT"):
        return ""
    identifier = fields[1]
    if fields[0] == "CONT":
        response = fields[2]
    else:
        given = [f[5:] for f in fields if f.startswith("resp=")]
        if not given:
            return "CONT\t%s\t\n" % identifier  # without initial response
        response = given[0]
    parts = base64.b64decode(response).decode("utf-8", "replace").split("\0")
    if len(parts) == 3 and parts[2] == PASSWORD:
        return "OK\t%s\tuser=%s\n" % (identifier, parts[1])
    return "FAIL\t%s\treason=wrong password\n" % identifier


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        self.wfile.write(GREETING.encode())
        for line in self.rfile:
            self.wfile.write(answer(line.decode()).encode())


class SaslServer(socketserver.ThreadingTCPServer):
    """Listens on a free port of the loopback: `path` is Postfix's name of it."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Connection)
        self.path = "inet:127.0.0.1:%d" % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()
