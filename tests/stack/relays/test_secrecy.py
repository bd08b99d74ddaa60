"""What looks for readable text finds it."""

import base64
import quopri
import unittest

from relays import secrecy


class SecrecyTest(unittest.TestCase):
    def test_what_could_be_read_would_be_found(self):
        secrets = [b"kumquat"]
        for octets in (b"a kumquat",
                       quopri.encodestring(b"a kumqu\xe4t kumquat"),
                       b"a =6B=75=6D=71=75=61=74", b"=?utf-8?q?=6Bumquat?=",
                       *(base64.encodebytes(b"x" * n + b"a kumquat, " * 20)
                         for n in range(3)),
                       b"b=" + base64.b64encode(b"kumquat and what is more")):
            self.assertEqual(secrets[0], secrecy.found_in(octets, secrets),
                             octets)
        self.assertIsNone(secrecy.found_in(b"a quince", secrets))


if __name__ == "__main__":
    unittest.main()
