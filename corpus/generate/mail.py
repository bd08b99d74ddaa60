"""The parts from which the generators put messages together."""

from suite import AUTHOR, IDENTIFIER, octets, payload

DATE = "Mon, 23 Nov 2026 15:58:12 +0000"
BOUNDARY = "18eab0326351b077_bee2d9f9690af594_80faabd22aba0044"

VERSION_FIELDS = ("Content-Type: application/pgp-encrypted; "
                  'charset="utf-8"\n'
                  "Content-Transfer-Encoding: 7bit\n")
DATA_FIELDS = ('Content-Type: application/octet-stream; charset="utf-8"\n'
               "Content-Transfer-Encoding: 7bit\n")
# What a trick tries to carry past the filter.
LURE = "Meet me at the old harbour at nine tonight and bring the papers.\n"


def fields(author=AUTHOR, *, to='"hidden-recipients": ;', subject="[...]",
           message_id=f"<{IDENTIFIER}@localhost>",
           date=DATE, more=""):
    """The outer header section but for Content-Type, as Delta Chat sends it.

    `author` None leaves From away; `more` is added as it stands.
    """
    text = "MIME-Version: 1.0\n"
    if author is not None:
        text += f"From: {author}\n" if " " in author or "<" in author \
            else f"From: <{author}>\n"
    text += f"To: {to}\nSubject: {subject}\nDate: {date}\n"
    if message_id:
        text += f"Message-ID: {message_id}\n"
    return text + more


def content_type(boundary=BOUNDARY, media_type="multipart/encrypted"):
    protocol = ' protocol="application/pgp-encrypted";' \
        if media_type == "multipart/encrypted" else ""
    return f'Content-Type: {media_type};{protocol}\n\tboundary="{boundary}"\n'


def multipart(parts, boundary=BOUNDARY, preamble="", epilogue="\n",
              close=None):
    """Parts (their header section, a blank line, their body) to a body."""
    out = octets(preamble)
    for part in parts:
        out += octets(f"--{boundary}\n") + octets(part) + b"\r\n"
    out += octets(f"--{boundary}--" if close is None else close)
    return out + octets(epilogue)


def part(part_fields, body):
    return octets(part_fields) + b"\r\n" + octets(body)


def version_part(part_fields=VERSION_FIELDS, body="Version: 1\n"):
    return part(part_fields, body)


def data_part(body=None, part_fields=DATA_FIELDS):
    return part(part_fields, payload("gpg-cv25519") if body is None else body)


def text_part(body=LURE, part_fields="Content-Type: text/plain\n"):
    return part(part_fields, body)


def whole(header, body):
    return octets(header) + b"\r\n" + octets(body)


def encrypted(body=None, *, header=None, boundary=BOUNDARY, preamble="",
              epilogue="\n", close=None, type_field=None, first=None,
              second=None, more_parts=()):
    """A PGP/MIME message, right unless a keyword makes it wrong."""
    parts = [version_part() if first is None else first,
             data_part(body) if second is None else second, *more_parts]
    header = fields() if header is None else header
    type_field = content_type(boundary) if type_field is None else type_field
    return whole(octets(header) + octets(type_field),
                 multipart(parts, boundary, preamble, epilogue, close))
