"""What a client is told outside of messages: METADATA, and a push at delivery.

Also the ways in that are not the usual ports: what nginx passes on from 443.
"""

import glob
import imaplib
import json
import re
import socket
import ssl
import unittest

from harness import push_endpoint, sandbox, smtp

from relays import delta_chat, world
from relays.test_acceptance import encrypted
from relays.world import A, B, PASSWORD

PUSH = "push.example"
TOKEN = "/private/devicetoken"
# Of an app; what its operating system has given to it.
DEVICE = "fcm-chat.delta:token-of-alices-telephone"
DELTACHAT = "/shared/vendor/deltachat/"


def metadata(client, command):
    """What the server says to a command of RFC 5464, in one text."""
    tag = client._new_tag()  # pylint: disable=protected-access
    client.send(tag + b" " + command.encode() + b"\r\n")
    text = b""
    while True:
        line = client.readline()
        text += line
        if line.startswith(tag):
            if b" OK " not in line:
                raise AssertionError("%s: %s" % (command, line))
            return text.decode()


class NoticeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World((*world.GENEROUS,
                                 "notify_url = https://%s:8443/notify" % PUSH,
                                 "notify_ca_file = /etc/push.pem"),
                                cls.prepare)
        cls.addClassCleanup(cls.world.close)
        cls.endpoint.start()

    @classmethod
    def prepare(cls, made):
        cls.endpoint = push_endpoint.Endpoint(
            made.box, 8443, name=PUSH, address=made.desk_address)
        made.network.add_records("%s. 60 IN A %s" % (PUSH, made.desk_address))
        with open(cls.endpoint.certificate, encoding="ascii") as file:
            certificate = file.read()
        for there in made.relays.values():
            there.host.write("/etc/push.pem", certificate)

    def test_tokens_are_kept_one_beside_the_other(self):
        client = self.world.imap("tokens001@" + A)
        for token, kept in (("1111", "1111"), ("2222", "1111 2222")):
            metadata(client, 'SETMETADATA INBOX (%s "%s")' % (TOKEN, token))
            answer = metadata(client, "GETMETADATA INBOX (%s)" % TOKEN)
            self.assertRegex(answer, r'(?s)"?%s"?\)' % kept)
        client.logout()

    def test_the_relay_says_what_it_offers(self):
        client = self.world.imap("offers001@" + A)
        self.assertIn("XCHATMAIL", client.capabilities)
        self.assertIn("XDELTAPUSH", client.capabilities)
        answer = metadata(client, 'GETMETADATA "" (%smaxsmtprecipients)' %
                          DELTACHAT)
        self.assertIn("1000", answer)
        answer = metadata(client, 'GETMETADATA "" (%sturn)' % DELTACHAT)
        self.assertRegex(answer, A + r":3478:\d+:\S+")
        client.logout()

    def test_a_message_wakes_each_device_with_its_token_alone(self):
        alice, bob = "devices01@" + A, "devices02@" + B
        client = self.world.imap(alice)
        for token in ("alice-phone", "alice-tablet"):
            metadata(client, 'SETMETADATA INBOX (%s "%s")' % (TOKEN, token))
        client.logout()
        self.world.make_accounts(bob)
        reply = self.world.submit(bob, [alice], encrypted(bob))
        self.assertEqual(250, reply.code, str(reply))
        for token in ("alice-phone", "alice-tablet"):
            sandbox.wait_for(
                lambda t=token: self.endpoint.requests(t), 20,
                "a push to %s:\n%s" % (token, self.world.a.logs()))
            request = self.endpoint.requests(token)[0]
            self.assertEqual(("POST", "/notify"),
                             (request.method, request.path))
        self.assertEqual(2, sum(request.body.startswith("alice-")
                                for request in self.endpoint.requests()))

    def tokens_of(self, account):
        try:
            return list(json.loads(sandbox.read(self.world.a.mailbox(
                account.address, "metadata.json")))["devicetoken"])
        except FileNotFoundError:
            return []

    def test_delta_chat_itself_says_its_token_and_is_woken_by_it(self):
        core = self.world.core("telephone", "telephone", token=DEVICE)
        alice = self.world.account(core, "alice", A)
        token, = sandbox.wait_for(
            lambda: self.tokens_of(alice), 60,
            "the token:\n" + core.tail(alice.number))
        sandbox.wait_for(
            lambda: alice.call("get_push_state") == "Connected", 60,
            "the core relies on notifications")
        # Sealed for the proxy: no relay learns what wakes which device.
        self.assertTrue(token.startswith("openpgp:"), token)
        self.assertNotIn(DEVICE, token)
        self.assertEqual([], self.endpoint.requests(token))
        bob = "wakes0001@" + B
        self.world.make_accounts(bob)
        reply = self.world.submit(bob, [alice.address], encrypted(bob))
        self.assertEqual(250, reply.code, str(reply))
        sandbox.wait_for(lambda: self.endpoint.requests(token), 20,
                         "a push:\n" + self.world.a.logs())
        # What logs in again says the same again: one device, one token.
        after = core.events_so_far()
        alice.call("stop_io")
        alice.call("start_io")
        alice.wait_for("ImapInboxIdle", after=after)
        self.assertEqual([token], self.tokens_of(alice))

    def test_calls_get_a_way_out_but_none_into_private_networks(self):
        client = self.world.imap("turns0001@" + A)
        answer = metadata(client, 'GETMETADATA "" (%sturn)' % DELTACHAT)
        client.logout()
        user, secret = re.search(r":3478:(\d+):(\S+)\)", answer).groups()

        def turn(password):
            return self.world.desk.run(
                "timeout", "20", "turnutils_uclient", "-v", "-u", user, "-w",
                password, "-n", "1", "-e", self.world.desk_address,
                self.world.a.address, check=False)
        said = turn(secret)
        self.assertIn("Received relay addr: " + self.world.a.address, said)
        self.assertIn("error 403 (Forbidden IP)", said)
        self.assertNotIn("Received relay addr", turn("another"))

    def test_a_relay_at_rest_takes_little_memory(self):
        octets = sum(self.resident(path) for path in glob.glob(
            self.world.a.host.path("/proc/[0-9]*/smaps_rollup")))
        print("a relay at rest: %.0f MB (PSS)" % (octets / 1e6))
        self.assertGreater(octets, 30e6)
        self.assertLess(octets, 250e6)

    @staticmethod
    def resident(path):
        try:
            return int(re.search(r"Pss:\s+(\d+)", sandbox.read(path))
                       .group(1)) * 1024
        except (FileNotFoundError, ProcessLookupError):
            return 0  # it has ended

    def test_port_443_is_for_mail_too_and_tells_whose_it_is(self):
        address = "alpn00001@" + A
        self.world.make_accounts(address)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["imap"])
        client = imaplib.IMAP4_SSL(self.world.a.address, 443,
                                   ssl_context=context, timeout=30)
        client.login(address, PASSWORD)
        client.logout()
        context.set_alpn_protocols(["smtp"])
        with socket.create_connection((self.world.a.address, 443),
                                      30) as plain:
            with context.wrap_socket(plain) as stream:
                self.assertTrue(stream.recv(1000).startswith(b"220 "))
                stream.sendall(b"QUIT\r\n")
                stream.recv(1000)
        logs = self.world.a.logs()
        self.assertRegex(logs, "rip=%s, lip=" % self.world.desk_address)
        self.assertRegex(logs, r"smtps-443/smtpd.*connect from \S*\[%s\]" %
                         self.world.desk_address)

    def test_the_client_itself_comes_by_port_443(self):
        made = self.world.curl("https://%s/new" % A, "-X", "POST")
        login = json.loads(made)["dclogin_url"]
        account = delta_chat.Account(self.world.core("at443"), "at443")
        account.register(login + "&ip=443&sp=443")
        self.assertTrue(account.address.endswith("@" + A))

    def test_autoconfig_and_no_policy_where_nobody_certifies(self):
        text = self.world.curl(
            "https://%s/.well-known/autoconfig/mail/config-v1.1.xml" % A)
        self.assertIn("<port>993</port>", text)
        status = self.world.curl(
            "https://%s/.well-known/mta-sts.txt" % A,
            "--output", "/dev/null", "--write-out", "%{http_code}")
        self.assertEqual("404", status)


if __name__ == "__main__":
    unittest.main()
