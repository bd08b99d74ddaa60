"""A message of Delta Chat's, by whom a test wants."""

import os
import re
import time

ENCRYPTED = os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "../../../corpus/encrypted/real-core257-same-text0.eml")


def letter(author, *fields, padding=0, message_id=None):
    """Its octets, with a Message-ID of its own and `fields` in front.

    `padding` makes it larger: blank lines, which say nothing.
    """
    with open(ENCRYPTED, "rb") as file:
        octets = file.read()
    name = message_id or "%d@localhost" % time.monotonic_ns()
    octets = re.sub(rb"(?m)^From: .*$", b"From: <%s>\r" % author.encode(),
                    octets, count=1)
    octets = re.sub(rb"(?m)^Message-ID: .*$",
                    b"Message-ID: <%s>\r" % name.encode(), octets, count=1)
    for field in fields:
        octets = field.encode() + b"\r\n" + octets
    return octets + b"\r\n" * (padding // 2)
