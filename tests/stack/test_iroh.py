"""What nginx makes of the paths of an iroh relay on the same host.

Debian has no iroh relay: a stand-in answers behind nginx, as rendered, with all
that such a relay is asked; an upgrade is a stream of octets in both directions.
"""

import os
import re
import sys
import unittest

from harness import sandbox
from harness.postfix import SOURCE
from harness.rendered import Rendered

CHAT = os.path.join(SOURCE, "tests/stack/harness/upgrade.py")


class IrohTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.rendered = Rendered(cls.box, "iroh", ["mail_domain = _a.example"],
                                "--with-iroh-relay")
        address = re.search(
            r'(?m)^http_bind_addr = "127\.0\.0\.1:(\d+)"$',
            cls.rendered.text("/etc/iroh-relay.toml")).group(1)
        log = cls.box.path("log")
        status, cls.said = cls.rendered.run("""
            timeout 50 {python} {chat} serve {port} > {log} 2>&1 &
            relay=$!
            timeout 50 nginx -g "daemon off;" >> {log} 2>&1 &
            nginx=$!
            status=0
            {python} {chat} ask {port} || status=1
            kill $relay $nginx
            exit $status
        """.format(python=sys.executable, chat=CHAT, port=address, log=log))
        cls.said += sandbox.read(log)
        cls.answers = dict(re.findall(r"(?m)^(/\S+) (.*)$", cls.said))
        if status:
            raise AssertionError(cls.said)

    def test_its_paths_are_behind_nginx(self):
        for path in ("/ping", "/generate_204"):
            self.assertEqual("HTTP/1.1 200 OK: GET %s upgrade none" % path,
                             self.answers[path], self.said)

    def test_an_upgraded_connection_carries_octets_both_ways(self):
        self.assertEqual(
            "HTTP/1.1 101 Switching Protocols: echo of 100000 octets",
            self.answers["/relay"], self.said)

    def test_other_paths_are_not_its(self):
        self.assertTrue(self.answers["/relax"].startswith("HTTP/1.1 404 "),
                        self.said)


if __name__ == "__main__":
    unittest.main()
