"""A relay that does not answer holds up nobody else's mail."""

import re
import socket
import threading
import time
import unittest

from harness import postfix, sandbox, sink
from harness.session import PORTS

SENDER = "alice@chat.example"
# More than Debian's Postfix has deliveries at once.
DEAD_RELAYS = 150
MESSAGES_TO_EACH = 2
SLOW_MESSAGES = 60
MESSAGE = (b"From: <alice@chat.example>\r\nMessage-ID: <1@localhost>\r\n"
           b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n\r\nhello\r\n")


class SilentServer:
    """Takes connections on every address of the loopback, and says nothing."""

    def __init__(self):
        self._listener = socket.create_server(("0.0.0.0", 0), backlog=512)
        self.port = self._listener.getsockname()[1]
        self._open = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)

    def connections(self):
        return len(self._open)

    def close(self):
        self._listener.close()
        for connection in self._open:
            connection.close()


class DeadRelaysTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.silent = SilentServer()
        cls.addClassCleanup(cls.silent.close)
        cls.alive = sink.Sink("smtp", True)
        cls.slow = sink.Sink("smtp", True, seconds=0.2)
        cls.postfix = postfix.Postfix(cls.box, "chat.example", PORTS)
        cls.postfix.main.update({
            "non_smtpd_milters": "",
            "transport_maps": "inline:{ { alive.example = %s }, "
            "{ slow.example = %s }, %s }" % (
                cls.alive.transport, cls.slow.transport, ", ".join(
                    "{ dead%d.example = smtp:[127.0.1.%d]:%d }" % (
                        number, number, cls.silent.port)
                    for number in range(1, DEAD_RELAYS + 1))),
        })
        cls.postfix.start()

    def send(self, *recipients):
        done = self.postfix.sendmail(SENDER, recipients, MESSAGE)
        self.assertEqual(0, done.returncode, done.stderr)

    def sent(self, recipient):
        return re.search(r"to=<%s>.* delay=([0-9.]+).*status=sent" % recipient,
                         self.postfix.read_log())

    def test_a_relay_that_is_slow_has_few_connections_at_a_time(self):
        for number in range(SLOW_MESSAGES):
            self.send("u%d@slow.example" % number)
        for number in range(SLOW_MESSAGES):
            self.slow.wait(lambda d, n=number: d.rcpt_to ==
                           ["u%d@slow.example" % n], 60)
        print("%d messages, %d connections at most" % (
            SLOW_MESSAGES, self.slow.most_connections))
        limit = int(self.postfix.main["smtp_destination_concurrency_limit"])
        self.assertEqual(5, limit)
        # What answers has more than one in the end, and no more than this.
        self.assertIn(self.slow.most_connections, range(2, limit + 1))

    def test_mail_to_others_passes_by_what_waits_for_dead_relays(self):
        for _ in range(MESSAGES_TO_EACH):
            self.send(*("u@dead%d.example" % number
                        for number in range(1, DEAD_RELAYS + 1)))
        sandbox.wait_for(lambda: self.silent.connections() >= DEAD_RELAYS, 25,
                         "every dead relay is tried:\n" +
                         self.postfix.read_log()[-2000:])
        begin = time.monotonic()
        self.send("u@alive.example")
        sandbox.wait_for(lambda: self.sent("u@alive.example"), 20,
                         "the mail to a relay that answers is there")
        took = time.monotonic() - begin
        print("%d relays silent, %d connections: another's mail took %.2f s" % (
            DEAD_RELAYS, self.silent.connections(), took))
        # No relay has two before it has answered once.
        self.assertEqual(DEAD_RELAYS, self.silent.connections())
        self.assertLess(took, sandbox.AT_ONCE)


if __name__ == "__main__":
    unittest.main()
