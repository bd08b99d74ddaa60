"""What a host is like, so that it can be said later that it is still so."""

import os
import subprocess

FOLDERS = ("/etc", "/var/lib", "/var/spool", "/var/mail", "/home", "/srv",
           "/opt", "/usr/local", "/lib/systemd")


def entry(path):
    """Whose it is, when it was changed, and what is in it, by its size."""
    status = os.lstat(path)
    target = os.readlink(path) if os.path.islink(path) else ""
    return (status.st_mode, status.st_uid, status.st_gid, status.st_size,
            status.st_mtime_ns, target)


def files(folders=FOLDERS):
    """Every file, folder and link below, into what it is like."""
    found = {}
    for top in folders:
        for folder, names, others in os.walk(top):
            for name in (*names, *others, "."):
                path = os.path.join(folder, name)
                try:
                    found[path] = entry(path)
                except FileNotFoundError:
                    pass  # it went while we looked
    return found


def listening():
    """(protocol, address and port) of each socket that takes what comes."""
    said = subprocess.run(["ss", "-Hlntu"], check=True, capture_output=True,
                          text=True).stdout
    return {(line.split()[0], line.split()[4]) for line in said.splitlines()}


def network():
    """Interfaces, addresses and routes."""
    return "".join(subprocess.run(
        ["ip", *words.split()], check=True, capture_output=True,
        text=True).stdout for words in ("-br link", "-br addr", "route",
                                        "-6 route"))


def mounts():
    with open("/proc/self/mounts", encoding="utf-8") as file:
        return sorted(file)


def descendants(pid):
    """The numbers of all processes that this one has started."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % name, encoding="utf-8",
                      errors="replace") as file:
                parent = file.read().rpartition(")")[2].split()[1]
        except (FileNotFoundError, ProcessLookupError):
            continue
        children.setdefault(int(parent), []).append(int(name))
    found, waiting = set(), [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.add(child)
            waiting.append(child)
    return found


def running(pids):
    """Those that are no zombies."""
    alive = set()
    for pid in pids:
        try:
            with open("/proc/%d/stat" % pid, encoding="utf-8",
                      errors="replace") as file:
                state = file.read().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in "ZX":
            alive.add(pid)
    return alive
