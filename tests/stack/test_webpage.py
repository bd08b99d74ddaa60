"""The web page in a browser: it renders, every resource is there and from the
relay itself, and the code on the screen is the link."""

import functools
import http.server
import os
import re
import subprocess
import threading
import unittest

from harness import build, sandbox

DOMAIN = "chat.example"
LINK = "dcaccount:https://%s/new" % DOMAIN
PAGES = ("index.html", "info.html", "privacy.html")
INI = """[params]
mail_domain = %s
privacy_postal = The Relay Keepers
    1 Example Street
privacy_mail = privacy@%s
""" % (DOMAIN, DOMAIN)


class Requests(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and keeps what was asked and answered."""

    seen = []

    def log_request(self, code="-", size="-"):
        self.seen.append((self.path, int(code)))

    def log_message(self, format, *args):  # pylint: disable=W0622
        pass


class WebpageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.www = cls.box.path("www")
        cls.box.write(cls.box.path("web.ini"), INI)
        subprocess.run(
            [build.program("chatmail"), "webpage", "--config",
             cls.box.path("web.ini"), "--output", cls.www],
            check=True, capture_output=True, timeout=60)
        cls.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0),
            functools.partial(Requests, directory=cls.www))
        cls.addClassCleanup(cls.server.server_close)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.server.shutdown)

    def chromium(self, page, *options):
        """One page; no name but the loopback resolves for the browser."""
        Requests.seen.clear()
        address = "http://127.0.0.1:%d/%s" % (
            self.server.server_address[1], page)
        return subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu",
             "--disable-dev-shm-usage", "--hide-scrollbars",
             "--user-data-dir=" + self.box.path("profile"),
             "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
             *options, address],
            check=True, capture_output=True, text=True, timeout=120).stdout

    def test_every_page_renders_and_every_resource_is_there(self):
        for page in PAGES:
            with self.subTest(page=page):
                dom = self.chromium(page, "--dump-dom")
                self.assertIn("<h1>", dom)
                self.assertIn("</footer>", dom)
                asked = dict(Requests.seen)
                self.assertEqual(asked.get("/" + page), 200)
                self.assertIn(asked.get("/style.css"), (200, 304))
                self.assertEqual(
                    [path for path, code in Requests.seen if code >= 400], [])

    def test_nothing_comes_from_elsewhere_and_no_link_is_dead(self):
        for page in PAGES:
            with self.subTest(page=page), \
                    open(os.path.join(self.www, page),
                         encoding="utf-8") as file:
                text = file.read()
                sources = re.findall(r'\ssrc="([^"]*)"', text)
                sources += re.findall(r'<link [^>]*href="([^"]*)"', text)
                links = re.findall(r'<a [^>]*href="([^"]*)"', text)
                self.assertGreater(len(sources), 0)
                local = [link for link in links if ":" not in link]
                self.assertGreater(len(local), 0)
                for name in sources + local:
                    self.assertTrue(
                        os.path.isfile(os.path.join(self.www, name)), name)
                self.assertNotIn("<script", text)

    def test_the_code_on_the_screen_is_the_link(self):
        for width, scheme in ((900, 1), (380, 0)):
            with self.subTest(width=width):
                picture = self.box.path("page%d.png" % width)
                self.chromium(
                    "index.html", "--screenshot=" + picture,
                    "--window-size=%d,1400" % width,
                    "--blink-settings=preferredColorScheme=%d" % scheme)
                code = subprocess.run(
                    ["zbarimg", "--quiet", "--raw", "--nodbus", picture],
                    check=True, capture_output=True, text=True,
                    timeout=60).stdout
                self.assertEqual(code.strip(), LINK)


if __name__ == "__main__":
    unittest.main()
