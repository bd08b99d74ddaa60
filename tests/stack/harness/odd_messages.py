"""Messages that are odd where Postfix is: a table by name, and a generator.

The generator draws from the octets and lengths at which Postfix decides, so a
few hundred messages reach every rule of docs/postfix-view.md many times over.
"""

import random

FROM = b"From: a@b.example\r\n"
REST = b"To: y@b.example\r\n\r\nbody\r\n"


def _field(line):
    return FROM + line + b"\r\n" + REST


NAMED = {
    "an empty message": b"",
    "an empty line alone": b"\r\n",
    "a header section alone": FROM,
    "a header section without its last line end": b"Subject: x",
    "text without a header section": b"hello there\r\nmore\r\n",
    "an empty line first": b"\r\nSubject: x\r\n\r\nbody\r\n",
    "a folded line first": b" folded\r\nSubject: x\r\n\r\nbody\r\n",
    "a mailbox separator first": b"From a b\r\n" + FROM + REST,
    "a quoted mailbox separator first": b">From a b\r\n" + FROM + REST,
    "two mailbox separators first": b">>From a\r\nFrom b\r\n" + FROM + REST,
    "a mailbox separator later": _field(b"From foo bar"),
    "a mailbox separator with a folding": b"From a\r\n b\r\n" + FROM + REST,
    "a mailbox separator with a NUL": b"From a\0b\r\n" + FROM + REST,
    "a long mailbox separator": b"From " + b"a" * 5000 + b"\r\n" + REST,
    "a line without a colon": _field(b"nocolon"),
    "a blank inside a field name": _field(b"Sub ject: x"),
    "a blank before the colon": _field(b"Subject : x"),
    "blanks before and none behind the colon": _field(b"Subject \t :x"),
    "an 8-bit octet in a field name": _field(b"Subj\xe9ct: x"),
    "a control octet in a field name": _field(b"Subj\x01ct: x"),
    "a DEL in a field name": _field(b"Subj\x7fct: x"),
    "a field without a name": _field(b": x"),
    "empty field bodies": _field(b"Subject:\r\nX: \r\nCc:  \t "),
    "8-bit octets in a field body": _field(b"Subject: \xe9\xff\xc3\xa9"),
    "control octets in a field body": _field(b"Subject: a\x01\x0b\x0c\x7fb"),
    "a NUL in a field body": _field(b"Subject: a\0b"),
    "a NUL in a folded line": _field(b"Subject: a\r\n b\0c\r\n d"),
    "a NUL before a folding": _field(b"Subject: a\0zz\r\n b"),
    "a NUL in a field name": _field(b"Sub\0ject: a"),
    "a NUL right behind the colon": _field(b"Subject:\0 a"),
    "a NUL in the body": FROM + b"\r\na\0b\r\n\0\r\n",
    "a bare CR in a field body": _field(b"Subject: a\rb"),
    "a bare CR in a field name": _field(b"Sub\rject: a"),
    "a bare CR at the start of a line": _field(b"\rSubject: a"),
    "a bare CR at the very start": b"\rhidden text\r\n\rmore\r\n" + FROM + REST,
    "a bare CR before the colon": _field(b"Subject\r: a"),
    "several CRs before an LF": _field(b"Subject: a\r\r\r"),
    "a CR alone on a line of the header section": _field(b"\r"),
    "bare CRs in the body": FROM + b"\r\na\rb\r\r\nc\r\rd\r\n\r x\r\n",
    "bare LFs": b"From: a@b.example\nSubject: a\n b\n\nbody\nx\n",
    "bare LFs and dots": FROM + b"\n.\n..\n.a\r\n.\r\n..\r\nlast\n",
    "foldings": _field(b"Subject: a\r\n\tb\r\n  c "),
    "foldings of blanks alone": _field(b"Subject: a\r\n \r\n\t"),
    "a folding right behind the colon": _field(b"Subject:\r\n a"),
    "fields that Postfix drops":
        b"Bcc: x\r\nbCC: y\r\n z\r\nContent-Length: 5\r\nBcc : w\r\n"
        b"Return-Path: <a>\r\n" + FROM + b"\r\nBcc: stays\r\n",
    "a field that says the message was resent":
        b"Resent-Bcc: q\r\n" + FROM + REST,
    "a Received field": b"Received: from a by b; Mon\r\n" + FROM + REST,
    "48 Received fields": b"Received: x\r\n" * 48 + FROM + REST,
    "49 Received fields": b"Received: x\r\n" * 49 + FROM + REST,
    "fields that look special and are not": _field(
        b"Delivered-To: z\r\nX-Mailbox-Line: q\r\nLines: 4\r\nStatus: RO"),
    "a dot at the start of a field name": _field(b".Subject: x"),
    "no line end at the end": FROM + b"\r\nbody",
    "a CR at the end": FROM + b"\r\nbody\r",
    "empty lines at the end": FROM + b"\r\nbody\r\n\r\n\r\n",
    "a field name longer than a piece": _field(b"Y" * 3000 + b": z"),
    "a field name of 2047 octets": _field(b"Y" * 2047 + b": z"),
    "a field name of 2048 octets": _field(b"Y" * 2048 + b": z"),
    "a body line of 2046 octets": FROM + b"\r\n" + b"b" * 2046 + b"\r\nX\r\n",
    "a body line of 2047 octets": FROM + b"\r\n" + b"b" * 2047 + b"\r\nX\r\n",
    "a body line of 2048 octets": FROM + b"\r\n" + b"b" * 2048 + b"\r\nX\r\n",
    "a dot behind 2048 octets": FROM + b"\r\n" + b"b" * 2048 + b".\r\nX\r\n",
    "a NUL in a long line": _field(
        b"Subject: " + b"s" * 2030 + b"\0" + b"t" * 3000),
    "a field of 60,000 octets": _field(b"Subject: " + b"s" * 59991),
    "a field of 60,001 octets": _field(b"Subject: " + b"s" * 59992),
    "a field of 160,000 octets in one line": _field(
        b"Subject: " + b"abcdefgh" * 20000 + b"\r\n fold"),
    "a field of 108,000 octets in foldings": _field(
        b"Subject: " + b"".join(b"%07d\r\n " % i for i in range(12000))),
    "a field whose foldings are far apart": _field(
        b"Subject: " + b"s" * 50000 + b"\r\n " + b"t" * 20000),
    "a field whose foldings are near the limit": _field(
        b"Subject: " + b"s" * 53993 + b"\r\n " + b"t" * 20000),
    "a field whose foldings are not near the limit": _field(
        b"Subject: " + b"s" * 53991 + b"\r\n " + b"t" * 20000),
    "MIME fields that contradict the body": FROM +
        b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\n"
        b"Content-Type: text/plain\r\n\r\n\xe9\xe9\r\n",
    "an attached message with fields of its own": FROM +
        b"MIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Subject : x\r\nBcc: y\r\n\r\n\xe9\r\n",
}

_PIECES = [
    b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\r", b"\0",
    b" ", b"\t", b":", b": ", b" :", b".", b"..", b">", b"From ", b"From",
    b"Subject", b"subject:", b"To: a@b.example", b"X-Y: z", b"Bcc: q",
    b"Content-Length: 1", b"Return-Path: <>", b"Received: r", b"Date: d",
    b"Message-ID: <m@x.example>", b"From: f@x.example", b"Resent-Bcc: q",
    b"Content-Type: multipart/mixed; boundary=b", b"--b", b"\x7f", b"\x01",
    b"\xe9", b"\xc3\xa9", b"\x0b", b"text",
    b"x" * 997, b"x" * 2046, b"x" * 2047, b"x" * 2048, b"y" * 2049,
    b"z" * 4096, b"w" * 20000,
    b"x" * 2047 + b"\r\n", b"x" * 2046 + b"\r\n", b"x" * 2046 + b"\r\r\n",
    b"x" * 2047 + b"\r\r\n", b"x" * 2047 + b"\n", b"x" * 2048 + b"\n",
    b"x" * 2048 + b"\r\r\n", b"x" * 2048 + b"From ", b"x" * 2047 + b":",
]


def generated(seed):
    """One odd message; the same seed gives the same one."""
    draw = random.Random(seed)
    parts = []
    for _ in range(draw.randint(0, 4)):
        parts.append(draw.choice([FROM, b"Subject: s\r\n", b"X: a\r\n b\r\n"]))
    for _ in range(draw.randint(1, 14)):
        parts.append(draw.choice(_PIECES))
        if draw.random() < 0.3:
            parts.append(b"\r\n")
    if draw.random() < 0.6:
        parts.append(b"\r\n\r\nbody\r\n")
    return b"".join(parts)
