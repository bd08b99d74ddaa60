"""Text that hides in the frame of a multipart/encrypted message: around the
parts, between them, in a part too many, behind a boundary that two readers
would see differently."""

import base64

import mail
import openpgp
from suite import CLEARTEXT, octets, payload

B = mail.BOUNDARY
BOTH = ["outbound"]
BANNER = """
#...#..#####..#####..#####..........###...#####..........####
##.##..#......#........#...........#...#....#...........#...#
#.#.#..####...####.....#...........#####....#............####
#...#..#......#........#...........#...#....#...............#
#...#..#####..#####....#...........#...#....#............###.
""".split()


def refuse(suite, name, message, why, reply=CLEARTEXT, also=BOTH, **more):
    suite.case(name, message, why, expect="reject", reply=reply, also=also,
               **more)


def outside(suite):
    """Text outside the parts."""
    e = mail.encrypted
    stock = "This is a multi-part message in MIME format.\n"
    pgp = "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)\n"
    rows = [
        ("preamble", e(preamble=mail.LURE), "text before the first boundary"),
        ("preamble-stock-line-and-text", e(preamble=stock + mail.LURE),
         "text behind the stock line"),
        ("preamble-stock-line-lengthened",
         e(preamble=pgp.rstrip("\n") + " see you at nine tonight\n"),
         "the stock line, made longer"),
        ("preamble-stock-lines-as-code", e(preamble=(stock + pgp) * 40),
         "stock lines many times over: their order can spell a text"),
        ("preamble-cyrillic", e(preamble="Встречаемся в девять у гавани\n"),
         "text in another alphabet before the first boundary"),
        ("preamble-base64", e(preamble=base64.b64encode(
            mail.LURE.encode() * 3).decode() + "\n"),
         "encoded text before the first boundary"),
        ("epilogue", e(epilogue="\n" + mail.LURE),
         "text after the closing boundary"),
        ("epilogue-stock-line", e(epilogue="\n" + pgp),
         "even a stock line has no place after the closing boundary"),
        ("epilogue-far", e(epilogue="\n" * 3000 + mail.LURE),
         "text after the closing boundary and 3000 empty lines"),
        ("epilogue-second-multipart", e(
            epilogue=f"\n--{B}\nContent-Type: text/plain\n\n{mail.LURE}"
            f"\n--{B}--\n"), "parts again after the closing boundary"),
        ("closing-line-text", e(close=f"--{B}-- {mail.LURE}"),
         "text on the line of the closing boundary"),
        ("boundary-line-text", e().replace(
            f"--{B}\r\n".encode(), f"--{B} come at nine tonight\r\n".encode(),
            1), "text on the line of the first boundary"),
        ("no-closing-boundary", e(close="", epilogue=""),
         "no closing boundary: whatever follows would be read as data"),
        ("no-closing-boundary-then-text", e(close="", epilogue=mail.LURE),
         "text where the closing boundary should be"),
        ("no-parts", mail.whole(mail.fields() + mail.content_type(),
                                mail.LURE * 4),
         "multipart/encrypted in name, no boundary line in the body"),
        ("only-closing-boundary", mail.whole(
            mail.fields() + mail.content_type(), mail.LURE + f"--{B}--\n"),
         "no part at all, text before the closing boundary"),
        ("empty-body", mail.whole(mail.fields() + mail.content_type(), ""),
         "multipart/encrypted without a body"),
    ]
    for name, message, why in rows:
        refuse(suite, name, message, why)


def parts(suite):
    """Parts too few, too many, of other types, or nested."""
    def body(*some):
        return mail.whole(mail.fields() + mail.content_type(),
                          mail.multipart(some))

    version, data, text = mail.version_part(), mail.data_part(), \
        mail.text_part()
    inner = mail.whole(
        mail.content_type("inner", "multipart/mixed"),
        mail.multipart([mail.text_part()], boundary="inner"))
    alternative = mail.content_type("alt", "multipart/alternative")
    nested = mail.whole(mail.content_type(), mail.multipart([version, data]))
    html = mail.part("Content-Type: text/html\n", f"<p>{mail.LURE}</p>\n")
    rows = [
        ("one-part-version", body(version), "only the version part"),
        ("one-part-data", body(data), "only the data part"),
        ("one-part-text", body(text), "only a part of text"),
        ("two-version-parts", body(version, version), "two version parts"),
        ("parts-swapped", body(data, version), "the data part comes first"),
        ("third-part-text", body(version, data, text), "a third part of text"),
        ("third-part-html", body(version, data, html), "a third part of HTML"),
        ("third-part-empty", body(version, data, mail.text_part("")),
         "a third part, though empty: there are exactly two"),
        ("first-part-text", body(text, version, data),
         "a part of text before the two"),
        ("middle-part-text", body(version, text, data),
         "a part of text between the two"),
        ("second-part-text", body(version, text), "text for the data"),
        ("second-part-text-plain", body(version, mail.data_part(
            None, "Content-Type: text/plain\n")),
         "the data under a type that clients show"),
        ("first-part-text-plain", body(mail.version_part(
            "Content-Type: text/plain\n"), data),
         "the version part under a type that clients show"),
        ("second-part-untyped", body(version, mail.data_part(None, "")),
         "the data part has no type, which means text/plain"),
        ("second-part-octet-text", body(version, mail.data_part(mail.LURE)),
         "octet-stream that holds text"),
        ("second-part-nested", body(version, inner),
         "a multipart with text in place of the data"),
        ("first-part-nested", body(inner, data),
         "a multipart with text in place of the version"),
        ("second-part-message", body(version, mail.part(
            "Content-Type: message/rfc822\n", f"Subject: x\n\n{mail.LURE}")),
         "a message in place of the data"),
        ("second-part-external", body(version, mail.part(
            'Content-Type: message/external-body; access-type=URL;\n'
            ' URL="https://evil.example/come-at-nine"\n', "\n")),
         "a pointer in place of the data"),
        ("nested-in-mixed", mail.whole(
            mail.fields() + mail.content_type("out", "multipart/mixed"),
            mail.multipart([nested, text], boundary="out")),
         "an encrypted message with a footer, as mailing lists add it"),
        ("nested-in-mixed-alone", mail.whole(
            mail.fields() + mail.content_type("out", "multipart/mixed"),
            mail.multipart([nested], boundary="out")),
         "an encrypted message inside a multipart/mixed is not the message"),
        ("nested-in-alternative", mail.whole(
            mail.fields() + alternative,
            mail.multipart([text, nested], boundary="alt")),
         "readable and encrypted alternatives"),
        ("nested-in-rfc822", mail.whole(
            mail.fields() + "Content-Type: message/rfc822\n",
            mail.encrypted()), "an encrypted message inside a message"),
        ("deep-nesting", deep(60), "sixty multiparts, text in the last"),
    ]
    for name, message, why in rows:
        refuse(suite, name, message, why)


def deep(levels):
    inner = mail.text_part()
    for level in range(levels):
        kind = "mixed" if level < levels - 1 else "encrypted"
        boundary = f"level{level}"
        inner = mail.whole(mail.content_type(boundary, f"multipart/{kind}"),
                           mail.multipart([inner], boundary=boundary))
    return octets(mail.fields()) + inner


def version_parts(suite):
    """The control part says `Version: 1` and nothing else."""
    rows = [
        ("version-and-text", f"Version: 1\n{mail.LURE}", "text behind it"),
        ("version-line-lengthened", "Version: 1 tonight at nine\n",
         "text on its line"),
        ("version-2", "Version: 2\n", "another version"),
        ("version-empty", "", "no version"),
        ("version-text", mail.LURE, "text for it"),
        ("version-twice", "Version: 1\n" * 60, "it is there sixty times"),
        ("version-header-text", f"X-Note: {mail.LURE}Version: 1\n",
         "a line before it"),
        ("version-far-text", "Version: 1\n" + "\n" * 2000 + mail.LURE,
         "text behind it and 2000 empty lines"),
        ("version-blanks", "Version: 1\n" + " \t  \t \t\t \n" * 60,
         "blanks and tabs that spell something"),
    ]
    for name, body, why in rows:
        refuse(suite, name, mail.encrypted(first=mail.version_part(body=body)),
               f"the version part: {why}")
    encoded = base64.encodebytes(f"Version: 1\r\n{mail.LURE}".encode())
    refuse(suite, "version-base64-text", mail.encrypted(
        first=mail.version_part("Content-Type: application/pgp-encrypted\n"
                                "Content-Transfer-Encoding: base64\n",
                                encoded.decode())),
           "the version part: text inside base64")


def drawn(text):
    """Base64 whose first lines have blanks where the banner has none."""
    text = "".join(text.split())
    lines, at = [], 0
    for row in BANNER:
        line = ""
        for cell in row:
            line += text[at] if cell == "#" else " "
            at += cell == "#"
        lines.append(line.rstrip())
    return "\n".join(lines + [text[i:i + 76]
                              for i in range(at, len(text), 76)]) + "\n"


def transfer_encodings(suite):
    """What is said of the encoding is what a client will believe."""
    armor = payload("gpg-rsa2048")
    octet_stream = "Content-Type: application/octet-stream\n"
    text64 = base64.encodebytes(mail.LURE.encode() * 20).decode()
    both = armor + base64.encodebytes(mail.LURE.encode()).decode()
    long = openpgp.armor(openpgp.pkesk() + openpgp.seipd(
        openpgp.noise("behind a banner", 40000)))
    rows = [
        ("base64-text", "base64", text64, "base64 that holds text"),
        ("base64-of-plain-armor", "base64", armor,
         "armor that claims to be base64: a client decodes something else"),
        ("base64-armor-then-text", "base64", base64.encodebytes(
            armor.encode() + mail.LURE.encode()).decode(),
         "base64 of armor with text behind it"),
        ("base64-then-more", "base64", base64.encodebytes(
            armor.encode()).decode() + "\n" + both,
         "octets behind the padding of base64"),
        ("base64-junk-between", "base64", "".join(
            f"{line} (meet me at nine)\n" for line in base64.encodebytes(
                armor.encode()).decode().splitlines()),
         "words between base64 lines, which decoders skip"),
        ("base64-banner", "base64", drawn(
            base64.encodebytes(octets(long)).decode()),
         "letters drawn with blanks inside base64"),
        ("quoted-printable-text", "quoted-printable",
         "Meet me at the =\nold harbour =61t nine\n",
         "quoted-printable that holds text"),
        ("quoted-printable-hidden", "quoted-printable",
         armor.replace("=", "=3D") + "=4D=65=65=74=20=6D=65=0D=0A" * 3,
         "text written as quoted-printable octets behind the armor"),
        ("uuencode", "x-uuencode", "begin 644 note\n#0V%T\n`\nend\n",
         "an encoding that is not known"),
        ("encoding-of-two-words", "7bit base64", text64,
         "two encodings in one field"),
    ]
    for name, encoding, body, why in rows:
        refuse(suite, f"encoding-{name}", mail.encrypted(
            second=mail.data_part(body, octet_stream +
                                  f"Content-Transfer-Encoding: {encoding}\n")),
               why)
    refuse(suite, "encoding-of-multipart", mail.encrypted(
        header=mail.fields(more="Content-Transfer-Encoding: base64\n")),
        "a multipart in base64: some clients decode the whole body",
        reply=None)
    refuse(suite, "encoding-of-multipart-base64-text", mail.whole(
        mail.fields(more="Content-Transfer-Encoding: base64\n") +
        mail.content_type(), text64),
        "a multipart in base64 whose body is text", reply=None)
    refuse(suite, "encoding-twice", mail.encrypted(
        second=mail.data_part(text64, octet_stream +
                              "Content-Transfer-Encoding: 7bit\n"
                              "Content-Transfer-Encoding: base64\n")),
        "two Content-Transfer-Encoding fields in the data part")


def cases(suite):
    outside(suite)
    parts(suite)
    version_parts(suite)
    transfer_encodings(suite)
