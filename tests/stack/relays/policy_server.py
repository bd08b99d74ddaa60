#!/usr/bin/python3
"""The web server at which domains publish their MTA-STS policies.

    policy_server.py CERTIFICATE_AND_KEY POLICIES.json

POLICIES.json has the text of each by the name of the host that is asked.  Each
request is a line on stdout.
"""

import http.server
import json
import ssl
import sys


class Policies(http.server.BaseHTTPRequestHandler):
    texts = {}

    def do_GET(self):  # pylint: disable=invalid-name
        host = self.headers.get("Host", "")
        print(host + self.path, flush=True)
        text = self.texts.get(host)
        if text is None or self.path != "/.well-known/mta-sts.txt":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        Policies.texts = json.load(file)
    server = http.server.ThreadingHTTPServer(("", 443), Policies)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1])
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print("ready", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
