"""Delta Chat's core as programs: fetched by npm, versions and hashes pinned.

core/package-lock.json names them; npm refuses what has another hash.  They are
kept in build/, where the next run finds them.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess

from harness import postfix

PINNED = os.path.join(postfix.SOURCE, "tests/stack/relays/core")
FILES = ("package.json", "package-lock.json", ".npmrc")
FOLDER = os.path.join(postfix.SOURCE, "build/delta-chat-cores")


def fetch():
    """Has the programs there, or raises an error that says what to do.

    Of several at once one fetches, and the others wait for it.
    """
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _fetch()


def _fetch():
    if platform.machine() != "x86_64":
        raise RuntimeError("Delta Chat's core is pinned for x86_64 alone, and "
                           "this is " + platform.machine())
    stamp = os.path.join(FOLDER, "stamp")
    wanted = hashlib.sha256()
    for name in FILES:
        with open(os.path.join(PINNED, name), "rb") as file:
            wanted.update(file.read())
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as file:
            if file.read() == wanted.hexdigest():
                return
    if not shutil.which("npm"):
        raise RuntimeError("npm is not installed; it fetches Delta Chat's core")
    for name in FILES:
        shutil.copy(os.path.join(PINNED, name), FOLDER)
    done = subprocess.run(
        ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=FOLDER, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError("npm could not fetch Delta Chat's core:\n" +
                           done.stdout + done.stderr)
    with open(stamp, "w", encoding="ascii") as file:
        file.write(wanted.hexdigest())


def program(version):
    """The path of "today" or "old"."""
    return os.path.join(FOLDER, "node_modules", version,
                        "deltachat-rpc-server")
