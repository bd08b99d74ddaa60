#!/usr/bin/python3
"""Holds docs/rfc-coverage.md against the tree.

Every file that a table names is there, and every test is a test of the file
that it is said to be in: FILE "name of the test case".  A table of the tests
names one for each requirement that is followed.

Run: tests/rfc_coverage.py [DOCUMENT]
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEST = re.compile(r'(tests/[\w./-]+\.(?:cc|py))((?: "[^"]+")+)')
NAME = re.compile(r'"([^"]+)"')
# A test case's name may be cut into several literals.
CASE = re.compile(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
FUNCTION = re.compile(r"def (test_\w+)\(")
ANSWERS = ("yes", "stricter", "tolerant", "departs", "no")


def cases_of(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return set(FUNCTION.findall(text))
    names = set()
    for literals in CASE.findall(text):
        names.add("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals)))
    return names


def cells_of(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def tables_of(text):
    """Yields (head, [(line number, cells)]) of each table."""
    rows = []
    for number, line in enumerate(text.splitlines() + [""], 1):
        if line.startswith("|"):
            rows.append((number, cells_of(line)))
        elif rows:
            yield rows[0][1], rows[2:]
            rows = []


def missing_files(cell):
    for name in (part.strip() for part in cell.split(",")):
        if name and not list(ROOT.glob(name)):
            yield name


def errors_in_tests(cell):
    rest = cell
    for path, names in TEST.findall(cell):
        rest = rest.replace(path + names, "", 1)
        if not (ROOT / path).is_file():
            yield f"there is no {path}"
            continue
        cases = cases_of(ROOT / path)
        for name in NAME.findall(names):
            if name not in cases:
                yield f'{path} has no test "{name}"'
    if rest.strip(" ;"):
        yield f"not a test: {rest.strip(' ;')}"


def errors_in_row(head, cells):
    if len(cells) != len(head):
        yield f"{len(cells)} cells instead of {len(head)}"
        return
    row = dict(zip(head, cells))
    for name in missing_files(row.get("where", "")):
        yield f"there is no {name}"
    if "test" not in row:
        return
    yield from errors_in_tests(row["test"])
    answer = row[head[-1]].split(":")[0].split(",")[0]
    if answer not in ANSWERS:
        yield f"'{answer}' is none of {', '.join(ANSWERS)}"
    if answer != "no" and not row["test"]:
        yield "a requirement that is followed, and no test"


def main():
    document = pathlib.Path(
        sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs/rfc-coverage.md")
    errors = []
    requirements = 0
    for head, rows in tables_of(document.read_text(encoding="utf-8")):
        for number, cells in rows:
            requirements += "test" in head
            errors += [f"{document}:{number}: {error}"
                       for error in errors_in_row(head, cells)]
    for error in errors:
        print(error, file=sys.stderr)
    # A document whose tables are not found would have no error.
    if requirements < 100:
        print(f"{document}: only {requirements} requirements with a test",
              file=sys.stderr)
        return 1
    print(f"{requirements} requirements, each with its test")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
