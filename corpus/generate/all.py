#!/usr/bin/python3
"""Writes the generated folders of the corpus, or those named as arguments.

Needs python3-cryptography and python3-dkim; payloads come from payloads.sh
and payloads.mjs and are not remade here.
"""

import importlib
import sys

import dkim

import keys
import signing
import suite

FOLDERS = {
    "own-bounces": ["own_bounces"],
    "shapes": ["real_messages", "shapes_secure_join", "shapes_bounces",
               "shapes_envelopes", "shapes_bounds"],
    "dkim": ["dkim_signatures", "dkim_messages", "dkim_keys", "dkim_tools"],
    "readable": ["readable_mime", "readable_fields", "readable_openpgp",
                 "readable_words",
                 "readable_keys",
                 "readable_plain", "readable_author"],
    "encrypted": ["real_messages", "encrypted_clients", "encrypted_mime",
                  "encrypted_openpgp"],
}


# A list that is not for every run has another name.
LISTS = {"own-bounces": "with-key.jsonl"}


def dns():
    return {f"s1._domainkey.{domain}": [keys.record(name)]
            for domain, name in signing.KEYS.items()}


def check_signature(folder, row, records):
    """That a signature meant to be valid is so in another's eyes too."""
    message = (folder / row["file"]).read_bytes()

    def lookup(name, timeout=5):
        found = records.get(name.decode("ascii").rstrip("."), [""])
        return found[0].encode("ascii")

    if not dkim.verify(message, dnsfunc=lookup):
        raise SystemExit(f"{row['file']}: dkimpy does not verify it")


def main(wanted):
    sys.path.insert(0, str(suite.ROOT / "generate"))
    records = dns()
    for folder, modules in FOLDERS.items():
        if wanted and folder not in wanted:
            continue
        one = suite.Suite(suite.ROOT / folder)
        for module in modules:
            importlib.import_module(module).cases(one)
        one.write(None if folder == "dkim" else records,
                  LISTS.get(folder, "manifest.jsonl"))
        if folder == "encrypted":
            for row in one.rows:
                if "dns" in row:
                    check_signature(one.path, row, records)
        print(f"{folder}: {len(one.rows)} cases, {len(one.names)} files")


if __name__ == "__main__":
    main(sys.argv[1:])
