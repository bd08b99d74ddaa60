"""HTTP with an upgrade: who answers behind nginx, and who asks before it.

    upgrade.py serve PORT     on the loopback; what is upgraded is echoed
    upgrade.py ask PORT       port 443 of the loopback, when that one listens;
                              a line for each path
"""

import http.server
import os
import socket
import ssl
import sys
import time

UPGRADE = ("GET %s HTTP/1.1\r\nHost: _a.example\r\nConnection: upgrade\r\n"
           "Upgrade: websocket\r\n\r\n")
PLAIN = "GET %s HTTP/1.1\r\nHost: _a.example\r\nConnection: close\r\n\r\n"
PATIENCE = 20


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # pylint: disable=invalid-name
        if self.headers.get("Upgrade"):
            self.send_response(101)
            self.send_header("Upgrade", self.headers["Upgrade"])
            self.send_header("Connection", "upgrade")
            self.end_headers()
            while octets := self.rfile.read1(65536):
                self.wfile.write(octets)
            self.close_connection = True
            return
        body = ("GET %s upgrade none" % self.path).encode()
        self.send_response(200, "OK")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):  # pylint: disable=redefined-builtin
        pass


def serve(port):
    http.server.ThreadingHTTPServer(("127.0.0.1", port),
                                    Answers).serve_forever()


def connect(port):
    """To who listens there, as soon as it does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), PATIENCE)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def connect_to_nginx():
    anything = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    anything.check_hostname = False
    anything.verify_mode = ssl.CERT_NONE
    return anything.wrap_socket(connect(443))


def ask(path, form):
    """The status line, and the rest of what is said."""
    with connect_to_nginx() as stream, stream.makefile("rb") as answers:
        stream.sendall((form % path).encode())
        status = answers.readline().decode().strip()
        while answers.readline() not in (b"\r\n", b""):
            pass
        if " 101 " not in status:
            return status, answers.readline().decode().strip()
        octets = os.urandom(100000)
        stream.sendall(octets)
        same = answers.read(len(octets)) == octets
        return status, "echo of %d octets" % len(octets) if same else "noise"


def ask_all():
    for path, form in (("/relay", UPGRADE), ("/ping", PLAIN),
                       ("/generate_204", PLAIN), ("/relax", PLAIN)):
        status, body = ask(path, form)
        print("%s %s: %s" % (path, status, body), flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        connect(int(sys.argv[2])).close()
        ask_all()
