"""Delta Chat's core as programs: versions and hashes pinned in core/.

npm brings the servers of JSON-RPC (package-lock.json), pip the library
(library.txt); both refuse what has another hash.  They are kept in build/,
where the next run finds them.
"""

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import zipfile

from harness import postfix

PINNED = os.path.join(postfix.SOURCE, "tests/stack/relays/core")
SERVERS = ("package.json", "package-lock.json", ".npmrc")
LIBRARY = "library.txt"
FOLDER = os.path.join(postfix.SOURCE, "build/delta-chat-cores")
# In the wheel, for the Python of Debian 12.
LIBRARY_FILE = "deltachat/capi.abi3.so"
WHEEL = ("--platform", "manylinux2014_x86_64", "--implementation", "cp",
         "--python-version", "3.11", "--abi", "cp311")
TELEPHONE = os.path.join(postfix.SOURCE, "tests/stack/relays/telephone.py")


def fetch():
    """Has the programs there, or raises an error that says what to do.

    Of several at once one fetches, and the others wait for it.
    """
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if platform.machine() != "x86_64":
            raise RuntimeError("Delta Chat's core is pinned for x86_64 alone, "
                               "and this is " + platform.machine())
        _once("stamp", SERVERS, _fetch_servers)
        _once("library.stamp", (LIBRARY,), _fetch_library)


def _once(name, pins, fetch_them):
    """Unless it was done for the same pins."""
    stamp = os.path.join(FOLDER, name)
    wanted = hashlib.sha256()
    for pin in pins:
        with open(os.path.join(PINNED, pin), "rb") as file:
            wanted.update(file.read())
    if os.path.exists(stamp):
        with open(stamp, encoding="ascii") as file:
            if file.read() == wanted.hexdigest():
                return
    fetch_them()
    with open(stamp, "w", encoding="ascii") as file:
        file.write(wanted.hexdigest())


def _run(*command):
    if not shutil.which(command[0]):
        raise RuntimeError(
            command[0] + " is not installed; it fetches Delta Chat's core")
    done = subprocess.run(command, cwd=FOLDER, check=False,
                          capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError("%s could not fetch Delta Chat's core:\n%s%s" % (
            command[0], done.stdout, done.stderr))


def _fetch_servers():
    for name in SERVERS:
        shutil.copy(os.path.join(PINNED, name), FOLDER)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


def _fetch_library():
    wheels = os.path.join(FOLDER, "wheels")
    shutil.rmtree(wheels, ignore_errors=True)
    _run("pip3", "download", "--quiet", "--no-deps", "--require-hashes",
         "--only-binary=:all:", *WHEEL, "--dest", wheels,
         "--requirement", os.path.join(PINNED, LIBRARY))
    wheel, = os.listdir(wheels)
    with zipfile.ZipFile(os.path.join(wheels, wheel)) as archive:
        archive.extract(LIBRARY_FILE, FOLDER)
    shutil.rmtree(wheels)


def command(version, token=None):
    """The command line of "today", "old" or "telephone".

    A telephone has a `token` for its notifications.
    """
    if version == "telephone":
        return ["/usr/bin/python3", TELEPHONE,
                os.path.join(FOLDER, LIBRARY_FILE), token]
    return [os.path.join(FOLDER, "node_modules", version,
                         "deltachat-rpc-server")]
