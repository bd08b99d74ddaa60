"""Every case of the corpus over SMTP: the wire says what the check says.

For each case `chatmail check --as-postfix` gives a verdict, a reply and the
message as it would be queued.  The private Postfix with the milter must give
the same reply, and deliver the same octets.  A program of the host hands its
cases in through sendmail(1), and is told by a bounce.  What leaves is signed,
and dkimpy must find the signature right.
"""

import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import unittest

from harness import (bounce, corpus, lane, milter, postfix, sandbox, sasl,
                     signature, sink)
from harness.session import PORTS

LANES = 4
DOMAIN = "relay.example"
DIRECTIONS = {"inbound", "outbound", "local", "internal"}


def worlds(cases):
    """Cases that one milter can judge after one another, the biggest first."""
    found = collections.defaultdict(list)
    for case in cases:
        line = case.line
        found[(case.mail_domain(), line.get("now"),
               str(line.get("dns")))].append(case)
    return sorted(found.values(), key=len, reverse=True)


def why_not_sent(case):
    """What keeps a case off the wire, or nothing."""
    if case.line.get("assume"):
        return "it takes a DKIM result for granted"
    for value in case.dns().values():
        if not isinstance(value, dict) and len(json.dumps(value)) > 60000:
            return "no DNS message holds its records"
    return ""


def is_signed(case):
    """Whether it leaves with a signature of ours."""
    if why_not_sent(case) or case.verdict != "accept":
        return False
    if case.direction == "internal":  # signed where its author is of here
        return (lane.read_emitted(case) or b"").startswith(b"DKIM-Signature:")
    return case.direction != "inbound"


class CorpusTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.box = sandbox.Sandbox()
        cls.addClassCleanup(cls.box.close)
        cls.key = milter.make_key(cls.box)
        cls.record = milter.public_record(cls.key)
        cls.sink = sink.Sink()
        cls.postfix = postfix.Postfix(cls.box, DOMAIN, PORTS)
        cls.postfix.ask_no_policy()
        cls.postfix.deliver_to(cls.sink.transport)
        cls.postfix.check_logins_at(sasl.SaslServer().path)
        cls.lanes = [lane.Lane(cls.box, cls.postfix, number, cls.key)
                     for number in range(LANES)]
        # What a program of the host hands in goes through the first lane.
        cls.postfix.main["chatmilter"] = cls.lanes[0].milter.address
        cls.postfix.start()

    def setUp(self):
        self.verified = set()  # ids of cases

    def test_the_wire_says_what_the_check_says(self):
        cases = [case for manifest in corpus.manifests()
                 for case in self.judged(manifest)]
        found = self.compare(cases)
        self.assertEqual(DIRECTIONS, {case.direction for case in cases
                                      if id(case) in found})
        print("%d signatures verified by dkimpy" % len(self.verified))
        self.assertEqual([case.name for case in cases if is_signed(case)],
                         [case.name for case in cases
                          if id(case) in self.verified])

    def test_the_wire_says_the_same_of_what_is_too_big_to_keep(self):
        folder = self.box.folder("bulky")
        subprocess.run(
            [sys.executable, os.path.join(corpus.CORPUS, "generate/bulky.py"),
             folder], check=True, capture_output=True)
        cases = self.judged(os.path.join(folder, "manifest.jsonl"))
        self.assertGreater(len(self.compare(cases)), 30)

    def compare(self, cases):
        """Sends each case that can be sent; gives what differed, by id."""
        found = self.differences([c for c in cases if not why_not_sent(c)])
        for case in cases:
            reason = why_not_sent(case)
            with self.subTest(case.name):
                if reason:
                    print("not sent, %s: %s" % (reason, case.name))
                    self.assertNotIn(id(case), found)
                else:
                    self.assertEqual("", found.get(id(case), "not sent"))
        return found

    def judged(self, manifest):
        folder = os.path.basename(os.path.dirname(manifest))
        return corpus.judge(manifest, self.key,
                            self.box.folder("emitted", folder))

    def differences(self, cases):
        """What came out otherwise, in words, by id of the case."""
        queue = collections.deque(
            worlds([case for case in cases if case.direction != "local"]))
        found = {}

        def work(way, queue):
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

        with concurrent.futures.ThreadPoolExecutor(LANES) as pool:
            for future in [pool.submit(work, way, queue)
                           for way in self.lanes]:
                future.result()
        # sendmail(1) has one way in, and no word of what became of a message:
        # one after another, when nothing else is under way.
        self.sink.forget()
        work(self.lanes[0], collections.deque(
            worlds([case for case in cases if case.direction == "local"])))
        return found

    def difference(self, way, case):
        way.enter(case)
        if case.direction == "local":
            return self.difference_by_sendmail(case)
        reply = way.send(case)
        if case.verdict != "accept":
            return "" if str(reply) == case.reply else (
                "wire: %s (%s)\ncheck: %s" % (reply, reply.stage, case.reply))
        if reply.code != 250:
            return "wire: %s (%s)\ncheck: accept" % (reply, reply.stage)
        delivery = self.sink.wait_for_queue_id(lane.queue_id(reply))
        return self.delivery_differs(case, delivery)

    def difference_by_sendmail(self, case):
        sender = case.line["mail_from"]
        run = self.postfix.sendmail(sender, case.recipients(), case.octets())
        if run.returncode != 0:
            return "sendmail: %r" % run.stderr
        came = self.sink.wait(
            lambda d: (d.mail_from, d.rcpt_to) == ("", [sender])
            or sorted(d.rcpt_to) == sorted(case.recipients()))
        if came.mail_from == "":
            told = bounce.reason(came.octets)
            # Not the code of the reply: Postfix keeps it to itself.
            return "" if told == case.reply.partition(" ")[2] else (
                "bounce: %s\ncheck: %s" % (told, case.reply))
        if case.verdict != "accept":
            return "wire: delivered\ncheck: %s" % case.reply
        return self.delivery_differs(case, came)

    def signature_differs(self, case, octets):
        if not is_signed(case):
            return ""
        name = "%s._domainkey.%s" % (milter.SELECTOR, case.mail_domain())
        wrong = signature.complaint(octets, {name: [self.record]},
                                    case.line.get("now"))
        if not wrong:
            self.verified.add(id(case))
        return wrong and "dkimpy: " + wrong

    def delivery_differs(self, case, delivery):
        emitted = lane.read_emitted(case)
        if emitted is None:
            return "check: accept, but it wrote no message"
        if delivery.mail_from != case.reverse_path:
            return "delivered from: <%s>\nemitted: <%s>" % (
                delivery.mail_from, case.reverse_path)
        delivered = delivery.octets
        if case.direction in ("inbound", "internal"):
            delivered = lane.without_trace(delivered)
        if delivered == emitted:
            return self.signature_differs(case, delivery.octets)
        at = len(os.path.commonprefix([delivered, emitted]))
        return "from octet %d on\ndelivered: %r\nemitted: %r" % (
            at, delivered[at:at + 200], emitted[at:at + 200])


if __name__ == "__main__":
    unittest.main()
