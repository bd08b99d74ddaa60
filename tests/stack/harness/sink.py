"""Where the private Postfix delivers: an LMTP or SMTP server that keeps octets.

Postfix tells the queue id by XFORWARD, so a delivery is found by the reply
that the client got.  A local-part that begins with "full-" is over quota:
that is how a test has Postfix write a bounce.
"""

import contextlib
import re
import socketserver
import threading
import time
from dataclasses import dataclass, field


@dataclass
class Delivery:
    """One message as it came out of the queue."""
    queue_id: str = ""
    mail_from: str = ""
    rcpt_to: list = field(default_factory=list)
    octets: bytes = b""


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def say(self, *lines):
        self.wfile.write(b"".join(line.encode() + b"\r\n" for line in lines))

    def handle(self):
        with self.server.counted():
            self._talk()

    def _talk(self):
        delivery = Delivery()
        lmtp = self.server.protocol == "lmtp"
        self.say("220 sink " + self.server.protocol.upper())
        for line in self.rfile:
            text = line.decode("utf-8", "replace").strip()
            word = text.split(" ")[0].upper()
            if word == ("LHLO" if lmtp else "EHLO"):
                self.say("250-sink", *self.server.keywords,
                         "250-PIPELINING", "250-ENHANCEDSTATUSCODES",
                         "250 XFORWARD IDENT")
            elif word == "XFORWARD":
                delivery.queue_id = text.split("IDENT=")[1].split(" ")[0]
                self.say("250 2.0.0 Ok")
            elif word == "MAIL":
                delivery.mail_from = re.search("<(.*?)>", text).group(1)
                self.say("250 2.0.0 Ok")
            elif word == "RCPT":
                delivery.rcpt_to.append(re.search("<(.*)>", text).group(1))
                self.say("250 2.0.0 Ok")
            elif word == "DATA":
                self.say("354 go on")
                delivery.octets = self._message()
                time.sleep(self.server.seconds)
                verdicts = self._verdicts(delivery)
                self.say(*(verdicts if lmtp else verdicts[:1]))
                self.server.keep(delivery)
                delivery = Delivery()
            elif word == "RSET":
                delivery = Delivery()
                self.say("250 2.0.0 Ok")
            elif word == "QUIT":
                self.say("221 2.0.0 Bye")
                return
            else:
                self.say("502 5.5.1 unknown")

    def _message(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    @staticmethod
    def _verdicts(delivery):
        """One reply a recipient (RFC 2033 4.2)."""
        return ["552 5.2.2 mailbox is full" if r.startswith("full-")
                else "250 2.0.0 Ok" for r in delivery.rcpt_to]


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a free port; `transport` is the value for main.cf.

    It takes `seconds` over each message.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, protocol="lmtp", eight_bit=True, seconds=0):
        self.protocol = protocol
        self.seconds = seconds
        self.connections = self.most_connections = 0
        self.keywords = ("250-8BITMIME", "250-SMTPUTF8") if eight_bit else ()
        self._deliveries = []
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", 0), _Connection)
        place = "inet:127.0.0.1" if protocol == "lmtp" else "[127.0.0.1]"
        self.transport = "%s:%s:%d" % (protocol, place, self.server_address[1])
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @contextlib.contextmanager
    def counted(self):
        with self._changed:
            self.connections += 1
            self.most_connections = max(self.most_connections,
                                        self.connections)
        try:
            yield
        finally:
            with self._changed:
                self.connections -= 1

    def keep(self, delivery):
        with self._changed:
            self._deliveries.append(delivery)
            self._changed.notify_all()

    def forget(self):
        """Drops what nobody waited for."""
        with self._changed:
            self._deliveries.clear()

    def wait(self, wanted, seconds=20):
        """Takes out the first delivery for which wanted(delivery) holds."""
        def find():
            for index, delivery in enumerate(self._deliveries):
                if wanted(delivery):
                    return self._deliveries.pop(index)
            return None
        found = []
        with self._changed:
            if not self._changed.wait_for(
                    lambda: found.append(find()) or found[-1], seconds):
                raise TimeoutError("not delivered within %g s" % seconds)
        return found[-1]

    def wait_for_queue_id(self, queue_id, seconds=20):
        return self.wait(lambda d: d.queue_id == queue_id, seconds)
