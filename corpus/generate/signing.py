"""DKIM signatures (RFC 6376, RFC 8463) with every tag open to change.

The ordinary signers (dkimpy, Mail::DKIM, opendkim) do not make the broken
signatures that the corpus needs, so this one does; all.py checks with dkimpy
that its unbroken ones verify.
"""

import base64
import hashlib
import re

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

import keys

NOW = 1795449600  # Mon, 23 Nov 2026 16:00:00 +0000
# The domains of the corpus and the keys under s1._domainkey of each.
KEYS = {"alice.example": "rsa-2048", "evil.example": "rsa-2048-evil",
        "relay.example": "rsa-2048-relay"}
SIGNED = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version",
          "Content-Type"]
OVERSIGNED = ["From"]


def split(message):
    """Header fields (octets, with their line ends) and the body."""
    header, _, body = message.partition(b"\r\n\r\n")
    if message.startswith(b"\r\n"):
        header, body = b"", message[2:]
    fields = re.findall(rb"[^\r\n].*?\r\n(?![ \t])", header + b"\r\n", re.S)
    return fields, body


def relaxed_field(field):
    name, _, value = field.partition(b":")
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" \t")
    return name.strip().lower() + b":" + value + b"\r\n"


def canonical_body(body, method):
    if method == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", body)
        body = re.sub(rb" +(\r\n|$)", rb"\1", body)
    body = re.sub(rb"(\r\n)*$", b"", body, count=1)
    if body or method == "simple":
        body += b"\r\n"
    return body


def hashed_fields(fields, names, method):
    """The signed fields, each name taking the next instance from below."""
    left = list(fields)
    chosen = []
    for name in names:
        for i in range(len(left) - 1, -1, -1):
            if left[i].partition(b":")[0].strip().lower() == \
                    name.strip().lower().encode("ascii"):
                chosen.append(left.pop(i))
                break
    if method == "relaxed":
        chosen = [relaxed_field(field) for field in chosen]
    return b"".join(chosen)


def signature_value(key, algorithm, octets):
    if algorithm == "ed25519-sha256":
        return key.sign(hashlib.sha256(octets).digest())
    digest = hashes.SHA1() if algorithm.endswith("sha1") else hashes.SHA256()
    return key.sign(octets, padding.PKCS1v15(), digest)


def signature_field(message, *, domain, selector="s1", key=None,
                    algorithm=None, canonical="relaxed/relaxed",
                    signed=None, oversigned=None, length=None, extra=(),
                    change=None, fold=True, tail=""):
    """The DKIM-Signature field for `message`, with its line end.

    `extra` are tags to add; `change` gets the list of (tag, value) pairs
    before the signature is made and returns the list to write; `tail` stands
    behind b=.
    """
    private = keys.private_key(key or KEYS.get(domain, "rsa-2048"))
    if algorithm is None:
        is_rsa = isinstance(private, rsa.RSAPrivateKey)
        algorithm = "rsa-sha256" if is_rsa else "ed25519-sha256"
    header_method, body_method = canonical.split("/")
    fields, body = split(message)
    present = {f.partition(b":")[0].strip().lower().decode("latin-1")
               for f in fields}
    if signed is None:
        signed = [name for name in SIGNED if name.lower() in present]
    names = signed + (OVERSIGNED if oversigned is None else oversigned)
    canonical_octets = canonical_body(body, body_method)
    if length is not None:
        canonical_octets = canonical_octets[:length]
    digest = hashlib.sha1 if algorithm.endswith("sha1") else hashlib.sha256
    body_hash = base64.b64encode(digest(canonical_octets).digest())
    tags = [("v", "1"), ("a", algorithm), ("c", canonical), ("d", domain),
            ("s", selector), ("t", str(NOW)), *extra]
    if length is not None:
        tags.append(("l", str(length)))
    tags += [("h", ":".join(names)), ("bh", body_hash.decode("ascii")),
             ("b", "")]
    if change:
        tags = change(tags)
    separator = ";\r\n\t" if fold else "; "
    text = separator.join(f"{tag}={value}" for tag, value in tags)
    unsigned = b"DKIM-Signature: " + text.encode("utf-8")
    covered = [v for t, v in tags if t == "h"][-1:] or [""]
    octets = hashed_fields(fields, covered[0].split(":"), header_method)
    end = tail.encode("ascii") + b"\r\n"
    last = unsigned + end
    octets += relaxed_field(last) if header_method == "relaxed" else last
    if octets.endswith(b"\r\n"):
        octets = octets[:-2]
    value = base64.b64encode(signature_value(private, algorithm, octets))
    if fold:
        value = b"\r\n\t ".join(value[i:i + 70]
                                for i in range(0, len(value), 70))
    # b= is last, and its value is no part of what was hashed.
    return unsigned + value + end


def sign(message, **options):
    return signature_field(message, **options) + message
