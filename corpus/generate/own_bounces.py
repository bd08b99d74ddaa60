"""Bounces that return the header section of our own, signed message.

They are judged by what our signing key says of it, so `chatmail check` needs
the key: this folder's list is with-key.jsonl, and README.md has the command.
"""

import mail
import signing
from shapes_bounces import (POSTFIX, headers_part, message_part, report,
                            status_part, text_part)
from suite import CLEARTEXT, named, octets

LONG = POSTFIX + "The remote server said something long about it.\n" * 60


def ours():
    message = mail.encrypted(header=mail.fields("bob@relay.example"))
    return signing.sign(named(message, "ours"), domain="relay.example")


def returned(message):
    return message.split(b"\r\n\r\n", 1)[0] + b"\r\n"


def cases(suite):
    message = ours()
    header = returned(message)
    trace = octets("Return-Path: <bob@relay.example>\nReceived: from relay."
                   "example by mail.alice.example; " + mail.DATE + "\n")

    def case(name, text, last, why, refused=False):
        row = {"expect": "reject", "reply": CLEARTEXT} if refused else {}
        suite.case(f"own-{name}", report(text_part(text), status_part(), last),
                   why, mail_from="", **row)

    case("headers", LONG, headers_part(trace + header),
         "a long text, and our signed header section")
    case("message", LONG, message_part(trace + message),
         "a long text, and our signed message")
    case("headers-60-kib", ("0123456789abcdef" * 4 + "\n") * 900,
         headers_part(header), "as long a text as our signature allows")
    case("headers-70-kib", ("0123456789abcdef" * 4 + "\n") * 1100,
         headers_part(header), "more than 64 KiB", True)
    case("unsigned", LONG, headers_part(
        b"MIME-Version" + header.split(b"\r\nMIME-Version", 1)[1]),
        "our header section without its signature", True)
    case("changed", LONG, headers_part(header.replace(
        b"Subject: [...]", b"Subject: come at nine")),
        "our signature does not fit the returned fields", True)
    case("foreign", LONG, headers_part(returned(signing.sign(
        mail.encrypted(header=mail.fields("mallory@evil.example")),
        domain="evil.example"))), "somebody else's signature", True)
    case("added", LONG, headers_part(header + octets("".join(
        f"X-Note: {mail.LURE}" for _ in range(1200)))),
        "our header section and 80 KB of fields behind it", True)
