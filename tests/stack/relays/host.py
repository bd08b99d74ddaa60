"""A host of its own: file system, network and processes, for as long as it runs.

What the machine has is below, read only; what the host changes lies in memory
and is gone when it ends (overlay file system).  So a relay has its own /etc,
/var/spool/postfix, /run and /home/vmail, and its configuration is used octet
for octet.  The host's first process is our child; when it ends, the kernel ends
every process of the host, and its mounts and interfaces go with the last.
"""

import os
import signal
import socket
import subprocess
import threading

from harness import postfix, sandbox

# Makes the file system, then is the parent of what lost its own (PID 1).
FIRST = """
set -e
mount -t tmpfs -o mode=755 host "$1"
mkdir "$1/above" "$1/work" "$1/root"
mount -t overlay overlay \
    -o "lowerdir=/,upperdir=$1/above,workdir=$1/work" "$1/root"
mount -t tmpfs -o mode=755 dev "$1/root/dev"
for node in null zero full random urandom tty; do
  cp -a "/dev/$node" "$1/root/dev/$node"
done
ln -s /proc/self/fd "$1/root/dev/fd"
mkdir -m 1777 "$1/root/dev/shm"
mount -t proc proc "$1/root/proc"
mount -t tmpfs -o mode=755 run "$1/root/run"
mount -t tmpfs -o mode=1777 tmp "$1/root/tmp"
mkdir -p "$1/root/$2"
mount --bind "$2" "$1/root/$2"
ip link set lo up
touch "$3"
exec chroot "$1/root" /bin/bash -c '
  trap exit TERM
  while :; do sleep 3600 & wait $!; done'
"""


def child_of(pid):
    """The first child of a process, by the number that it has here."""
    path = "/proc/%d/task/%d/children" % (pid, pid)
    with open(path, encoding="ascii") as file:
        children = file.read().split()
    return int(children[0]) if children else None


class Host:
    """`box` ends it."""

    def __init__(self, box, name):
        self.box = box
        self.name = name
        place = box.folder(name, "system")
        ready = box.path(name, "ready")
        self._first = box.start(
            ["unshare", "--net", "--mount", "--pid", "--ipc", "--fork",
             "--kill-child", "/bin/bash", "-c", FIRST, name, place,
             postfix.SOURCE, ready], name + "/first.log")
        sandbox.wait_for(lambda: self._is_up(ready), 20,
                         "the file system of " + name)
        self.pid = child_of(self._first.pid)
        sandbox.wait_for(self._has_root, 20, "the root of " + name)
        box.watch(self.pid)
        box.on_close(self._end)
        self.root = "/proc/%d/root" % self.pid

    def take_syslog(self):
        """Has what is said to syslog(3) written to the log "syslog"."""
        log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        log.bind(self.path("/dev/log"))
        os.chmod(self.path("/dev/log"), 0o666)

        def read():
            with open(self.box.path(self.name, "syslog.log"), "ab",
                      buffering=0) as out:
                while line := log.recv(65536):
                    out.write(line.rstrip(b"\0\n") + b"\n")
        threading.Thread(target=read, daemon=True).start()

    def _is_up(self, ready):
        if self._first.poll() is not None:
            with open(self.box.path(self.name, "first.log"),
                      encoding="utf-8") as file:
                raise RuntimeError("no host of its own (root is needed):\n" +
                                   file.read())
        return os.path.exists(ready)

    def _has_root(self):
        return (os.path.exists("/proc/%d/root/run" % self.pid) and
                not os.path.samefile("/proc/%d/root" % self.pid, "/"))

    def _end(self):
        """All its processes, at once."""
        if self._first.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
            self._first.wait(20)

    def inside(self, *arguments):
        """The command line that runs this in the host."""
        return ["nsenter", "--target", str(self.pid), "--net", "--mount",
                "--pid", "--ipc", "--root", "--wdns=/", "--", *arguments]

    def run(self, *arguments, check=True, **options):
        """Runs a program to its end; gives what it printed."""
        done = subprocess.run(
            self.inside(*arguments), check=False, capture_output=True,
            text=True, timeout=60, **options)
        if check and done.returncode:
            raise RuntimeError("%s: %s: status %d\n%s%s" % (
                self.name, " ".join(arguments), done.returncode, done.stdout,
                done.stderr))
        return done.stdout + done.stderr

    def start(self, log, *arguments, **options):
        """Starts a program that stays in the foreground; gives our child."""
        return self.box.start(self.inside(*arguments),
                              "%s/%s.log" % (self.name, log), **options)

    def stop(self, child, seconds=20):
        """Ends what start() gave, and gives its exit status."""
        if child.poll() is None:
            os.kill(child_of(child.pid) or child.pid, signal.SIGTERM)
            child.wait(seconds)
        return self.box.stop(child)

    def read_log(self, log):
        with open(self.box.path(self.name, log + ".log"), encoding="utf-8",
                  errors="replace") as file:
            return file.read()

    def path(self, path):
        """How a path of the host is reached from here."""
        return self.root + path

    def read(self, path):
        with open(self.path(path), encoding="utf-8", errors="replace") as file:
            return file.read()

    def write(self, path, text, mode=0o644):
        there = self.path(path)
        os.makedirs(os.path.dirname(there), exist_ok=True)
        with open(there, "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(there, mode)
        return path
