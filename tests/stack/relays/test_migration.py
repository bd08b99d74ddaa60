"""A relay of the Python programs is taken over, and given back.

What they have left is made by the formats alone (earlier.py), and so is the
reader that says whether they could go on with what this relay leaves.
"""

import imaplib
import os
import re
import unittest
import urllib.parse

from harness import sandbox

from relays import delta_chat, earlier, moved, world
from relays.moved import ANN, BEA, OLD, PASSWORDS, address
from relays.test_acceptance import encrypted
from relays.world import A, B

imaplib.Commands["GETMETADATA"] = ("SELECTED",)
imaplib.Commands["SETMETADATA"] = ("SELECTED",)

# GENEROUS, but for the keys that its chatmail.ini has already.
SETTINGS = ("max_new_user_send_per_minute = 6000",)


def login(made, name):
    return made.imap(address(name), PASSWORDS[name].encode().decode("latin-1"))


def tokens_of(client):
    """As a client hears them."""
    client.select("INBOX")
    client.untagged_responses.clear()
    client._simple_command(  # pylint: disable=protected-access
        "GETMETADATA", "INBOX", "(/private/devicetoken)")
    return str(client.response("METADATA")[1])


class MovedTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(SETTINGS, makers={A: moved.Moved})
        cls.addClassCleanup(cls.world.close)
        cls.relay = cls.world.a

    def imap(self, name, password=None):
        client = imaplib.IMAP4_SSL(self.relay.address, 993,
                                   ssl_context=world.TLS, timeout=60)
        client.authenticate("PLAIN", lambda _: b"\0%s\0%s" % (
            address(name).encode(), (password or PASSWORDS[name]).encode()))
        self.addCleanup(client.logout)
        return client

    def test_it_says_what_it_takes_over_and_what_not(self):
        told = self.relay.told
        for text in ("the relay _a.example", "3 accounts in " +
                     earlier.MAILBOXES, "keys: ", "queue: 1 file,",
                     "filtermail.service",
                     "not taken over: /usr/local/bin/filtermail",
                     "filtermail_smtp_port: has no effect"):
            self.assertIn(text, told)
        # Octet for octet: the way back is the same file.
        self.assertEqual(earlier.SETTINGS, self.relay.ini)

    def test_its_units_do_not_hide_ours(self):
        there = os.listdir(self.relay.host.path("/etc/systemd/system"))
        for unit in ("chatmail-metadata.service", "chatmail-expire.timer",
                     "chatmail-expire.service", "chatmail-fsreport.service",
                     "chatmail-fsreport.timer"):
            self.assertNotIn(unit, there)
            self.assertIn(unit + ".before-chatmilter", there)

    def test_old_passwords_are_valid_and_others_are_not(self):
        for name in PASSWORDS:
            self.imap(name)
            with self.assertRaises(imaplib.IMAP4.error):
                self.imap(name, PASSWORDS[name] + "x")

    def test_old_messages_are_there_with_their_uids_and_flags(self):
        client = self.imap(ANN)
        client.select("INBOX", readonly=True)
        self.assertEqual(
            [str(moved.UID_VALIDITY).encode()],
            client.response("UIDVALIDITY")[1])
        for name, uid, text in moved.MESSAGES:
            _, answer = client.uid("FETCH", str(uid), "(FLAGS BODY.PEEK[])")
            self.assertEqual(text.replace("\n", "\r\n").encode(), answer[0][1])
            flags = re.search(rb"FLAGS \(([^)]*)\)",
                              answer[0][0] + (answer[1] or b"")).group(1)
            self.assertEqual(":2," in name, b"\\Seen" in flags)
            self.assertEqual("R" in name.partition(":2,")[2],
                             b"\\Answered" in flags)

    def test_new_mail_comes_in_behind_the_old(self):
        bob = "newcomer1@" + B
        self.world.make_accounts(bob)
        reply = self.world.submit(bob, [address(ANN)], encrypted(bob))
        self.assertEqual(250, reply.code, str(reply))

        def uids():
            client = self.imap(ANN)
            client.select("INBOX", readonly=True)
            return [int(uid) for uid in
                    client.uid("SEARCH", None, "ALL")[1][0].split()]
        found = sandbox.wait_for(lambda: (lambda f: f if len(f) > 3 else None)(
            uids()), 60, "mail from B:\n" + self.world.mail_logs())
        self.assertEqual([3, 5, 9], found[:3])
        self.assertGreater(found[3], 9)

    def test_mail_that_leaves_is_signed_by_the_old_key(self):
        # B asks the DNS for opendkim._domainkey, which is of that key.
        bob = "receiver1@" + B
        self.world.make_accounts(bob)
        with self.world.submission(address(BEA), PASSWORDS[BEA]) as client:
            reply = client.send(address(BEA), [bob], encrypted(address(BEA)))
        self.assertEqual(250, reply.code, str(reply))
        self.world.wait_for_mail(bob, lambda o: address(BEA).encode() in o)
        self.assertEqual(self.relay.key, self.relay.host.read(earlier.KEY))

    def test_delta_chat_goes_on_with_an_account_of_before(self):
        code = "dclogin:%s?p=%s&v=1&ic=3" % (
            address(BEA), urllib.parse.quote(PASSWORDS[BEA], safe=""))
        bea = delta_chat.Account(self.world.core("bea"), "bea").register(code)
        self.assertEqual(address(BEA), bea.address)
        bob = self.world.account(self.world.core("bob"), "bob", B)
        bea.send(bea.befriend(bob), "from the relay that was moved")
        _, message = bob.wait_for_message("from the relay that was moved")
        self.assertTrue(message["showPadlock"])
        bob.send(message["chatId"], "to the relay that was moved")
        bea.wait_for_message("to the relay that was moved")

    def test_device_tokens_are_there_in_both_forms(self):
        self.assertIn("legacy-token", tokens_of(self.imap(OLD)))
        ann = tokens_of(self.imap(ANN))
        self.assertIn("fcm-one", ann)
        self.assertNotIn("of-long-ago", ann)

    def test_the_queue_is_as_it_was(self):
        self.assertEqual("what Postfix has", self.relay.host.read(
            "/var/spool/postfix/hold/3CqueueID"))

    def test_it_is_not_taken_over_twice(self):
        before = self.relay.host.read("/etc/chatmail/chatmail.ini")
        told = self.relay.host.run("chatmail", "migrate", "--dry-run")
        self.assertIn("Nothing was changed", told)
        self.assertEqual(before,
                         self.relay.host.read("/etc/chatmail/chatmail.ini"))


NEW = "newnewnew"


class WayBackTest(unittest.TestCase):
    """The relay has run here for a while before it goes back."""

    @classmethod
    def setUpClass(cls):
        cls.world = world.World(SETTINGS, makers={A: moved.Moved}, domains=(A,))
        cls.addClassCleanup(cls.world.close)
        cls.relay = cls.world.a
        cls.host = cls.relay.host
        cls.use()
        cls.relay.stop()
        cls.host.write("/etc/chatmail/chatmail.ini",
                       cls.host.read("/etc/chatmail/chatmail.ini").replace(
                           "max_message_size = 31457280",
                           "max_message_size = 30M").replace(
                               "imap_compress = false", "imap_compress = yes"))
        cls.told = cls.host.run("chatmail", "migrate", "--back", "--yes")
        cls.reader = earlier.Reader(cls.host)

    @classmethod
    def use(cls):
        """An account is made here, mail comes to it and to an old one."""
        new = address(NEW)
        client = cls.world.imap(new)
        client.select("INBOX")
        client._simple_command(  # pylint: disable=protected-access
            "SETMETADATA", "INBOX", '(/private/devicetoken "of-today")')
        client.logout()
        for recipient in (new, address(ANN)):
            reply = cls.world.submit(new, [recipient], encrypted(new))
            if reply.code != 250:
                raise RuntimeError(str(reply))
        cls.world.wait_for_mail(new, lambda o: new.encode() in o)
        sandbox.wait_for(lambda: len(cls.files(ANN)) == 4, 30,
                         "mail for Ann:\n" + cls.world.mail_logs())

    @classmethod
    def files(cls, name):
        return [file for part in ("new", "cur") for file in os.listdir(
            cls.relay.mailbox(address(name), part))]

    def test_it_reads_the_settings(self):
        self.assertEqual("31457280", self.reader.settings["max_message_size"])
        self.assertIs(True, self.reader.settings["imap_compress"])
        self.assertIs(False, self.reader.settings["disable_ipv6"])
        self.assertIn("a town", self.reader.settings["privacy_postal"])
        self.assertIn("max_message_size: 30M is 31457280", self.told)

    def test_all_accounts_are_there_with_their_passwords(self):
        self.assertEqual(sorted(map(address, (*PASSWORDS, NEW))),
                         self.reader.accounts())
        for name, password in (*PASSWORDS.items(), (NEW, world.PASSWORD)):
            with self.subTest(name):
                self.assertTrue(
                    self.reader.check_password(address(name), password))
                self.assertFalse(
                    self.reader.check_password(address(name), password + "x"))
                self.reader.last_login(address(name))
        # Nobody logged in to it here.
        self.assertEqual(earlier.day(moved.LAST_LOGIN),
                         self.reader.last_login(address(BEA)))

    def test_flags_and_tokens_are_in_its_form(self):
        for name in (*PASSWORDS, NEW):
            self.assertEqual(name == OLD,
                             self.reader.takes_cleartext(address(name)))
        self.assertEqual(["of-today"], self.reader.tokens(address(NEW)))
        self.assertEqual(["legacy-token"], self.reader.tokens(address(OLD)))
        self.assertIn("fcm-one", self.reader.tokens(address(ANN)))
        for waiting, _, token in self.reader.notifications():
            self.assertIn(waiting, self.reader.accounts())
            self.assertTrue(token)

    def test_messages_are_there_with_their_uids(self):
        found = self.reader.messages(address(ANN))
        self.assertEqual(4, len(found))
        with open(self.relay.mailbox(address(ANN), "dovecot-uidlist"),
                  encoding="ascii") as file:
            head, *lines = file.read().splitlines()
        self.assertIn("V%d" % moved.UID_VALIDITY, head)
        for name, uid, text in moved.MESSAGES:
            base = name.split(":")[0]
            octets = [one for there, one in found.items()
                      if there.startswith(base)]
            self.assertEqual([text.encode()], octets)
            self.assertTrue(any(line.startswith("%d " % uid) and base in line
                                for line in lines), lines)

    def test_nothing_in_a_mailbox_is_unknown_to_it(self):
        for name in (*PASSWORDS, NEW):
            self.assertEqual([], self.reader.unknown_names(address(name)))

    def test_the_key_is_opendkims_again(self):
        self.assertEqual(self.relay.key, self.host.read(earlier.KEY))
        self.assertTrue(self.reader.key_is_safe())

    def test_its_units_are_back_and_ours_are_gone(self):
        there = os.listdir(self.host.path("/etc/systemd/system"))
        for unit in earlier.UNITS:
            self.assertIn(unit, there)
            self.assertEqual("[Unit]\nDescription=of before\n",
                             self.host.read("/etc/systemd/system/" + unit))
        self.assertNotIn("chatmail-certificate.path", there)
        self.assertFalse(os.path.exists(
            self.host.path("/etc/chatmail/migration.json")))


if __name__ == "__main__":
    unittest.main()
