"""Every case of the corpus over SMTP: the wire says what the check says.

For each case `chatmail check --as-postfix` gives a verdict, a reply and the
message as it would be queued.  The private Postfix with the milter must give
the same reply, and deliver the same octets.
"""

import collections
import concurrent.futures
import os
import unittest

from harness import corpus, lane, milter, postfix, sandbox, sasl, sink
from harness.session import PORTS

LANES = 4
DOMAIN = "relay.example"


def worlds(cases):
    """Cases that one milter can judge after one another, the biggest first."""
    found = collections.defaultdict(list)
    for case in cases:
        line = case.line
        found[(case.mail_domain(), line.get("now"),
               str(line.get("dns")))].append(case)
    return sorted(found.values(), key=len, reverse=True)


class CorpusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.key = milter.make_key(cls.box)
        cls.sink = sink.Sink()
        cls.postfix = postfix.Postfix(cls.box, DOMAIN, PORTS)
        cls.postfix.deliver_to(cls.sink.transport)
        cls.postfix.check_logins_at(sasl.SaslServer().path)
        cls.lanes = [lane.Lane(cls.box, cls.postfix, number, cls.key)
                     for number in range(LANES)]
        # What a program of the host hands in goes through the first lane.
        cls.postfix.main["chatmilter"] = cls.lanes[0].milter.address
        cls.postfix.start()

    def test_the_wire_says_what_the_check_says(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for manifest in corpus.manifests():
                folder = os.path.basename(os.path.dirname(manifest))
                cases = corpus.judge(
                    manifest, self.key, self.box.folder("emitted", folder))
                # What a case takes for granted cannot be sent.
                rest = [c for c in cases if not c.line.get("assume")
                        and c.line["direction"] != "local"]
                self.report(rest, self.differences(pool, rest))

    def report(self, cases, differences):
        for case in cases:
            with self.subTest(case.name):
                self.assertEqual("", differences[id(case)])

    def differences(self, pool, cases):
        """What came out otherwise, in words, by id of the case."""
        queue = collections.deque(worlds(cases))
        found = {}

        def work(way):
            while True:
                try:
                    world = queue.popleft()
                except IndexError:
                    return
                for case in world:
                    try:
                        found[id(case)] = self.difference(way, case)
                    except (OSError, RuntimeError) as error:
                        found[id(case)] = repr(error)

        for future in [pool.submit(work, way) for way in self.lanes]:
            future.result()
        return found

    def difference(self, way, case):
        way.enter(case)
        reply = way.send(case)
        if case.verdict != "accept":
            return "" if str(reply) == case.reply else (
                "wire: %s (%s)\ncheck: %s" % (reply, reply.stage, case.reply))
        if reply.code != 250:
            return "wire: %s (%s)\ncheck: accept" % (reply, reply.stage)
        emitted = lane.read_emitted(case)
        if emitted is None:
            return ""
        delivery = self.sink.wait_for_queue_id(lane.queue_id(reply))
        return self.octets_differ(case, delivery.octets, emitted)

    @staticmethod
    def octets_differ(case, delivered, emitted):
        if case.line["direction"] != "outbound":
            delivered = lane.without_trace(delivered)
        if delivered == emitted:
            return ""
        at = len(os.path.commonprefix([delivered, emitted]))
        return "from octet %d on\ndelivered: %r\nemitted: %r" % (
            at, delivered[at:at + 200], emitted[at:at + 200])


if __name__ == "__main__":
    unittest.main()
