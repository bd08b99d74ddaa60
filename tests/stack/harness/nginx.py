"""A private nginx: the documented locations in a server of the loopback.

The address of a client is what the field X-Test-Client says, for on a loopback
everybody has the same.
"""

import os
import shutil
import subprocess

from . import postfix, sandbox

NGINX = "/usr/sbin/nginx"
USER = "www-data"

CONFIGURATION = """
user {user};
worker_processes 1;
daemon off;
pid {root}/nginx.pid;
error_log {root}/error.log;
events {{
  worker_connections 512;
}}
http {{
  access_log {root}/access.log;
  client_body_temp_path {root}/body;
  proxy_temp_path {root}/proxy;
  fastcgi_temp_path {root}/fastcgi;
  uwsgi_temp_path {root}/uwsgi;
  scgi_temp_path {root}/scgi;
  set_real_ip_from 127.0.0.1;
  real_ip_header X-Test-Client;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {pem}.crt;
    ssl_certificate_key {pem};
    include {root}/newemail.conf;
  }}
}}
"""


class Nginx:
    """`socket` is newemail's."""

    def __init__(self, box, socket):
        self._box = box
        self.port = sandbox.free_port()
        self.root = box.folder("nginx")
        shutil.chown(self.root, USER, USER)
        path = os.path.join(postfix.SOURCE, "deploy/templates/nginx/newemail.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        box.write("nginx/newemail.conf", text.replace(
            "/run/chatmail-newemail/newemail.socket", socket))
        self.config = box.write("nginx/nginx.conf", CONFIGURATION.format(
            user=USER, root=self.root, port=self.port,
            pem=postfix.make_certificate(box)))

    def check(self):
        """What `nginx -t` says, and its exit status."""
        done = subprocess.run([NGINX, "-t", "-c", self.config], check=False,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr

    def start(self):
        self._box.start([NGINX, "-c", self.config], "nginx/start.log")
        sandbox.wait_for(lambda: sandbox.listens(self.port), 20,
                         "nginx listens")

    def curl(self, path, *options, client=None):
        """Status, fields (lower case) and body of what curl gets."""
        arguments = ["curl", "-sS", "-k", "-i", "--max-time", "30", *options]
        if client:
            arguments += ["-H", "X-Test-Client: " + client]
        done = subprocess.run(
            arguments + ["https://127.0.0.1:%d%s" % (self.port, path)],
            check=True, capture_output=True, text=True, timeout=60)
        head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
        while head.split()[1] == "100":
            head, _, body = body.partition("\n\n")
        lines = head.split("\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        return (int(lines[0].split()[1]),
                {name.lower(): value for name, value in fields.items()}, body)
