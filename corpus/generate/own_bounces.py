"""Bounces that return the header section of our own, signed message.

They are judged by what our signing key says of it, so `chatmail check` needs
the key: this folder's list is with-key.jsonl, and README.md has the command.
"""

import bounce_styles
import mail
import shapes_limits
import signing
from shapes_bounces import (POSTFIX, headers_part, message_part, report,
                            status_part, text_part)
from suite import CLEARTEXT, named, octets

LONG = POSTFIX + "The remote server said something long about it.\n" * 60


def ours(author="bob@relay.example", domain="relay.example"):
    message = mail.encrypted(header=mail.fields(author))
    return signing.sign(named(message, "ours"), domain=domain)


def returned(message):
    return message.split(b"\r\n\r\n", 1)[0] + b"\r\n"


def trace():
    return octets("Return-Path: <bob@relay.example>\nReceived: from relay."
                  "example by mail.alice.example; " + mail.DATE + "\n")


class Cases:
    def __init__(self, suite):
        self.suite = suite

    def add(self, name, message, why, refused=False):
        row = {"expect": "reject", "reply": CLEARTEXT} if refused else {}
        self.suite.case(f"own-{name}", message, why, mail_from="", **row)


def postfix(cases):
    message = ours()
    header = returned(message)

    def case(name, text, last, why, refused=False):
        cases.add(name, report(text_part(text), status_part(), last), why,
                  refused)

    case("headers", LONG, headers_part(trace() + header),
         "a long text, and our signed header section")
    case("message", LONG, message_part(trace() + message),
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
    case("foreign", LONG, headers_part(returned(ours(
        "mallory@evil.example", "evil.example"))),
        "somebody else's signature", True)
    case("added", LONG, headers_part(header + octets("".join(
        f"X-Note: {mail.LURE}" for _ in range(1200)))),
        "our header section and 80 KB of fields behind it", True)


def styles(cases):
    """Every style: with our message, with our header section, with another's."""
    message = trace() + ours()
    header = trace() + returned(ours())
    other = trace() + returned(ours("mallory@evil.example", "evil.example"))
    for name, style, why in bounce_styles.STYLES:
        cases.add(f"{name}-message", style("message/rfc822", message),
                  f"{why}; our signed message")
        cases.add(f"{name}-headers", style("text/rfc822-headers", header),
                  f"{why}; our signed header section")
        cases.add(f"{name}-foreign", style("message/rfc822", other),
                  f"{why}; another's header section: more than 1 KiB", True)
    head, body = ours().split(b"\r\n\r\n", 1)
    cut = body.split(b"-----BEGIN", 1)[0]
    cases.add("gmail-cut", bounce_styles.gmail(
        "message/rfc822", trace() + head + b"\r\n\r\n" + cut +
        b"----- cut off here -----\r\n"), "our message, most of its body gone")
    cases.add("described-rfc822-headers", bounce_styles.described(
        "message/rfc822-headers", header), "a type for header sections that "
        "is not registered")
    cases.add("composed-cut", bounce_styles.composed(
        "message/rfc822", header[:1024]), "the first 1,024 octets of our "
        "header section: they prove nothing", True)


def trees(cases):
    """What may not stand in the text, whatever is returned."""
    header = headers_part(returned(ours()))

    def case(name, part, why, refused=True):
        cases.add(name, report(mail.part(*part), status_part(), header), why,
                  refused)

    def within(kind, fields, body):
        parts = [text_part(), mail.part(fields, body)]
        return (f"Content-Type: multipart/{kind}; boundary=\"in\"\n",
                mail.multipart(parts, boundary="in"))

    encoded = "Content-Transfer-Encoding: base64\n"
    for kind in ("png", "gif", "jpeg"):
        case(f"tree-{kind}", within(
            "related", f"Content-Type: image/{kind}\n" + encoded,
            "QUJD\n" * 400), f"a picture, {kind}", False)
    for name, fields, why in [
            ("pdf", "Content-Type: application/pdf\n" + encoded,
             "a document"),
            ("svg", "Content-Type: image/svg+xml\n" + encoded,
             "a picture with a program in it"),
            ("video", "Content-Type: video/mp4\n" + encoded, "a film"),
            ("message", "Content-Type: message/rfc822\n", "another message"),
            ("key", "Content-Type: application/pgp-keys\n", "a key"),
            ("signed", "Content-Type: multipart/signed; boundary=s\n",
             "another multipart")]:
        case(f"tree-{name}", within("mixed", fields, "QUJD\n" * 4),
             f"in the text {why}")
    case("tree-encoded", (
        "Content-Type: multipart/mixed; boundary=\"in\"\n" + encoded,
        mail.multipart([text_part()], boundary="in")),
        "a multipart that is encoded")
    case("tree-picture-alone", ("Content-Type: image/png\n" + encoded,
                                bounce_styles.ICON), "a picture for the text")
    case("tree-picture-70-kib", within(
        "related", "Content-Type: image/png\n" + encoded,
        ("QUJD" * 16 + "\n") * 1100), "a picture of more than 64 KiB")
    for name, encoding, why in [
            ("encoding-unknown", "x-note", "an encoding that nobody knows"),
            ("encoding-broken", "base64", "base64 that is none")]:
        cases.add(name, report(text_part(LONG), status_part(), mail.part(
            "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: "
            f"{encoding}\n", returned(ours()))), why, True)


def cases(suite):
    one = Cases(suite)
    postfix(one)
    styles(one)
    trees(one)
    shapes_limits.own(one, returned(ours()))
