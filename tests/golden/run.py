#!/usr/bin/env python3
"""Runs the command lines of *.golden and compares what they print.

    run.py BIN_DIRECTORY GOT_DIRECTORY [NAME...]

A golden file is a transcript: "$ " begins a command line for sh, what follows
is its output (both streams), "[N]" at the end an exit status other than 0, and
"# " a remark.  Commands run in this folder with the programs of BIN_DIRECTORY
first in PATH; $T is an empty directory of the transcript's own, and stands as
$T in the output too.

On a difference the transcript that was got is written to GOT_DIRECTORY, ready
to be looked at and moved here.  A run without a command fails.
"""

import difflib
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
SECONDS = 120


def run(command, environment):
    done = subprocess.run(
        ["sh", "-c", command], cwd=FOLDER, env=environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=SECONDS)
    output = done.stdout.decode("utf-8", "backslashreplace")
    output = output.replace(environment["T"], "$T").replace("\r", "\\r")
    if output and not output.endswith("\n"):
        output += "\n(no line end)\n"
    if done.returncode != 0:
        output += f"[{done.returncode}]\n"
    return output


def replay(golden, bin_directory):
    """The transcript as it is got now, and the number of its commands."""
    got, commands = [], 0
    with tempfile.TemporaryDirectory() as scratch:
        environment = {
            "PATH": f"{bin_directory}:/usr/bin:/bin",
            "LC_ALL": "C",
            "T": scratch,
            # Sanitizers may be built in; their reports are differences.
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
        }
        for line in golden.splitlines(keepends=True):
            if line.startswith("$ "):
                commands += 1
                got.append(line)
                got.append(run(line[2:].rstrip("\n"), environment))
            elif line.startswith("# ") or line == "#\n":
                got.append(line)
    return "".join(got), commands


def main():
    bin_directory = pathlib.Path(sys.argv[1]).resolve()
    got_directory = pathlib.Path(sys.argv[2])
    names = sys.argv[3:]
    commands, different = 0, []
    for path in sorted(FOLDER.glob("*.golden")):
        if names and path.stem not in names:
            continue
        golden = path.read_text(encoding="utf-8")
        got, count = replay(golden, bin_directory)
        commands += count
        if got == golden and count > 0:
            continue
        different.append(path.name)
        got_directory.mkdir(parents=True, exist_ok=True)
        (got_directory / path.name).write_text(got, encoding="utf-8")
        sys.stdout.writelines(difflib.unified_diff(
            golden.splitlines(keepends=True), got.splitlines(keepends=True),
            path.name, str(got_directory / path.name)))
    if commands == 0:
        print("no command was run")
        return 1
    print(f"{commands} commands, {len(different)} transcripts differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
