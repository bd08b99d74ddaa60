#!/usr/bin/python3
"""rfc_coverage.py fails where it must: the document with one thing broken."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DOCUMENT = HERE.parent / "docs/rfc-coverage.md"


def errors_of(text):
    """The exit status, and what was wrong."""
    with tempfile.NamedTemporaryFile("w", suffix=".md") as file:
        file.write(text)
        file.flush()
        done = subprocess.run([HERE / "rfc_coverage.py", file.name],
                              capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def main():
    text = DOCUMENT.read_text(encoding="utf-8")
    if errors_of(text) != (0, ""):
        sys.exit("the document as it is: " + errors_of(text)[1])
    broken = (
        ("| dkim/tag_list.cc |", "| dkim/no_list.cc |",
         "there is no dkim/no_list.cc"),
        ('"a testing key passes and is told"', '"a testing key"',
         'has no test "a testing key"'),
        ("tests/dkim/verifier_test.cc", "tests/dkim/absent_test.cc",
         "there is no tests/dkim/absent_test.cc"),
        ("tests/dkim/verifier_test.cc", "some test", "not a test: some test"),
        ("| yes |\n| 3.2 |", "| perhaps |\n| 3.2 |", "'perhaps' is none of"),
        ("| where | test | |", "| where | proof | |",
         "requirements with a test"),
        ("| test | |\n|---|---|---|---|---|\n| 2.8",
         "| test | |\n|---|---|---|---|---|\n| 2.8 | | 2.8",
         "cells instead of"),
    )
    for old, new, wanted in broken:
        if old not in text:
            sys.exit(f"the document has no {old!r}")
        status, errors = errors_of(text.replace(old, new))
        if status == 0 or wanted not in errors:
            sys.exit(f"{old!r} -> {new!r}: wanted {wanted!r}, got {errors!r}")
    print(f"{len(broken)} broken documents, each refused")


if __name__ == "__main__":
    main()
