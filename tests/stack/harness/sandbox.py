"""A folder, a network of its own where possible, and child processes.

The test moves itself into a network namespace that has nothing but a loopback
interface: real port numbers, and no octet reaches the host's network.  Where
root may not do that, as in a container, the servers use free high ports of the
host's loopback.  The sandbox is the parent of what it starts and waits for it; nothing is found by name.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS = 0x8913
SIOCSIFFLAGS = 0x8914
IFF_UP = 0x1


def enter_own_network():
    """Moves this process into a network namespace; False when not allowed."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net", "rb") as before:
        if libc.unshare(CLONE_NEWNET) != 0:
            return False
        try:
            raise_loopback()
        except PermissionError:  # a container without CAP_NET_ADMIN
            libc.setns(before.fileno(), CLONE_NEWNET)
            return False
    return True


def enter_network_of(pid):
    """Moves this thread, and what it starts, into a process's network."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/%d/ns/net" % pid, "rb") as network:
        if libc.setns(network.fileno(), CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def raise_loopback():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh", b"lo", 0)
        answer = fcntl.ioctl(control, SIOCGIFFLAGS, request.ljust(40, b"\0"))
        flags = struct.unpack("16sh", answer[:18])[1] | IFF_UP
        request = struct.pack("16sh", b"lo", flags)
        fcntl.ioctl(control, SIOCSIFFLAGS, request.ljust(40, b"\0"))


def free_port(kind=socket.SOCK_STREAM):
    """A port of the loopback that nobody listens on at the moment."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# "At once", on a machine that has much else to do.  What is held up by what a
# test does takes longer than this, or never comes.
AT_ONCE = 20


def wait_for(condition, seconds, what):
    """Polls until condition() is true; TimeoutError names what was awaited."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise TimeoutError("not within %g s: %s" % (seconds, what))


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def listens(port):
    """Whether something accepts connections on this port of the loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


# Outlives us, and cleans up if we are killed: it is told each child's number,
# and reads the end of its input when nobody is there to tell more.
WATCHER = """
children=" "
while read -r sign number; do
  case $sign in
    +) children="$children$number " ;;
    -) children=${children/ $number / } ;;
    x) exit 0 ;;
  esac
done
kill -TERM $children 2> /dev/null
sleep 3
rm -rf "$1"
"""


class ReadyServer:
    """Learns from a program that it is ready, as systemd does: sd_notify(3)."""

    def __init__(self, path):
        self.path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        if os.path.exists(path):
            os.unlink(path)
        self._socket.bind(path)
        os.chmod(path, 0o777)

    def said(self, word):
        """Whether a message that came since the last one asked for has it."""
        try:
            while True:
                if word in self._socket.recv(4096).decode().split("\n"):
                    return True
        except BlockingIOError:
            return False

    def close(self):
        self._socket.close()


class Sandbox:
    """A temporary folder and the processes and servers that live in it."""

    def __init__(self):
        # Unix socket paths end at 107 octets: a short name.
        self.root = tempfile.mkdtemp(prefix="cm-")
        os.chmod(self.root, 0o755)
        self._children = []
        self._closers = []
        self._watcher = subprocess.Popen(
            ["/bin/bash", "-c", WATCHER, "watcher", self.root],
            stdin=subprocess.PIPE, start_new_session=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def path(self, *names):
        return os.path.join(self.root, *names)

    def folder(self, *names, mode=0o755):
        """The path of a folder that exists then."""
        path = self.path(*names)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, mode)
        return path

    def write(self, name, text, mode=0o644, encoding="utf-8"):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding=encoding, newline="") as out:
            out.write(text)
        os.chmod(path, mode)
        return path

    def start(self, arguments, log, **options):
        """Starts a child in its own session, its output in the file `log`."""
        with open(self.path(log), "ab") as out:
            child = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True, **options)
        self._children.append(child)
        self._tell("+ %d" % child.pid)
        return child

    def watch(self, pid):
        """Has a process that is no child of ours end if we are killed."""
        self._tell("+ %d" % pid)

    def _tell(self, line):
        os.write(self._watcher.stdin.fileno(), line.encode() + b"\n")

    def stop(self, child, seconds=10):
        """Asks with SIGTERM, then insists; returns the exit status."""
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if child in self._children:
            self._children.remove(child)
            self._tell("- %d" % child.pid)
        return child.returncode

    def on_close(self, closer):
        """Has closer() called before the folder goes."""
        self._closers.append(closer)

    def close(self):
        while self._closers:
            self._closers.pop()()
        for child in reversed(list(self._children)):
            self.stop(child)
        self._tell("x")
        self._watcher.stdin.close()
        self._watcher.wait()
        if os.environ.get("CHATMILTER_KEEP_SANDBOX"):
            print("kept: " + self.root)
        else:
            shutil.rmtree(self.root, ignore_errors=True)
