"""DKIM signatures, verified by dkimpy: by nobody who had a hand in making them.

The octets on the wire are compared with those of `chatmail check`, which has
the same signer; only a verifier of somebody else's tells that both are right.
"""

import threading
import time

import dkim

# dkimpy asks its own module for the time.
_clock = threading.Lock()


class _Clock:
    def __init__(self, now):
        self._now = now

    def time(self):
        return self._now


def fields(octets):
    """The DKIM-Signature fields of a message, as tags and values."""
    names, _ = dkim.rfc822_parse(octets)
    return [dkim.parse_tag_value(body) for name, body in names
            if name.lower() == b"dkim-signature"]


def complaint(octets, records, now=None, count=1):
    """What is wrong with the topmost signatures of a message, or nothing.

    `records` are the TXT records by name, `now` is when it is verified, and
    `count` how many signatures there must be at the top.
    """
    found = fields(octets)
    if len(found) < count:
        return "%d signatures, not %d" % (len(found), count)
    with _clock:
        dkim.time = _Clock(time.time() if now is None else now)
        try:
            for index in range(count):
                wrong = _verify(octets, records, index)
                if wrong:
                    return "signature %d: %s" % (index + 1, wrong)
        finally:
            dkim.time = time
    return ""


def _verify(octets, records, index):
    def record(name, **_):
        value = records.get(name.decode().rstrip("."))
        return value[0].encode() if value else None
    try:
        valid = dkim.DKIM(octets).verify(idx=index, dnsfunc=record)
    except dkim.DKIMException as error:
        return repr(error)
    return "" if valid else "it does not fit the message"
