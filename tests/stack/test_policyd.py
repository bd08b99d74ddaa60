"""chatmail-policyd between Postfix and milter: who sends what, and how much."""

import os
import threading
import time
import unittest

from harness import lane, relay, sandbox, sasl, smtp
from harness.build import FOLDER
from harness.relay import ALICE, BOB, cleartext, encrypted
from harness.session import PORTS

CAROL = "carol1234@" + relay.DOMAIN
TOO_MUCH = "4.7.1: Too much mail from <%s>, wait "
# Slow to come back, so that a slow host sees the same.
STRICT = ("max_user_send_per_minute = 1", "max_user_send_burst_size = 10",
          "max_new_user_send_per_minute = 1")


class PolicydTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.relay = relay.Relay(cls.box, PORTS, os.path.join(FOLDER, "bin"))
        # A service that leaves it to policyd who may send as whom: it has no
        # restriction of Postfix's own, and no milter.
        cls.open_port = sandbox.free_port()
        cls.relay.postfix.listen("smtps", cls.open_port, smtpd_milters="",
                                 smtpd_sender_restrictions="")
        cls.relay.start()

    def setUp(self):
        self.relay.milter.set_accounts([ALICE, BOB, CAROL])
        self.relay.policyd.enter(STRICT)

    def session(self, login=ALICE, port=PORTS["smtps"]):
        """A client that has logged in."""
        client = smtp.Client(port, tls=True)
        self.addCleanup(client.close)
        client.command("EHLO client.example")
        reply = client.login(login, sasl.PASSWORD)
        self.assertEqual(235, reply.code, str(reply))
        return client

    def accepted(self, reply):
        self.assertEqual(250, reply.code, str(reply))

    def too_much(self, reply, stage, who=ALICE):
        self.assertEqual((450, stage), (reply.code, reply.stage), str(reply))
        self.assertIn(TOO_MUCH % who, reply.text)

    def spend_all(self, client, sender=ALICE):
        """How many messages pass before one does not."""
        for count in range(1000):
            reply = client.send(sender, [BOB], encrypted())
            if reply.code != 250:
                self.too_much(reply, "RCPT", sender)
                client.command("RSET")
                return count
        return None

    def test_the_burst_passes_and_then_rcpt_is_deferred(self):
        for _ in range(10):
            reply = self.relay.submit(encrypted())
            self.accepted(reply)
            self.relay.sink.wait_for_queue_id(lane.queue_id(reply))
        self.too_much(self.relay.submit(encrypted()), "RCPT")
        self.assertIn("recipient defer rate 450",
                      self.relay.policyd.read_log())
        self.assertNotIn(ALICE, self.relay.policyd.read_log())

    def test_others_are_not_held_back(self):
        client = self.session()
        reply = client.send(ALICE, [BOB], encrypted())
        signed = self.relay.sink.wait_for_queue_id(lane.queue_id(reply)).octets
        self.assertEqual(9, self.spend_all(client))
        # Mail from outside, by another login.
        self.accepted(self.relay.hand_in(signed, ALICE, [CAROL]))
        reply = self.session(BOB).send(BOB, [CAROL], cleartext(BOB))
        self.assertEqual((523, "end"), (reply.code, reply.stage), str(reply))

    def test_what_is_refused_costs_nothing(self):
        client = self.session()
        # Fewer than Postfix would hang up for.
        for _ in range(15):
            reply = client.send(ALICE, [BOB], cleartext())
            self.assertEqual(523, reply.code, str(reply))
        # Many RCPT are many looks.
        for _ in range(5):
            client.command("MAIL FROM:<%s>" % ALICE)
            for _ in range(20):
                self.accepted(client.command("RCPT TO:<%s>" % BOB))
            client.command("RSET")
        self.assertEqual(10, self.spend_all(client))

    def test_the_milter_defers_what_passed_at_rcpt_at_the_same_time(self):
        self.relay.policyd.enter(("max_user_send_burst_size = 1", *STRICT[:1],
                                  STRICT[2]))
        clients = [self.session() for _ in range(3)]
        for client in clients:
            self.accepted(client.command("MAIL FROM:<%s>" % ALICE))
            self.accepted(client.command("RCPT TO:<%s>" % BOB))
            self.assertEqual(354, client.command("DATA").code)
        octets = smtp.stuffed(encrypted())
        replies = []
        for client in clients:
            # pylint: disable=protected-access
            client._socket.sendall(octets)
            replies.append(client._read("end"))
        self.accepted(replies[0])
        for reply in replies[1:]:
            self.too_much(reply, "end")
        self.assertRegex(self.relay.milter.read_log(),
                         "outbound tempfail rate .*450")

    def test_recipients_are_counted_at_data(self):
        self.relay.policyd.enter(("max_user_send_recipients_per_minute = 1",
                                  "max_user_send_recipients_burst_size = 5"))
        client = self.session()
        three = ["%s%d@other.example" % (name, i)
                 for i, name in enumerate(("one", "two", "three"))]
        self.accepted(client.send(ALICE, three, encrypted()))
        reply = client.send(ALICE, three, encrypted())
        self.too_much(reply, "DATA")
        client.command("RSET")
        self.accepted(client.send(ALICE, three[:2], encrypted()))

    def test_a_login_sends_as_itself_alone(self):
        client = self.session(port=self.open_port)
        for sender in (BOB, ""):
            reply = client.send(sender, [BOB], encrypted())
            self.assertEqual((553, "RCPT"),
                             (reply.code, reply.stage), str(reply))
            self.assertIn("not owned by user " + ALICE, reply.text)
            client.command("RSET")
        self.accepted(client.send(ALICE.upper(), [BOB], encrypted()))

    def test_a_disabled_account_is_dropped_in_silence(self):
        flag = os.path.join(self.relay.milter.mailboxes, ALICE, "DISABLED")
        with open(flag, "w", encoding="utf-8"):
            pass
        time.sleep(1.1)  # what was learned of it may be a second old
        third = ["nobody-gets-it@other.example"]
        reply = self.session().send(ALICE, third, encrypted())
        self.accepted(reply)
        with self.assertRaises(TimeoutError):
            self.relay.sink.wait(lambda d: d.rcpt_to == third, 2)
        self.assertIn("recipient discard disabled",
                      self.relay.policyd.read_log())
        os.unlink(flag)
        time.sleep(1.1)
        self.accepted(self.session().send(ALICE, third, encrypted()))
        self.relay.sink.wait(lambda d: d.rcpt_to == third, 20)

    def test_nobody_learns_whether_a_recipient_exists(self):
        client = self.session()
        for recipient in (BOB, "nobody@" + relay.DOMAIN):
            self.accepted(client.command("MAIL FROM:<%s>" % ALICE))
            self.accepted(client.command("RCPT TO:<%s>" % recipient))
            self.assertEqual(250, client.command("RSET").code)

    def test_what_was_spent_survives_a_restart_and_kill_9(self):
        client = self.session()
        for _ in range(4):
            self.accepted(client.send(ALICE, [BOB], encrypted()))
        self.relay.policyd.enter(STRICT, forgets=False)
        for _ in range(4):
            self.accepted(client.send(ALICE, [BOB], encrypted()))
        time.sleep(1.5)
        self.relay.policyd.kill()
        self.relay.policyd.enter(STRICT, forgets=False)
        self.assertEqual(2, self.spend_all(client))

    def test_without_policyd_mail_waits_at_its_sender(self):
        self.relay.policyd.stop()
        for reply in (self.relay.submit(encrypted()),
                      self.relay.hand_in(encrypted(), ALICE)):
            self.assertEqual((451, "RCPT"), (reply.code, reply.stage),
                             str(reply))
        self.relay.policyd.enter(STRICT)
        self.accepted(self.relay.submit(encrypted()))

    def test_the_milter_defers_when_policyd_goes_meanwhile(self):
        client = self.session()
        self.accepted(client.command("MAIL FROM:<%s>" % ALICE))
        self.accepted(client.command("RCPT TO:<%s>" % BOB))
        self.assertEqual(354, client.command("DATA").code)
        self.relay.policyd.stop()
        # pylint: disable=protected-access
        client._socket.sendall(smtp.stuffed(encrypted()))
        self.assertEqual("451 4.3.0 Limits cannot be asked, try again later",
                         str(client._read("end")))
        self.relay.policyd.enter(STRICT)
        self.accepted(client.send(ALICE, [BOB], encrypted()))

    def test_a_restart_under_load_loses_nothing(self):
        self.relay.policyd.enter()
        replies = []

        def send():
            for _ in range(15):
                replies.append(self.relay.submit(encrypted()))

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self.relay.policyd.reload()
            self.relay.policyd.enter(forgets=False)
            time.sleep(0.5)
        for thread in threads:
            thread.join()
        self.assertEqual(60, len(replies))
        for reply in replies:
            self.assertIn(reply.code, (250, 451), str(reply))
            if reply.code == 250:
                self.relay.sink.wait_for_queue_id(lane.queue_id(reply))
        self.assertGreater(sum(r.code == 250 for r in replies), 30)


if __name__ == "__main__":
    unittest.main()
