#!/usr/bin/python3
"""Writes the generated folders of the corpus, or those named as arguments.

    all.py [--check] [FOLDER...]

With --check nothing is written: it fails when a run would add, drop or change
a file.  Needs python3-cryptography and python3-dkim; payloads come from
payloads.sh and payloads.mjs and are not remade here.
"""

import importlib
import pathlib
import shutil
import sys
import tempfile

import dkim

import keys
import signing
import suite

FOLDERS = {
    "own-bounces": ["own_bounces"],
    "shapes": ["real_messages", "shapes_secure_join", "shapes_bounces",
               "shapes_envelopes", "shapes_autocrypt", "shapes_bounds",
               "shapes_limits"],
    "dkim": ["dkim_signatures", "dkim_messages", "dkim_keys", "dkim_tools"],
    "readable": ["readable_mime", "readable_fields", "readable_openpgp",
                 "readable_plain", "readable_author", "readable_bounces",
                 "readable_words", "readable_keys"],
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


def write(folder, path):
    """The files of a folder of the corpus, at `path`."""
    records = dns()
    one = suite.Suite(path)
    for module in FOLDERS[folder]:
        importlib.import_module(module).cases(one)
    one.write(None if folder == "dkim" else records,
              LISTS.get(folder, "manifest.jsonl"))
    if folder == "encrypted":
        for row in one.rows:
            if "dns" in row:
                check_signature(one.path, row, records)
    return one


def differences(folder):
    """What a run would change, in words."""
    there = suite.ROOT / folder
    with tempfile.TemporaryDirectory() as place:
        made = pathlib.Path(place) / folder
        shutil.copytree(there, made)  # some files are kept, not made again
        write(folder, made)
        names = {path.name for path in [*there.iterdir(), *made.iterdir()]}
        for name in sorted(names):
            if not (made / name).exists():
                yield f"{folder}/{name}: a run would drop it"
            elif not (there / name).exists():
                yield f"{folder}/{name}: a run would add it"
            elif (there / name).read_bytes() != (made / name).read_bytes():
                yield f"{folder}/{name}: a run would change it"


def check(folders):
    errors = [error for folder in folders for error in differences(folder)]
    for error in errors:
        print(error, file=sys.stderr)
    print(f"{len(folders)} folders, {len(errors)} files that would change")
    return 1 if errors else 0


def main(arguments):
    sys.path.insert(0, str(suite.ROOT / "generate"))
    wanted = [name for name in arguments if name != "--check"]
    folders = [name for name in FOLDERS if not wanted or name in wanted]
    if "--check" in arguments:
        return check(folders)
    for folder in folders:
        one = write(folder, suite.ROOT / folder)
        print(f"{folder}: {len(one.rows)} cases, {len(one.names)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
