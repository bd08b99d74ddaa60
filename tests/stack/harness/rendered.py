"""The configuration that `chatmail render` makes, put where it belongs.

In a mount namespace of its own the rendered /etc lies over the host's, and
folders that programs write to are empty ones: so each program reads its
configuration from the very paths that it has on a relay, and the host sees
nothing of it.
"""

import os
import subprocess
import textwrap

from . import postfix
from .build import program

TEMPORARY = ("/var/spool/postfix", "/var/lib/postfix", "/var/lib/unbound",
             "/var/lib/acme", "/run/chatmail-turn")
# A certificate stands where the configuration says that one does.
PREPARE = """
set -eu
ip link set lo up
mount -t overlay overlay -o lowerdir={root}/etc:/etc /etc
for folder in {temporary}; do
  mkdir -p $folder
  mount -t tmpfs tmpfs $folder
done
chown postfix /var/lib/postfix
cp /usr/share/dns/root.key /var/lib/unbound/
for folder in {root}/var/lib/acme/*; do
  [ ! -e $folder ] || cp -r $folder /var/lib/acme/
done
"""


class Rendered:
    """`lines` are those of chatmail.ini."""

    def __init__(self, box, name, lines, *options):
        self.root = box.folder("rendered-" + name)
        self.domain = dict(line.split(" = ", 1) for line in lines)[
            "mail_domain"]
        self.ini = box.write("rendered-%s.ini" % name,
                             "[params]\n" + "\n".join(lines) + "\n")
        done = subprocess.run(
            [program("chatmail"), "render", "--config", self.ini, "--into",
             self.root, *options], check=False, capture_output=True, text=True,
            timeout=60)
        if done.returncode:
            raise RuntimeError(done.stderr)
        self.files = [line.split(None, 3)[3]
                      for line in done.stdout.splitlines()]
        self._certificate(box)

    def path(self, name):
        return self.root + name

    def text(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def _certificate(self, box):
        """Where main.cf wants key and chain, in their folders' copies."""
        pem = postfix.make_certificate(box)
        main = postfix.read_main(self.text("/etc/postfix/main.cf"))
        key, chain = main["smtpd_tls_chain_files"].replace(",", " ").split()
        self.commands = ""
        for path, source in ((key, pem), (chain, pem + ".crt")):
            if path.startswith("/etc/"):
                os.makedirs(os.path.dirname(self.path(path)), exist_ok=True)
                subprocess.run(["cp", source, self.path(path)], check=True)
            else:
                self.commands += "mkdir -p %s\ncp %s %s\n" % (
                    os.path.dirname(path), source, path)

    def run(self, script, seconds=60):
        """Exit status and output of a shell's script on such a host."""
        prepare = PREPARE.format(root=self.root,
                                 temporary=" ".join(TEMPORARY))
        done = subprocess.run(
            ["unshare", "--mount", "--net", "sh", "-c",
             prepare + self.commands + textwrap.dedent(script)], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            stdin=subprocess.DEVNULL, timeout=seconds)
        return done.returncode, done.stdout
