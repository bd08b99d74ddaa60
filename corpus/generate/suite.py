"""A folder of the corpus: message files and the manifest that judges them.

A generator module has one function, cases(suite), that adds its cases; all.py
calls it and writes the folder.  Message files have CRLF line ends, and a run
from the same payloads and keys writes the same octets again.
"""

import json
import pathlib
import uuid

import signing

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOW = signing.NOW

AUTHOR = "alice@alice.example"
RECIPIENT = "bob@relay.example"

# What stands in the Message-ID of a message until it has a name of its own.
IDENTIFIER = "529c0143-9050-4ce3-a6d6-9b37d5e35af7"

# The replies that the design gives, as the manifest compares them: prefixes.
CLEARTEXT = "523 5.7.1 Encryption Needed: Invalid Unencrypted Mail"
UNSIGNED = "554 5.7.1 No DKIM signature found"
BAD_SIGNATURE = "554 5.7.1 No valid DKIM signature found"
BAD_FROM = "500 5.7.1 Invalid FROM header"
OTHER_FROM = "500 5.7.1 Invalid FROM "
MALFORMED = "554 5.6.0"
TEMPORARY = "451 4.7.5"
UNKNOWN = "550 5.1.1"


def octets(text):
    """Text with LF line ends to octets with CRLF; octets stay as they are."""
    if isinstance(text, bytes):
        return text
    return text.encode("utf-8").replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def payload(name):
    """An OpenPGP message of corpus/payloads/, as text with LF line ends."""
    text = (ROOT / "payloads" / f"{name}.asc").read_text(encoding="ascii")
    return text.replace("\r\n", "\n").rstrip("\n") + "\n"


def named(message, name):
    """The message with an identifier of its own, so that no two are equal."""
    own = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.corpus.example"))
    return octets(message).replace(IDENTIFIER.encode(), own.encode())


class Suite:
    """Collects the cases of one folder and writes them."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder)
        self.path.mkdir(parents=True, exist_ok=True)
        self.rows = []
        self.names = set()

    def case(self, name, message, why, expect="accept", **row):
        """One message and what must come of it.

        `sign` (default: inbound only) adds a signature of the author's
        domain, or of the domain given; `also` lists more directions, or more
        complete rows, for the same file.  Without a message the file is
        there already.
        """
        direction = row.pop("direction", "inbound")
        sign = row.pop("sign", direction == "inbound")
        also = row.pop("also", ())
        if name in self.names:
            raise ValueError(f"two cases named {name}")
        self.names.add(name)
        if message is not None:
            message = named(message, name)
            if sign:
                domain = sign if isinstance(sign, str) else "alice.example"
                message = signing.sign(message, domain=domain)
            (self.path / f"{name}.eml").write_bytes(message)
        first = self.row(name, direction, expect, why, sign, row)
        for more in also:
            if isinstance(more, str):
                more = {"direction": more}
            self.row(name, more.get("direction", direction), expect, why,
                     sign, {**row, **more})
        return first

    def row(self, name, direction, expect, why, sign, changes):
        row = {
            "file": f"{name}.eml",
            "direction": direction,
            "mail_from": AUTHOR,
            "rcpt_to": [RECIPIENT],
            "cleartext_ok": False,
            "unknown": [],
            "expect": expect,
            "reply": None,
            "why": why,
        }
        if sign and direction == "inbound":
            row["dns"] = "dns.json"
        row["now"] = NOW
        row.update(changes)
        row["direction"] = direction
        self.rows.append(row)
        return row

    def write(self, dns=None, manifest="manifest.jsonl"):
        """Writes the manifest, and removes files that no case names."""
        listed = {row["file"] for row in self.rows}
        for old in self.path.glob("*.eml"):
            if old.name not in listed:
                old.unlink()
        named = {row.get("dns") for row in self.rows} | {"dns.json"}
        for old in self.path.glob("*.dns.json"):
            if old.name not in named:
                old.unlink()
        lines = [json.dumps(row, ensure_ascii=False) for row in self.rows]
        (self.path / manifest).write_text(
            "\n".join(lines) + "\n", encoding="utf-8")
        if dns is not None:
            self.write_dns("dns.json", dns)

    def write_dns(self, name, records):
        (self.path / name).write_text(
            json.dumps(records, indent=1) + "\n", encoding="ascii")
