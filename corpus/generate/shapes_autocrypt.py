"""Autocrypt fields of mail that leaves: what is no key of its author, or no
key at all, is dropped, and the message goes on."""

import base64

import mail
from openpgp import noise, packet
from shapes_secure_join import request
from suite import AUTHOR, CLEARTEXT

TIME = (1795441584).to_bytes(4, "big")
PROSE = b"Meet me at nine in the park and bring the money. " * 160


def in_lines(octets):
    text = base64.b64encode(octets).decode("ascii")
    return "".join("\n " + text[at:at + 76] for at in range(0, len(text), 76))


def signature(signature_type, name):
    issuer = b"\x16\x21\x04" + noise("fingerprint", 20)
    hashed = b"\x05\x02" + TIME + issuer
    return packet(2, bytes([4, signature_type, 27, 8, 0, len(hashed)]) +
                  hashed + b"\0\0" + noise(name, 65) + b"\x0f")


def public_key(user_id=f"<{AUTHOR}>".encode(), subkeys=1):
    """Version 4, Ed25519 and X25519; nobody has its secret half."""
    key = packet(6, b"\4" + TIME + b"\x1b" + noise("public key", 32))
    if user_id is not None:
        key += packet(13, user_id) + signature(0x13, "certification")
    for i in range(subkeys):
        key += packet(14, b"\4" + TIME + b"\x19" + noise(f"subkey {i}", 31) +
                      b"\x40") + signature(0x18, f"binding {i}")
    return key


def field(key, more="", author=AUTHOR):
    return f"Autocrypt: addr={author};{more} keydata={in_lines(key)}\n"


def cases(suite):
    key = public_key()
    text_subkeys = b"".join(
        packet(14, b"\4" + TIME + b"\x19" + PROSE[i * 31:i * 31 + 31] +
               b"\x20") + signature(0x18, "binding") for i in range(40))
    rows = [
        ("autocrypt", field(key, " prefer-encrypt=mutual;"), "a key"),
        ("autocrypt-no-user-id", field(public_key(None)),
         "a key without user id"),
        ("autocrypt-other", field(key, author="carol@alice.example"),
         "another one's key"),
        ("autocrypt-big", field(public_key(subkeys=100)),
         "a key of more than 16 KiB"),
        ("autocrypt-prose", field(key, " x=meet me at nine;"),
         "text in another attribute"),
        ("autocrypt-text-packet", field(packet(6, PROSE)),
         "a key packet of text"),
        ("autocrypt-text-signature", field(key + packet(2, PROSE)),
         "a signature packet of text behind a key"),
        ("autocrypt-text-user-ids", field(key + packet(13, PROSE[:256]) * 40),
         "forty user ids of text behind a key"),
        ("autocrypt-text-subkeys", field(key + text_subkeys),
         "forty subkeys of text"),
        ("autocrypt-text-notation", field(key + packet(
            2, b"\4\x1f\x1b\x08" + (len(PROSE[:190]) + 2).to_bytes(2, "big") +
            bytes([len(PROSE[:190]) + 1, 20]) + PROSE[:190] + b"\0\0" +
            noise("a signature", 65) + b"\x0f")),
         "a notation of text behind a key"),
    ]
    for name, more, why in rows:
        suite.case(f"header-{name}", mail.encrypted(
            header=mail.fields(more=more)), "reduced on the way out: " + why,
            direction="outbound")
    suite.case("secure-join-stock-autocrypt", request(
        more=field(key, " prefer-encrypt=mutual;")), "with a key",
        also=["outbound"])
    suite.case("secure-join-bad-big-key", request(
        more=field(public_key(subkeys=150))), "more than 20 KiB",
        expect="reject", reply=CLEARTEXT, also=["outbound"])
