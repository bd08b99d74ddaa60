"""Delta Chat itself, of today and of 2.0's time, on two relays."""

import io
import json
import os
import re
import struct
import threading
import time
import unittest
import zipfile
import zlib

from harness import sandbox

from relays import delta_chat, secrecy, wiretap, world
from relays.world import A, B

SECRET = "kumquat"
# What may stand in a header section: by clients, relays and Dovecot.
FIELDS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
    "MIME-Version", "Content-Type", "Auto-Submitted", "Chat-Version",
    "Chat-Is-Post-Message", "Secure-Join", "Secure-Join-Invitenumber",
    "Autocrypt", "DKIM-Signature", "Received", "Return-Path", "Delivered-To"}
# Without names.
ADDRESSES = rb'^(<[^<>" ]+>|"hidden-recipients": ;)(, ?<[^<>" ]+>)*$'


def webxdc():
    """The smallest app that there is."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as archive:
        archive.writestr("index.html", "<html>app</html>")
        archive.writestr("manifest.toml", 'name = "App"\n')
    return octets.getvalue()


def picture(size=48):
    """A PNG of noise, which is like no other."""
    rows = b"".join(b"\0" + os.urandom(3 * size) for _ in range(size))

    def chunk(kind, octets):
        return (struct.pack(">I", len(octets)) + kind + octets +
                struct.pack(">I", zlib.crc32(kind + octets)))
    return (b"\x89PNG\r\n\x1a\n" +
            chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


class ChatTest(unittest.TestCase):
    """Alice and Dave are on one relay, Bob and Carol on the other.

    Carol and Dave have an old client.  All that people write, and their names,
    have "kumquat" in it; the last test looks for that, and for the pictures,
    where it must not be.
    """

    @classmethod
    def setUpClass(cls):
        cls.world = world.World(
            prepare=lambda made: wiretap.stand_before(made, A, B))
        cls.addClassCleanup(cls.world.close)
        cls.taps = [wiretap.listen(cls.world, domain) for domain in (A, B)]
        cls.pictures = []
        cls.collector = secrecy.Collector(cls.world.relays.values(),
                                        cls.world.box)
        today = cls.world.core("today")
        elsewhere = cls.world.core("elsewhere")
        old = cls.world.core("old", "old")
        cls.alice = cls.world.account(today, "kumquat alice", A)
        cls.erin = cls.world.account(elsewhere, "kumquat erin", A)
        cls.bob = cls.world.account(elsewhere, "kumquat bob", B)
        cls.carol = cls.world.account(old, "kumquat carol", B)
        cls.dave = cls.world.account(old, "kumquat dave", A)
        cls.bob_to_alice = cls.bob.befriend(cls.alice)
        cls.erin_to_alice = cls.erin.befriend(cls.alice)
        cls.carol_to_alice = cls.carol.befriend(cls.alice)
        cls.carol.send(cls.carol_to_alice, "kumquat at first")
        _, message = cls.alice.wait_for_message("kumquat at first")
        cls.alice_to_carol = message["chatId"]

    def exchange(self, sender, chat, receiver, text, **fields):
        """Sends a message; gives both numbers of it and the receiver's view."""
        number = sender.send(chat, text, **fields)
        _, message = receiver.wait_for_message(text)
        self.assertTrue(message["showPadlock"], message)
        return number, message

    def test_text_in_both_directions_and_on_one_relay(self):
        _, message = self.exchange(self.bob, self.bob_to_alice, self.alice,
                                   "kumquat text across")
        self.exchange(self.alice, message["chatId"], self.bob,
                      "kumquat answer across")
        _, message = self.exchange(self.erin, self.erin_to_alice, self.alice,
                                   "kumquat text at home")
        self.exchange(self.alice, message["chatId"], self.erin,
                      "kumquat answer at home")

    def pairs(self):
        """(sender, chat, receiver): new to new, old to new, new to old."""
        return ((self.bob, self.bob_to_alice, self.alice),
                (self.carol, self.carol_to_alice, self.alice),
                (self.alice, self.alice_to_carol, self.carol))

    def wait_for_whole(self, receiver, text):
        """A message with what is attached to it.

        A new client sends a large attachment behind its text; an old one takes
        the two for two messages.
        """
        _, message = receiver.wait_for_message(text)

        def whole():
            for number in receiver.call("get_message_ids", message["chatId"],
                                        False, False):
                here = receiver.message(number)
                if (number >= message["id"] and here["file"] and
                        here["downloadState"] == "Done"):
                    return here
            return None
        return sandbox.wait_for(whole, 60, "the attachment is there")

    def test_an_attachment_of_1_MB_arrives_whole(self):
        octets = (b"kumquat attachment\n" * 60000)[:1 << 20]
        path = delta_chat.write_file(self.world.desk, "/home/kumquat.bin",
                                     octets)
        for number, (sender, chat, receiver) in enumerate(self.pairs()):
            text = "kumquat file %d" % number
            sender.send(chat, text, file=path, filename="kumquat.bin",
                        viewtype="File")
            message = self.wait_for_whole(receiver, text)
            with open(self.world.desk.path(message["file"]), "rb") as file:
                self.assertEqual(octets, file.read())

    def test_a_reaction_an_edit_and_a_deletion(self):
        for index, (sender, chat, receiver) in enumerate(self.pairs()):
            number, message = self.exchange(
                sender, chat, receiver, "kumquat before %d" % index)
            there = message["id"]
            receiver.call("send_reaction", there, ["👍"])
            sandbox.wait_for(
                lambda: "👍" in str(sender.message(number)["reactions"]), 60,
                "the reaction")
            sender.call("send_edit_request", number, "kumquat after")
            sandbox.wait_for(
                lambda: receiver.message(there)["text"] == "kumquat after",
                60, "the edit")
            sender.call("delete_messages_for_all", [number])
            sandbox.wait_for(lambda: self.is_gone(receiver, there), 60,
                             "the deletion")

    def is_gone(self, account, number):
        try:
            return account.message(number)["chatId"] == 3  # the trash
        except delta_chat.RpcError:
            return True

    def test_webxdc_and_its_updates(self):
        path = delta_chat.write_file(self.world.desk, "/home/app.xdc",
                                     webxdc())
        for index, (sender, chat, receiver) in enumerate(self.pairs()):
            text = "kumquat app %d" % index
            number = sender.send(chat, text, file=path, filename="app.xdc",
                                 viewtype="Webxdc")
            message = self.wait_for_whole(receiver, text)
            sender.call("send_webxdc_status_update", number,
                        '{"payload": {"move": "kumquat e4"}}', None)
            sandbox.wait_for(lambda: "kumquat e4" in receiver.call(
                "get_webxdc_status_updates", message["id"], 0), 60,
                "the update")

    def test_a_client_knows_where_its_calls_are_relayed(self):
        server, = json.loads(self.bob.call("ice_servers"))
        self.assertRegex(server["urls"][0], r"^turn:.*:3478$")
        self.assertLess(time.time(), int(server["username"]))
        self.assertTrue(server["credential"])

    def test_a_call_rings_and_ends(self):
        placed = self.bob.call("place_outgoing_call", self.bob_to_alice,
                               "kumquat offer", True)
        _, event = self.alice.wait_for("IncomingCall")
        self.assertEqual("kumquat offer", event["place_call_info"])
        self.alice.call("accept_incoming_call", event["msg_id"],
                        "kumquat answer")
        _, answer = self.bob.wait_for("OutgoingCallAccepted")
        self.assertEqual("kumquat answer", answer["accept_call_info"])
        self.bob.call("end_call", placed)
        self.alice.wait_for("CallEnded")

    def test_a_group_over_both_relays(self):
        group = self.alice.call("create_group_chat", "kumquat group", False)
        members = (self.bob, self.erin, self.carol)
        for friend in members:
            friend.join(self.alice.qr(group))
        self.alice.send(group, "kumquat hello to all")
        _, at_bob = self.bob.wait_for_message("kumquat hello to all")
        self.erin.wait_for_message("kumquat hello to all")
        self.carol.wait_for_message("kumquat hello to all")
        self.bob.call("accept_chat", at_bob["chatId"])
        self.bob.send(at_bob["chatId"], "kumquat from bob")
        for member in (self.alice, self.erin, self.carol):
            member.wait_for_message("kumquat from bob")
        _, at_carol = self.carol.wait_for_message("kumquat from bob")
        self.carol.send(at_carol["chatId"], "kumquat from carol")
        for member in (self.alice, self.erin, self.bob):
            member.wait_for_message("kumquat from carol")

    def test_a_group_of_an_old_client_over_both_relays(self):
        group = self.dave.call("create_group_chat", "kumquat old group", False)
        for friend in (self.bob, self.carol):
            friend.join(self.dave.qr(group))
        self.dave.send(group, "kumquat hello from an old one")
        for member, other in ((self.bob, self.carol), (self.carol, self.bob)):
            _, message = member.wait_for_message(
                "kumquat hello from an old one")
            self.assertTrue(message["showPadlock"])
            text = "kumquat answer of " + member.name
            member.call("accept_chat", message["chatId"])
            member.send(message["chatId"], text)
            self.dave.wait_for_message(text)
            other.wait_for_message(text)

    def picture_of(self, name):
        octets = picture()
        return delta_chat.write_file(
            self.world.desk, "/home/kumquat-%s.png" % name, octets)

    def read_picture(self, path):
        """Of those that the last test looks for."""
        with open(self.world.desk.path(path), "rb") as file:
            octets = file.read()
        self.pictures.append(octets)
        return octets

    def test_pictures_descriptions_and_what_people_say_of_themselves(self):
        self.bob.call("set_config", "selfavatar", self.picture_of("bob"))
        self.bob.call("set_config", "selfstatus", "kumquat about bob")
        _, message = self.exchange(self.bob, self.bob_to_alice, self.alice,
                                   "kumquat with my picture")
        def contact():
            return self.alice.call("get_contact", message["fromId"])
        sandbox.wait_for(lambda: contact()["profileImage"], 60, "the picture")
        self.assertEqual("kumquat about bob", contact()["status"])
        self.read_picture(contact()["profileImage"])
        group = self.alice.call("create_group_chat", "kumquat pictures", False)
        self.alice.call("set_chat_profile_image", group,
                        self.picture_of("group"))
        self.alice.call("set_chat_description", group, "kumquat described")
        self.bob.join(self.alice.qr(group))
        self.alice.send(group, "kumquat see above")
        _, message = self.bob.wait_for_message("kumquat see above")

        def chat():
            return self.bob.call("get_full_chat_by_id", message["chatId"])
        sandbox.wait_for(lambda: chat()["profileImage"], 60, "its picture")
        self.assertEqual("kumquat pictures", chat()["name"])
        self.read_picture(chat()["profileImage"])
        sandbox.wait_for(lambda: self.bob.call(
            "get_chat_description", message["chatId"]) == "kumquat described",
            60, "the description")

    def test_old_and_new_clients_with_each_other(self):
        self.exchange(self.carol, self.carol_to_alice, self.alice,
                      "kumquat from old to new")
        self.exchange(self.alice, self.alice_to_carol, self.carol,
                      "kumquat from new to old")
        chat = self.bob.befriend(self.dave)
        _, message = self.exchange(self.bob, chat, self.dave,
                                   "kumquat from new to old 2")
        self.exchange(self.dave, message["chatId"], self.bob,
                      "kumquat from old to new 2")
        chat = self.dave.befriend(self.carol)
        self.exchange(self.dave, chat, self.carol, "kumquat among old ones")

    def test_a_second_device_sees_what_the_first_one_does(self):
        for first, chat, version in (
                (self.bob, self.bob_to_alice, "today"),
                (self.carol, self.carol_to_alice, "old")):
            with self.subTest(version):
                self.check_second_device(first, chat, version)

    def check_second_device(self, first, chat, version):
        first.call("set_config", "bcc_self", "1")
        second = delta_chat.Account(
            self.world.core("second " + version, version), "kumquat second")
        # As with two telephones: one shows a code, the other one scans it.
        giver = threading.Thread(target=first.call, args=("provide_backup",))
        giver.start()
        second.call("get_backup", first.call("get_backup_qr"))
        giver.join(delta_chat.PATIENCE)
        self.assertFalse(giver.is_alive())
        first.call("start_io")
        second.call("start_io")
        text = "kumquat from the first device, " + version
        first.send(chat, text)
        second.wait_for_message(text)
        _, message = self.alice.wait_for_message(text)
        text = "kumquat for both devices, " + version
        self.alice.send(message["chatId"], text)
        first.wait_for_message(text)
        second.wait_for_message(text)

    def secrets(self):
        """The word, and pieces of each picture."""
        pieces = [octets[at:at + 24] for octets in self.pictures
                  for at in range(100, len(octets) - 100, 500)]
        return [SECRET.encode(), *pieces]

    def expect_little(self, octets):
        """No more in front of the ciphertext than mail needs."""
        head = re.sub(rb"\r\n", b"\n", octets).partition(b"\n\n")[0]
        self.assertIn(b"\nSubject: [...]\n", head + b"\n")
        self.assertNotIn(self.world.desk_address.encode(), head)
        self.assertLessEqual(
            {name.decode() for name in re.findall(rb"(?m)^([^\s:]+):", head)},
            FIELDS)
        for field in re.findall(rb"(?m)^(?:From|To): (.*(?:\n\s.*)*)", head):
            self.assertRegex(re.sub(rb"\s+", b" ", field), ADDRESSES)

    def test_zz_none_of_it_can_be_read_outside_the_clients(self):
        # After all others: test methods run by name.
        secrets = self.secrets()
        self.assertGreater(len(secrets), 10)
        handed_over = [("handed over", octets) for tap in self.taps
                       for octets in tap.messages()]
        self.assertGreater(len(handed_over), 60)
        delivered = self.collector.messages()
        self.assertGreater(len(delivered), 60)
        for _, octets in handed_over + delivered:
            self.expect_little(octets)
        for where, octets in handed_over + delivered:
            self.assertIsNone(secrecy.found_in(octets, secrets), where)
        for there in self.world.relays.values():
            for where, octets in secrecy.stored_octets(there):
                self.assertIsNone(secrecy.found_in(octets, secrets), where)
        wire = self.world.network.capture.octets()
        self.assertGreater(len(wire), 2 << 20)
        for secret in secrets:
            self.assertNotIn(secret, wire)

    def test_zz_all_of_it_arrived_at_once(self):
        for there in self.world.relays.values():
            sandbox.wait_for(
                lambda t=there: not t.host.run("postqueue", "-j").strip(), 30,
                "the queue is empty")
            logs = there.logs()
            self.assertGreater(logs.count("status=sent"), 60)
            self.assertNotRegex(logs, "status=(deferred|bounced|expired)")
            self.assertNotRegex(logs, "milter-reject|NOQUEUE: reject")


if __name__ == "__main__":
    unittest.main()
