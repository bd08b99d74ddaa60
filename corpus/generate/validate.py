#!/usr/bin/python3
"""Checks that the manifests of the corpus are what they should be.

Every line parses and names only known fields, every file is there and is named
by a line, line ends are CRLF, no message is there twice, the folders hold as
many cases as they promise, and all.py makes exactly what is there: a case
that was added by hand would be lost with its next run.  Each bound of
docs/security.md names cases or tests that are there.
"""

import collections
import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIELDS = {
    "file": str, "direction": str, "mail_from": str, "rcpt_to": list,
    "login": str, "client_address": str, "cleartext_ok": (bool, list),
    "unknown": list, "expect": str, "reply": (str, type(None)), "why": str,
    "dns": str, "now": int, "assume": list,
}
REQUIRED = {"file", "direction", "mail_from", "rcpt_to", "cleartext_ok",
            "unknown", "expect", "reply", "why"}
WORDS = {"direction": {"inbound", "outbound", "local", "internal"},
         "expect": {"accept", "reject", "tempfail", "either"}}
# folder: (expect that counts, least number of files with it)
LEAST = {"encrypted": ("accept", 60), "readable": ("reject", 80),
         "dkim": (None, 40), "shapes": (None, 1), "own-bounces": (None, 1)}
LISTS = {"own-bounces": "with-key.jsonl"}
# Files whose point is an octet that is no CRLF line end.
OTHER_LINE_ENDS = {"bare-lf-part", "bare-lf-preamble", "bare-cr-part"}


def row_errors(folder, row):
    errors = [f"unknown field {name}" for name in row if name not in FIELDS]
    errors += [f"no {name}" for name in sorted(REQUIRED - row.keys())]
    for name, kind in FIELDS.items():
        if name in row and not isinstance(row[name], kind):
            errors.append(f"{name} is of the wrong kind")
        if name in WORDS and row.get(name) not in WORDS[name]:
            errors.append(f"{name} is {row.get(name)!r}")
    if errors:
        return errors
    if row["expect"] == "accept" and row["reply"] is not None:
        errors.append("an accepted message has no reply")
    if row["expect"] == "reject" and not (row["reply"] or "5").startswith("5"):
        errors.append("a refusal that does not start with 5")
    if row["expect"] == "tempfail" and not row["reply"].startswith("4"):
        errors.append("a temporary refusal that does not start with 4")
    if not row["why"]:
        errors.append("why is empty")
    for name in ("file", "dns"):
        if name in row and not (folder / row[name]).is_file():
            errors.append(f"{row[name]} is not there")
    if "dns" in row:
        json.loads((folder / row["dns"]).read_text(encoding="utf-8"))
    return errors


def check_folder(folder, least):
    errors, rows, seen = [], [], set()
    manifest = folder / LISTS.get(folder.name, "manifest.jsonl")
    for number, line in enumerate(
            manifest.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{folder.name}/{manifest.name}:{number}"
        row = json.loads(line)
        errors += [f"{place}: {error}" for error in row_errors(folder, row)]
        rows.append(row)
        case = json.dumps({k: v for k, v in row.items() if k not in
                           ("why", "expect", "reply")}, sort_keys=True)
        if case in seen:
            errors.append(f"{place}: the same case again")
        seen.add(case)
    named = {row["file"] for row in rows} | {
        row["dns"] for row in rows if "dns" in row}
    for path in folder.iterdir():
        if path.name not in named and path != manifest:
            errors.append(f"{folder.name}/{path.name}: in no line")
    word, number = least
    found = {row["file"] for row in rows if word in (None, row["expect"])}
    if len(found) < number:
        errors.append(f"{folder.name}: {len(found)} files, not {number}")
    return errors, rows


def check_octets(folders):
    errors, digests = [], collections.defaultdict(list)
    for folder in folders:
        for path in sorted(folder.glob("*.eml")):
            octets = path.read_bytes()
            name = f"{folder.name}/{path.name}"
            digests[hashlib.sha256(octets).digest()].append(name)
            bare = octets.replace(b"\r\n", b"")
            if path.stem not in OTHER_LINE_ENDS and \
                    (b"\n" in bare or b"\r" in bare):
                errors.append(f"{name}: line ends are not CRLF")
    errors += [f"the same message: {', '.join(names)}"
               for names in digests.values() if len(names) > 1]
    return errors


def check_folders():
    """Whether every folder with cases is one that is looked at here."""
    found = {path.parent.name for path in ROOT.glob("*/*.jsonl")}
    return [f"{name}: is not in LEAST" for name in sorted(found - LEAST.keys())]


def shown(name, cases, tests):
    """Whether a case or a test that docs/security.md names is there."""
    if ": " in name:
        file, text = name.split(": ", 1)
        if file == "bounds_test":
            file, text = "bounds_test.cc", f'{{"{text}",'
        return text in tests.get(file, "")
    if {f"{name}-at", f"{name}-beyond"} <= cases.keys():
        return cases[f"{name}-at"] == {"accept"} and \
            cases[f"{name}-beyond"] == {"reject"}
    bulky = (ROOT / "generate" / "shapes_limits.py").read_text("utf-8")
    made = bulky[bulky.index("def bulky"):]
    return name in cases or f'"{name.removeprefix("limit-")}"' in made


def check_security(rows):
    """That each bound of docs/security.md names what shows it."""
    cases = collections.defaultdict(set)
    for row in rows:
        cases[row["file"].removesuffix(".eml")].add(row["expect"])
    tests = collections.defaultdict(str)  # two folders may have one of a name
    for path in [*(ROOT.parent / "tests").rglob("*_test.cc"),
                 *(ROOT.parent / "tests").rglob("test_*.py"),
                 ROOT.parent / "deploy/templates/postfix/main.cf"]:
        tests[path.name] += path.read_text(encoding="utf-8")
    errors, found = [], 0
    text = (ROOT.parent / "docs" / "security.md").read_text(encoding="utf-8")
    # What the statistics leave has no bound that two messages could show.
    for line in text.partition("## Inside the ciphertext")[0].splitlines():
        cells = line.strip("|").split(" | ")
        if not line.startswith("| ") or cells[0].strip() == "where":
            continue
        names = re.findall("`([^`]+)`", cells[-1]) if len(cells) == 4 else []
        found += len(names)
        if not names:
            errors.append(f"security.md: nothing shows {cells[0].strip(' |')!r}")
        errors += [f"security.md: {name} is not there" for name in names
                   if not shown(name, cases, tests)]
    return errors or ([] if found else ["security.md: no row was read"])


def check_generators():
    # By its own first line: the python3 that has Debian's modules.
    run = subprocess.run([ROOT / "generate" / "all.py", "--check"],
                         capture_output=True, check=False, text=True)
    if run.returncode == 0:
        return []
    return run.stderr.splitlines() or ["all.py --check failed"]


def main():
    errors, total, all_rows = check_folders(), 0, []
    for name, least in LEAST.items():
        folder_errors, rows = check_folder(ROOT / name, least)
        errors += folder_errors
        all_rows += rows
        total += len(rows)
        counts = collections.Counter(row["expect"] for row in rows)
        files = len({row["file"] for row in rows})
        print(f"{name}: {files} messages, {len(rows)} cases, " + ", ".join(
            f"{count} {word}" for word, count in sorted(counts.items())))
    errors += check_octets([ROOT / name for name in LEAST])
    errors += check_security(all_rows)
    errors += check_generators()
    for error in errors:
        print(error, file=sys.stderr)
    print(f"{total} cases, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
