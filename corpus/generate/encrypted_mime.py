"""Encrypted messages whose MIME is unusual and right: what RFC 2045, 2046
and RFC 9580 section 6 allow, and mail systems do to a message on its way."""

import base64
import quopri

import mail
from suite import payload

FOREIGN = mail.fields("Alice <alice@alice.example>", to="bob@relay.example",
                      subject="...")


def typed(text):
    return mail.encrypted(header=FOREIGN, type_field=text)


def framed(armor, **options):
    return mail.encrypted(armor, header=FOREIGN, **options)


def content_types(suite):
    b = mail.BOUNDARY
    protocol = 'protocol="application/pgp-encrypted"'
    rows = [
        ("folded", f"multipart/encrypted;\n\t{protocol}\n\t;\n\tboundary="
         f"\n \"{b}\"", "folded wherever RFC 5322 allows it"),
        ("upper-case", f"MULTIPART/ENCRYPTED; PROTOCOL="
         f'"APPLICATION/PGP-ENCRYPTED"; BOUNDARY="{b}"',
         "types and parameter names have no case"),
        ("boundary-token", f"multipart/encrypted; {protocol}; boundary={b}",
         "a boundary without quotes, which its octets allow"),
        ("boundary-first-trailing-semicolon",
         f'multipart/encrypted; boundary="{b}"; {protocol};',
         "a trailing semicolon, as Apple Mail and old Delta Chat write it"),
        ("extra-parameters",
         f'multipart/encrypted; charset="utf-8"; {protocol}; boundary="{b}";'
         ' micalg="none; boundary=x"',
         "a semicolon inside the quotes of another parameter"),
    ]
    for name, value, why in rows:
        suite.case(f"type-{name}", typed(f"Content-Type: {value}\n"), why)


def boundaries(suite):
    rows = [
        ("all-characters", "'()+_,-./:=? 0aZ", "every kind of character that "
         "RFC 2046 allows in a boundary, a space inside"),
        ("seventy", "b" * 70, "a boundary of 70 octets, the most allowed"),
        ("one", "x", "a boundary of one octet"),
    ]
    for name, boundary, why in rows:
        suite.case(f"boundary-{name}", framed(
            None, boundary=boundary, type_field=mail.content_type(boundary)),
            why)
    padded = mail.encrypted(header=FOREIGN).replace(
        f"--{mail.BOUNDARY}\r\n".encode(),
        f"--{mail.BOUNDARY} \t \r\n".encode())
    suite.case("boundary-padded", padded, "blanks behind a boundary line are "
               "transport padding (RFC 2046 5.1.1)")
    suite.case("epilogue-none", framed(None, epilogue=""),
               "the message ends with the closing boundary, no line end")
    suite.case("epilogue-blank-lines", framed(None, epilogue="\n\n\n"),
               "blank lines behind the closing boundary")
    suite.case("preamble-blank-lines", framed(None, preamble="\n\n"),
               "blank lines before the first boundary")
    suite.case("preamble-stock-line", framed(None, preamble=(
        "This is a multi-part message in MIME format.\n\n")),
        "the line of RFC 2046 that many mail systems put there")


def transfer_encodings(suite):
    armor = payload("gpg-rsa2048")
    crlf = armor.replace("\n", "\r\n").encode("ascii")
    wrapped = base64.encodebytes(crlf).decode("ascii")
    escaped = quopri.encodestring(armor.encode("ascii")).decode("ascii")
    data = "Content-Type: application/octet-stream; name=\"encrypted.asc\"\n"
    rows = [
        ("base64", "base64", wrapped, "base64 around the armor, as gateways "
         "make it of an octet-stream"),
        ("quoted-printable", "quoted-printable", escaped,
         "quoted-printable around the armor"),
        ("8bit", "8bit", armor, "8bit says nothing about the octets"),
        ("binary", "binary", armor, "binary says nothing about the octets"),
        ("upper-case", "BASE64", wrapped, "encodings have no case"),
    ]
    for name, encoding, body, why in rows:
        suite.case(f"encoding-{name}", framed(None, second=mail.data_part(
            body, data + f"Content-Transfer-Encoding: {encoding}\n")), why)
    both = framed(
        None, first=mail.version_part(
            "Content-Type: application/pgp-encrypted\n"
            "Content-Transfer-Encoding: base64\n",
            base64.encodebytes(b"Version: 1\r\n").decode("ascii")),
        second=mail.data_part(
            wrapped, data + "Content-Transfer-Encoding: base64\n"))
    suite.case("encoding-base64-both-parts", both,
               "base64 around both parts, as some mail stores rewrite them")


def armors(suite):
    armor = payload("gpg-rsa2048")
    lines = armor.splitlines()
    start, data, crc = lines[:2], lines[2:-2], lines[-2]
    joined = "".join(data)

    def wrap(width):
        return [joined[i:i + width] for i in range(0, len(joined), width)]

    def build(*parts):
        return "\n".join(line for part in parts for line in part) + "\n"

    end = lines[-1:]
    rows = [
        ("no-crc", build(start, data, end), "no CRC24, which RFC 9580 leaves "
         "to the writer"),
        ("76-columns", build(start, wrap(76), [crc], end),
         "lines of 76 characters, the most that is allowed"),
        ("48-columns", build(start, wrap(48), [crc], end), "short lines"),
        ("one-line", build(start, [joined], [crc], end),
         "all data in one line of less than 998 octets"),
        ("trailing-blanks", build(start, [line + " " for line in data],
                                  [crc + " \t"], end),
         "blanks at the ends of lines, which RFC 9580 6.2.1 ignores"),
        ("blank-first", "\n" + armor, "a blank line before BEGIN"),
        ("blank-last", armor + "\n\n", "blank lines after END"),
        ("blank-separator", build(lines[:1], [" \t"], data, [crc], end),
         "the line between armor header and data may hold blanks"),
        ("version-1", build(lines[:1], ["Version: GnuPG v1"], [""], data,
                            [crc], end), "GnuPG 1's armor header line"),
        ("bcpg", build(lines[:1], ["Version: BCPG v1.68"], [""], data,
                       [crc], end), "BouncyCastle's armor header line"),
        ("openkeychain", build(lines[:1], ["Version: OpenKeychain v3.9"], [""],
                               data, [crc], end),
         "OpenKeychain's armor header line"),
        ("gpg4win", build(lines[:1], ["Version: GnuPG v2.0.14 (MingW32)"],
                          [""], data, [crc], end),
         "Gpg4win's armor header line"),
        ("gpgtools", build(lines[:1], ["Comment: GPGTools - "
                           "https://gpgtools.org"], [""], data, [crc], end),
         "GPGTools' armor header line"),
    ]
    for name, body, why in rows:
        suite.case(f"armor-{name}", framed(body), why)


def cases(suite):
    content_types(suite)
    boundaries(suite)
    transfer_encodings(suite)
    armors(suite)
    suite.case("version-no-line-end", framed(None, first=mail.version_part(
        body="Version: 1")), "the version line needs no line end of its own")
    suite.case("version-blank-lines", framed(None, first=mail.version_part(
        body="\nVersion: 1\n\n\n")), "blank lines around the version line")
