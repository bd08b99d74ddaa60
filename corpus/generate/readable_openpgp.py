"""Text inside what looks like OpenPGP: in the armor, between and inside the
packets (RFC 9580), in the place of the ciphertext."""

import base64
import zlib

import mail
import openpgp
from openpgp import armor, noise, packet, pkesk, seipd, seipd2, skesk
from suite import CLEARTEXT, payload

LURE = mail.LURE.encode()
TEXT = (LURE * 40)[:2048]
CIPHER = noise("a ciphertext", 600)


def refuse(suite, name, body, why, also=("outbound",)):
    suite.case(name, mail.encrypted(body), why, expect="reject",
               reply=CLEARTEXT, also=also)


def around(suite):
    """Text in and around the armor."""
    good = payload("gpg-rsa2048")
    lines = good.splitlines(keepends=True)
    text = mail.LURE
    note = text.strip()
    rows = [
        ("before-begin", text + good, "text before BEGIN"),
        ("after-end", good + text, "text after END"),
        ("after-end-far", good + "\n" * 2000 + text,
         "text after END and 2000 empty lines"),
        ("on-begin-line", good.replace("MESSAGE-----\n",
                                       f"MESSAGE----- {note}\n", 1),
         "text on the line of BEGIN"),
        ("on-end-line", good.rstrip("\n") + f" {note}\n",
         "text on the line of END"),
        ("after-crc", "".join(lines[:-1]) + text + lines[-1],
         "text between CRC and END"),
        ("on-crc-line", "".join(lines[:-2]) + lines[-2].rstrip("\n") +
         f" {note}\n" + lines[-1], "text on the line of the CRC"),
        ("after-crc-equals", "".join(lines[:-1]) + "=" + text + lines[-1],
         "text behind a second equals sign"),
        ("crc-wrong", "".join(lines[:-2]) + "=AAAA\n" + lines[-1],
         "a CRC that does not fit: what it stood for is unknown"),
        ("between-lines", "".join(
            lines[:6] + [text] + lines[6:]), "a line of text in the data"),
        ("blanks-in-data", "".join(
            line.replace("\n", "   come at nine\n") if 2 < i < 9 else line
            for i, line in enumerate(lines)),
         "words behind the data of a line"),
        ("header-version-prose", good.replace(
            "\n\n", f"\nVersion: {note}\n\n", 1), "prose for a version"),
        ("header-comment-prose", good.replace(
            "\n\n", f"\nComment: {note}\n\n", 1), "prose for a comment"),
        ("header-comment-own", payload("gpg-comment"),
         "a comment that gpg's user chose"),
        ("header-comments", good.replace("\n\n", "\n" + "".join(
            f"Comment: {word}\n" for word in note.split()) + "\n", 1),
         "a word in each of many comments"),
        ("header-unknown", good.replace("\n\n", f"\nX-Note: {note}\n\n", 1),
         "an unknown armor header"),
        ("header-no-colon", good.replace("\n\n", f"\n{note}\n\n", 1),
         "text for an armor header"),
        ("header-hash-prose", good.replace(
            "\n\n", f"\nHash: {note}\n\n", 1), "prose for a hash name"),
        ("header-charset-prose", good.replace(
            "\n\n", f"\nCharset: {note}\n\n", 1), "prose for a charset"),
        ("two-messages", good + "\n" + good, "two armored messages"),
        ("message-then-key", good + payload("gpg-not-public-key"),
         "a public key behind the message"),
        ("kind-part", good.replace("PGP MESSAGE-", "PGP MESSAGE, PART 1/2-"),
         "one part of several"),
        ("kind-lower-case", good.replace("PGP MESSAGE", "pgp message"),
         "armor in lower case is no armor"),
        ("kinds-differ", good.replace("END PGP MESSAGE", "END PGP SIGNATURE"),
         "BEGIN and END of different kinds"),
        ("no-end", "".join(lines[:-1]), "no END line"),
        ("no-blank-line", good.replace("\n\n", "\n", 1),
         "no blank line before the data"),
        ("dash-escaped", good.replace("-----BEGIN", "- -----BEGIN"),
         "dash-escaped armor is part of another text"),
        ("armor-empty", armor(b"", crc=False), "armor without data"),
        ("base64-is-text", armor(spelling(
            "MeetMeAtTheOldHarbourAtNineTonightAndBringThePapers+" * 40)),
         "ciphertext chosen so that its base64 can be read"),
        ("clearsigned", payload("gpg-not-clearsigned"),
         "a signed text, not an encrypted one"),
        ("public-key", payload("gpg-not-public-key"),
         "a public key, with a user ID that can be read"),
        ("signature-armor", armor(packet(2, CIPHER), kind="SIGNATURE"),
         "a signature"),
    ]
    for name, body, why in rows:
        refuse(suite, f"armor-{name}", body, why)


def spelling(letters):
    """A message whose base64 spells `letters`."""
    octets = base64.b64decode(letters[:2000])
    before = len(pkesk() + packet(18, b"\1" + bytes(1500))) - 1500
    return pkesk() + seipd(noise("shift", -before % 3) + octets)


def data(suite):
    """Text, or nothing, where the ciphertext should be."""
    cyrillic = "Встречаемся в девять вечера у старой гавани. ".encode() * 30
    chinese = "今晚九点在老港口见面，带上文件。".encode() * 40
    big = bytearray(noise("64 KiB", 65536))
    big[30000:34096] = (LURE * 70)[:4096]
    small = bytearray(noise("another 64 KiB", 65536))
    small[30000:30300] = (LURE * 5)[:300]
    striped = bytearray(noise("stripes", 32768))
    for i in range(0, 32768, 64):
        striped[i:i + 32] = (TEXT * 16)[i:i + 32]
    rows = [
        ("text", pkesk() + seipd(TEXT), "text for a ciphertext"),
        ("text-short", pkesk() + seipd(LURE), "one sentence for a ciphertext"),
        ("text-v2", pkesk() + seipd2(TEXT), "text in a version 2 packet"),
        ("text-in-salt", pkesk() + seipd2(CIPHER, salt=LURE[:32]),
         "text for the salt of a version 2 packet"),
        ("cyrillic", pkesk() + seipd(cyrillic), "Cyrillic text"),
        ("chinese", pkesk() + seipd(chinese), "Chinese text"),
        ("utf16", pkesk() + seipd(TEXT.decode().encode("utf-16-le")),
         "text in UTF-16"),
        ("base64-text", pkesk() + seipd(base64.b64encode(TEXT)),
         "text as base64"),
        ("hex-text", pkesk() + seipd(TEXT.hex().encode()), "text as hex"),
        ("html", pkesk() + seipd(b"<html><body><p>" + TEXT + b"</p></body>"),
         "HTML"),
        ("bitmap", pkesk() + seipd(b"BM" + b"\0\0\0\xff\xff\xff" * 400),
         "a picture without compression"),
        ("zeros", pkesk() + seipd(bytes(2000)), "nothing but zeros"),
        ("same-octet", pkesk() + seipd(b"\xa5" * 2000), "one octet, repeated"),
        ("counter", pkesk() + seipd(bytes(range(256)) * 8 + TEXT),
         "every octet equally often, then text"),
        ("text-inside-noise", pkesk() + seipd(bytes(big)),
         "4 KiB of text inside 64 KiB that look random"),
        ("sentences-inside-noise", pkesk() + seipd(bytes(small)),
         "300 octets of text inside 64 KiB that look random"),
        ("text-striped", pkesk() + seipd(bytes(striped)),
         "text and noise by turns, 32 octets each"),
        ("text-first", pkesk() + seipd(TEXT + noise("rest", 60000)),
         "2 KiB of text before 60 KB that look random"),
        ("text-last", pkesk() + seipd(noise("rest", 60000) + TEXT),
         "2 KiB of text behind 60 KB that look random"),
        ("text-partial", pkesk() + openpgp.partial_packet(18, b"\1" + TEXT),
         "text in partial lengths"),
        ("empty", pkesk() + packet(18, b""), "a packet without content"),
        ("version-only", pkesk() + seipd(b""), "a packet of its version only"),
        ("too-short", pkesk() + seipd(noise("short", 39)),
         "less than prefix and modification detection need"),
        ("version-3", pkesk() + seipd(CIPHER, version=3), "version 3"),
        ("v2-cipher", pkesk() + seipd2(CIPHER, cipher=0x4d),
         "an unknown cipher"),
        ("v2-aead", pkesk() + seipd2(CIPHER, aead=9), "an unknown AEAD mode"),
        ("v2-chunk", pkesk() + seipd2(CIPHER, chunk=30),
         "a chunk size beyond what is allowed"),
        ("v2-short", pkesk() + packet(18, b"\2\x09\2\6" + noise("s", 20)),
         "a version 2 packet that ends inside its salt"),
        ("no-integrity", pkesk() + packet(9, CIPHER),
         "type 9, a ciphertext without integrity"),
    ]
    for name, octets, why in rows:
        refuse(suite, f"data-{name}", armor(octets), why)


def sequence(suite):
    """Packets that carry text, or that do not belong."""
    literal = packet(11, b"t\0" + bytes(4) + TEXT)
    deflated = zlib.compressobj(wbits=-15)
    squeezed = deflated.compress(literal) + deflated.flush()
    ascii_mpi = (2047).to_bytes(2, "big") + (LURE * 5)[:256]
    end = seipd(CIPHER)
    rows = [
        ("literal", literal, "a literal packet: text as it is"),
        ("compressed", packet(8, b"\1" + squeezed),
         "a compressed packet: text after unpacking"),
        ("uncompressed", packet(8, b"\0" + literal),
         "a compressed packet that is not compressed"),
        ("literal-first", literal + pkesk() + end, "text before the keys"),
        ("literal-last", pkesk() + end + literal, "text behind the data"),
        ("two-data", pkesk() + end + seipd(noise("two", 300)),
         "two encrypted data packets"),
        ("keys-last", end + pkesk(), "the keys behind the data"),
        ("no-keys", end, "no session key: nobody could read a real one"),
        ("only-keys", pkesk() * 3, "session keys and no data"),
        ("marker-text", packet(10, LURE) + pkesk() + end,
         "text in a Marker packet"),
        ("padding-text", pkesk() + packet(21, TEXT) + end,
         "text in a Padding packet"),
        ("padding-zeros", pkesk() + packet(21, bytes(5000)) + end,
         "a Padding packet of zeros"),
        ("private-text", pkesk() + packet(60, TEXT) + end,
         "text in a packet for private use"),
        ("unknown-text", packet(40, TEXT) + pkesk() + end,
         "text in an unknown packet that may be skipped"),
        ("user-id", packet(13, LURE) + pkesk() + end, "text in a user ID"),
        ("signature", packet(2, TEXT) + pkesk() + end, "text in a signature"),
        ("trust", packet(12, LURE) + pkesk() + end, "text in a trust packet"),
        ("key-text", pkesk(TEXT) + end, "text for an encrypted session key"),
        ("key-text-in-number", pkesk(ascii_mpi) * 8 + end,
         "text inside the numbers of session keys"),
        ("key-tail", pkesk(openpgp.mpi(b"\xff" + noise("k", 255)) + LURE) + end,
         "text behind the number of a session key"),
        ("key-algorithm", pkesk(LURE, algorithm=99) + end,
         "text under an unknown algorithm"),
        ("key-private-algorithm", pkesk(TEXT, algorithm=100) + end,
         "text under an algorithm for private use"),
        ("key-version", pkesk(TEXT, version=2) + end,
         "text under an old version"),
        ("key-bits", pkesk((4096).to_bytes(2, "big") + b"\xff" +
                           noise("k", 255)) + end,
         "a number shorter than its length says"),
        ("skesk-text", skesk(TEXT[:60]) + end, "text behind a password key"),
        ("skesk-s2k", skesk(s2k=b"\x65" + LURE) + end,
         "text in a private key derivation"),
        ("skesk-cipher", skesk(cipher=99) + end, "an unknown cipher"),
        ("skesk-version", skesk(version=9) + end, "an unknown version"),
        ("skesk-salt", b"".join(
            skesk(s2k=b"\3\x08" + LURE[i:i + 8] + b"\xe0")
            for i in range(0, 64, 8)) + end,
         "text in the salts of eight password keys"),
        ("key-ids", b"".join(pkesk(key_id=LURE[i:i + 8])
                             for i in range(0, 64, 8)) + end,
         "text in the key IDs of eight session keys"),
        ("five-thousand-keys", skesk() * 5000 + end,
         "more session keys than a message can have recipients"),
        ("indeterminate", pkesk() + bytes([0x80 | 11 << 2 | 3]) + TEXT,
         "a literal packet to the end of the input"),
        ("partial-keys", openpgp.partial_packet(1, pkesk()[3:] + CIPHER) + end,
         "a session key in partial lengths"),
        ("partial-small", pkesk() + openpgp.partial_packet(
            18, b"\1" + CIPHER, 6), "a first partial length below 512"),
        ("length-beyond", pkesk() + b"\xd2\xff\xff\xff\xff\xff\1" + CIPHER,
         "a length of 4 GiB"),
        ("length-short", pkesk() + end + LURE,
         "octets behind the last packet"),
        ("truncated", (pkesk() + end)[:-50], "the data end before their time"),
        ("not-openpgp", noise("nothing", 900), "octets that are no packets"),
        ("only-text", TEXT, "text under the armor"),
    ]
    for name, octets, why in rows:
        refuse(suite, f"packets-{name}", armor(octets), why)
    refuse(suite, "packets-signed-only", payload("gpg-not-signed-only"),
           "a signed message, compressed and not encrypted")
    refuse(suite, "packets-stored", payload("gpg-not-stored"),
           "what gpg --store writes: a literal text")
    refuse(suite, "packets-not-armored", mail.LURE + "\0\1\2",
           "no armor at all")


def cases(suite):
    around(suite)
    data(suite)
    sequence(suite)
