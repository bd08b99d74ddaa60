"""The milter as a service beside Postfix: gone, back, reloaded, stopped."""

import os
import signal
import threading
import unittest

from harness import lane, relay, sandbox, sasl, smtp
from harness.relay import ALICE, BOB, cleartext, encrypted
from harness.build import FOLDER
from harness.session import PORTS


class ServiceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.relay = relay.Relay(cls.box, PORTS, os.path.join(FOLDER, "bin"))
        cls.relay.start()

    def setUp(self):
        self.relay.milter.forget()
        self.relay.enter()

    def delivered(self, reply):
        self.assertEqual(250, reply.code, str(reply))
        return self.relay.sink.wait_for_queue_id(lane.queue_id(reply))

    def test_without_the_milter_mail_waits_at_its_sender(self):
        self.relay.milter.stop()
        for reply in (self.relay.submit(encrypted()),
                      self.relay.hand_in(encrypted(), ALICE)):
            self.assertEqual(4, reply.code // 100, str(reply))
        self.relay.enter()
        self.delivered(self.relay.submit(encrypted()))

    def test_without_the_milter_mail_of_the_host_waits_in_the_queue(self):
        self.relay.milter.stop()
        third = ["waiting@" + self.relay.domain]
        self.relay.postfix.sendmail(ALICE, third, encrypted())
        with self.assertRaises(TimeoutError):
            self.relay.sink.wait(lambda d: d.rcpt_to == third, 2)
        self.relay.enter()
        self.relay.postfix.flush()
        delivery = self.relay.sink.wait(lambda d: d.rcpt_to == third, 60)
        self.assertIn(b"DKIM-Signature:", delivery.octets)

    def test_a_reload_takes_new_settings_and_loses_no_connection(self):
        with smtp.Client(PORTS["smtps"], tls=True) as client:
            client.command("EHLO client.example")
            client.login(ALICE, sasl.PASSWORD)
            self.delivered(client.send(ALICE, [BOB], encrypted()))
            self.relay.milter.write_settings(self.relay.domain,
                                             ["dkim_selector = other"])
            self.relay.milter.reload()
            delivery = self.delivered(client.send(ALICE, [BOB], encrypted()))
        self.assertIn(b"s=other;", delivery.octets)

    def test_settings_with_errors_are_not_taken(self):
        self.relay.milter.write_settings(self.relay.domain,
                                         ["dns_timeout = soon"])
        self.relay.milter.reload()
        delivery = self.delivered(self.relay.submit(encrypted()))
        self.assertIn(b"s=opendkim;", delivery.octets)
        self.assertRegex(self.relay.milter.read_log(), "dns_timeout")

    def test_reloads_under_load_lose_nothing(self):
        replies = []

        def send():
            for _ in range(25):
                replies.append(self.relay.submit(encrypted()))

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            self.relay.milter.reload()
        for thread in threads:
            thread.join()
        self.assertEqual(100, len(replies))
        for reply in replies:
            self.delivered(reply)

    def test_a_stop_lets_a_message_come_to_its_end(self):
        with smtp.Client(PORTS["smtps"], tls=True) as client:
            client.command("EHLO client.example")
            client.login(ALICE, sasl.PASSWORD)
            self.assertEqual(250, client.command(
                "MAIL FROM:<%s>" % ALICE).code)
            self.relay.milter.signal(signal.SIGTERM)
            sandbox.wait_for(
                lambda: "stopping" in self.relay.milter.read_log(), 10,
                "the milter stops")
            client.command("RCPT TO:<%s>" % BOB)
            reply = client.data(encrypted())
        self.delivered(reply)
        self.assertEqual(0, self.relay.milter.stop())
        self.assertFalse(os.path.exists(self.relay.milter.socket))

    def test_what_was_accepted_before_a_stop_is_delivered(self):
        replies = []
        stopped = threading.Event()

        def send():
            while not stopped.is_set():
                replies.append(self.relay.submit(encrypted()))

        threads = [threading.Thread(target=send) for _ in range(4)]
        for thread in threads:
            thread.start()
        sandbox.wait_for(lambda: len(replies) > 20, 60, "mail flows")
        self.assertEqual(0, self.relay.milter.stop())
        stopped.set()
        for thread in threads:
            thread.join()
        for reply in replies:
            if reply.code // 100 != 4:
                self.delivered(reply)

    def test_the_log_has_the_reason_and_no_address(self):
        self.relay.submit(cleartext())
        log = self.relay.milter.read_log()
        self.assertIn("outbound reject cleartext (text-plain) 523 5.7.1", log)
        self.assertNotIn(ALICE, log)
        self.assertNotIn("lunch", log)

    def test_the_milter_works_as_another_user(self):
        self.relay.milter.forget()
        self.relay.enter(user="postfix")
        signed = self.delivered(self.relay.submit(encrypted())).octets
        self.delivered(self.relay.hand_in(signed, ALICE))
        with open("/proc/%d/status" % self.relay.milter.pid,
                  encoding="utf-8") as file:
            status = file.read()
        self.assertNotRegex(status, r"(?m)^Uid:\s+0")
        self.assertRegex(status, r"(?m)^CapEff:\s+0+$")


if __name__ == "__main__":
    unittest.main()
