"""Text in the header sections of parts, and Content-Type fields that two
readers take differently."""

import mail
from suite import CLEARTEXT, MALFORMED, octets

B = mail.BOUNDARY
BOTH = ["outbound"]
P = 'protocol="application/pgp-encrypted"'


def refuse(suite, name, message, why, reply=CLEARTEXT, also=BOTH, **more):
    suite.case(name, message, why, expect="reject", reply=reply, also=also,
               **more)


def of_parts(suite):
    note = "Come to the old harbour at nine tonight"
    data = "Content-Type: application/octet-stream\n"
    rows = [
        ("description", data + f"Content-Description: {note}\n",
         "Content-Description"),
        ("description-known-and-more",
         data + "Content-Description: OpenPGP encrypted message, at nine\n",
         "a known Content-Description made longer"),
        ("description-encoded",
         data + "Content-Description: =?utf-8?q?Come_at_nine?=\n",
         "an encoded Content-Description"),
        ("description-folded",
         data + "Content-Description: OpenPGP encrypted\n message\n"
         f" {note}\n", "a folded Content-Description"),
        ("x-field", data + f"X-Note: {note}\n", "an X- field"),
        ("subject", data + f"Subject: {note}\n", "a Subject"),
        ("from", data + f"From: {note} <x@evil.example>\n", "a From"),
        ("content-id", data + "Content-ID: <come.at.nine.to.the.old.harbour@"
         "x.example>\n", "Content-ID"),
        ("content-location", data + "Content-Location: "
         "https://x.example/come/at/nine\n", "Content-Location"),
        ("content-language", data + "Content-Language: come, at, nine\n",
         "Content-Language"),
        ("filename", data + "Content-Disposition: inline; "
         f'filename="{note}.asc"\n', "the file name"),
        ("filename-rfc2231", data + "Content-Disposition: inline;\n"
         " filename*=utf-8''come%20at%20nine%20tonight.asc\n",
         "an encoded file name"),
        ("filename-continued", data + "Content-Disposition: inline;\n"
         ' filename*0="come at "; filename*1="nine tonight"\n',
         "a file name in pieces"),
        ("disposition-parameter", data + "Content-Disposition: inline; "
         f'x-note="{note}"\n', "a parameter of Content-Disposition"),
        ("disposition-comment", data +
         f"Content-Disposition: inline ({note})\n", "a comment in Content-Disposition"),
        ("disposition-type", data + "Content-Disposition: come-at-nine\n",
         "the type of Content-Disposition"),
        ("name", f'Content-Type: application/octet-stream; name="{note}"\n',
         "the name parameter"),
        ("name-encoded", "Content-Type: application/octet-stream;\n"
         ' name="=?utf-8?q?come_at_nine?="\n', "an encoded name parameter"),
        ("type-parameter", "Content-Type: application/octet-stream;\n"
         f' x-note="{note}"\n', "an unknown parameter of Content-Type"),
        ("type-comment", f"Content-Type: application/octet-stream ({note})\n",
         "a comment in Content-Type"),
        ("charset", "Content-Type: application/octet-stream;\n"
         f' charset="{note}"\n', "the charset parameter"),
        ("line-without-colon", data + f"{note}\n", "a line without a colon"),
        ("field-name", data + "Come-to-the-old-harbour-at-nine: 1\n",
         "the name of a field"),
        ("twice-typed", data + "Content-Type: text/plain\n",
         "a second Content-Type"),
        ("twice-typed-first", "Content-Type: text/plain\n" + data,
         "a Content-Type before the right one"),
        ("encoding-comment", data +
         f"Content-Transfer-Encoding: 7bit ({note})\n",
         "a comment in Content-Transfer-Encoding"),
    ]
    for name, part_fields, what in rows:
        refuse(suite, f"part-{name}", mail.encrypted(
            second=mail.data_part(None, part_fields)),
            f"text in the data part's header section: {what}")
    version = "Content-Type: application/pgp-encrypted\n"
    for name, part_fields in [
            ("description", version + f"Content-Description: {note}\n"),
            ("x-field", version + f"X-Note: {note}\n"),
            ("name", f'{version[:-1]}; name="{note}"\n')]:
        refuse(suite, f"version-part-{name}", mail.encrypted(
            first=mail.version_part(part_fields)),
            f"text in the version part's header section: {name}")


def of_type(suite):
    def typed(*values, body=None):
        text = mail.fields() + "".join(f"Content-Type: {v}\n" for v in values)
        return mail.whole(text, body or mail.encrypted().split(
            b"\r\n\r\n", 1)[1])

    real = f'multipart/encrypted; {P}; boundary="{B}"'
    other = mail.multipart([mail.text_part()], boundary="other")
    two = mail.multipart([mail.version_part(), mail.data_part()]) + other
    longer = mail.multipart(
        [mail.version_part(), mail.data_part(),
         mail.text_part()], boundary=B).replace(
             f"\r\n--{B}\r\nContent-Type: text".encode(),
             f"\r\n--{B}longer\r\nContent-Type: text".encode())
    rows = [
        ("protocol-other", [f'multipart/encrypted; boundary="{B}"; '
                            'protocol="application/pgp-signature"'], None,
         "another protocol", CLEARTEXT),
        ("protocol-none", [f'multipart/encrypted; boundary="{B}"'], None,
         "no protocol", CLEARTEXT),
        ("protocol-twice", [f'{real}; protocol="text/plain"'], None,
         "two protocols", None),
        ("boundary-none", [f"multipart/encrypted; {P}"], None,
         "no boundary", None),
        ("boundary-empty", [f'multipart/encrypted; {P}; boundary=""'], None,
         "an empty boundary", None),
        ("boundary-long", [f'multipart/encrypted; {P}; boundary="{"b" * 71}"'],
         mail.encrypted(boundary="b" * 71).split(b"\r\n\r\n", 1)[1],
         "a boundary of 71 octets", None),
        ("boundary-twice", [f'{real}; boundary="other"'], two,
         "two boundaries: the first frames ciphertext, the second text", None),
        ("boundary-twice-first", [f'multipart/encrypted; {P}; '
                                  f'boundary="other"; boundary="{B}"'], two,
         "two boundaries: the first frames text, the second ciphertext", None),
        ("boundary-rfc2231", [f"multipart/encrypted; {P}; "
                              f"boundary*=us-ascii''{B}"], None,
         "a boundary in RFC 2231 form, which some readers decode", None),
        ("boundary-continued", [f'multipart/encrypted; {P}; '
                                f'boundary*0="{B[:9]}"; boundary*1="{B[9:]}"'],
         None, "a boundary in pieces, which some readers join", None),
        ("boundary-both-forms", [f"{real}; boundary*=us-ascii''other"], two,
         "a boundary in two forms", None),
        ("boundary-encoded-word", [f'multipart/encrypted; {P}; '
                                   f'boundary="=?us-ascii?q?{B}?="'], None,
         "a boundary as encoded word, which some readers decode", CLEARTEXT),
        ("boundary-trailing-space", [f'multipart/encrypted; {P}; '
                                     f'boundary="{B} "'], None,
         "a boundary that ends in a space, which transport strips", None),
        ("boundary-prefix", [real], longer,
         "a line that starts with the boundary and goes on: some readers "
         "take it for one, and show the text behind it", CLEARTEXT),
        ("boundary-other-case", [real.replace(B, B.upper())], None,
         "boundaries have case", CLEARTEXT),
        ("twice-mixed-first", ['multipart/mixed; boundary="other"', real],
         two, "two Content-Type fields, the readable one first", MALFORMED),
        ("twice-mixed-last", [real, 'multipart/mixed; boundary="other"'],
         two, "two Content-Type fields, the readable one last", MALFORMED),
        ("boundary-quoted-pair", [f'multipart/encrypted; {P}; boundary="'
                                  f'{B[:5]}\\{B[5:]}"'], None,
         "a quoted-pair in the boundary, which some readers keep", None),
        ("boundary-hyphens", [f'multipart/encrypted; {P}; boundary="--"'],
         mail.encrypted(boundary="--").split(b"\r\n\r\n", 1)[1],
         "a boundary of two hyphens: its line is another's closing line",
         None),
        ("garbage", ["multipart/encrypted boundary=x; " + P], None,
         "a Content-Type outside the grammar", None),
        ("slash", ["multipart/; encrypted"], None, "half a media type", None),
        ("text-named-encrypted", [f'text/plain; x="{P[10:-1]}"'], mail.LURE,
         "text/plain with the right words in a parameter", CLEARTEXT),
        ("comment-boundary", [f'multipart/encrypted; {P}; '
                              f'boundary=other({B})'],
         two, "a boundary and a comment behind it", None),
    ]
    for name, values, body, why, reply in rows:
        refuse(suite, f"type-{name}", typed(*values, body=body), why, reply)
    refuse(suite, "type-space-before-colon", octets(
        mail.fields()) + octets(f'Content-Type : multipart/mixed; '
                                f'boundary="other"\nContent-Type: {real}\n'
                                "\n") + two,
        "a blank before the colon: for some readers no Content-Type, for "
        "others the first of two", reply=None)
    refuse(suite, "type-in-continuation", mail.whole(
        mail.fields() + f'Content-Type: text/plain;\n x="y\n'
        f' Content-Type: {real}\n', two),
        "an unclosed quotation that swallows the next line", reply=None)


def of_message(suite):
    """Octets that readers of lines and of strings see differently."""
    good = mail.encrypted()
    nul = good.replace(b"[...]", b"[...]\0" + mail.LURE.strip().encode())
    refuse(suite, "nul-in-header", nul,
           "a NUL cuts the value for some readers", reply=None)
    cut = good.replace(b"\r\nVersion: 1", b"\r\nVersion: 1\0" +
                       mail.LURE.strip().encode())
    refuse(suite, "nul-in-version", cut, "text behind a NUL")
    tail = good.replace(b"-----END PGP MESSAGE-----",
                        b"-----END PGP MESSAGE-----\0" +
                        mail.LURE.strip().encode())
    refuse(suite, "nul-after-armor", tail, "text behind a NUL")
    hidden = f"\nContent-Type: text/plain\n\n{mail.LURE}".encode()
    refuse(suite, "bare-lf-part", good.replace(
        f"\r\n--{B}--".encode(), f"\n--{B}".encode() + hidden +
        f"\r\n--{B}--".encode()), "a part whose lines end in a bare LF")
    refuse(suite, "bare-cr-part", good.replace(
        f"\r\n--{B}--".encode(), (f"\r--{B}".encode() + hidden).replace(
            b"\n", b"\r") + f"\r\n--{B}--".encode()),
        "a part whose lines end in a bare CR")
    refuse(suite, "bare-lf-preamble", good.replace(
        f"\r\n\r\n--{B}".encode(), b"\r\n\r\n" + mail.LURE.encode() +
        f"--{B}".encode(), 1), "a preamble whose line ends in a bare LF")
    refuse(suite, "line-in-header-without-colon", good.replace(
        b"Content-Type: multipart", mail.LURE.strip().encode() +
        b"\r\nContent-Type: multipart", 1),
        "a line without a colon: for some readers the header ends there",
        reply=None)
    refuse(suite, "header-ends-early", good.replace(
        b"Content-Type: multipart", b"\r\n" + mail.LURE.strip().encode() +
        b"\r\nContent-Type: multipart", 1),
        "the header section ends before Content-Type")


def cases(suite):
    of_parts(suite)
    of_type(suite)
    of_message(suite)
