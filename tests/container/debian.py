"""A Debian with systemd as PID 1, in a folder.

The folder FOLDER/base is made once, with the packages that a relay needs in
apt's cache.  A container is an overlay over it, in memory: it boots in seconds,
and nothing of it is left behind.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import time

TOOLS = "systemd,systemd-sysv,dbus,iproute2,ca-certificates,procps,curl"
# What tests want beside what the package depends on, so that a container needs
# no network.
BESIDE = """acmetool bash-completion dovecot-auth-lua mtail openssh-server
postfix-mta-sts-resolver redis-server""".split()
PROGRAMS = ("mmdebstrap", "systemd-nspawn", "nsenter", "pgrep", "mount")
BOOT_SECONDS = 120
# Behind each try to fetch Debian: a name server may be busy for a moment.
NETWORK_PAUSES = (10, 30, 0)
# An address of the documentation range that leads nowhere: coturn wants one
# that is not the loopback's.
NETWORK = """[Unit]
Description=A network of one host
DefaultDependencies=no
Before=network-pre.target
Wants=network-pre.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=ip link add eth0 type veth peer name eth1
ExecStart=ip addr add 192.0.2.1/24 dev eth0
ExecStart=ip link set eth0 up
ExecStart=ip link set eth1 up
"""
# A system that is thrown away needs no fsync.
UNSAFE = "force-unsafe-io\n"


class CannotBoot(Exception):
    """Why there can be no container on this host."""


def sources():
    """Where this host has Debian from: (address, release) of each source."""
    said = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)",
         "Created-By: Packages"], check=True, capture_output=True, text=True)
    found = sorted({tuple(line.split()) for line in said.stdout.splitlines()})
    found = [source for source in found if source[1].startswith("bookworm")]
    if "bookworm" not in [release for _, release in found]:
        raise CannotBoot("this host knows no source of Debian 12: see "
                         "/etc/apt/sources.list, then apt-get update")
    return found


def quietly(words):
    done = subprocess.run(words, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        raise RuntimeError("%s\nexit status %d\n%s" % (
            " ".join(map(str, words)), done.returncode, done.stdout[-3000:]))


def mount(*words):
    done = subprocess.run(["mount", *words], check=False, text=True,
                          capture_output=True)
    if done.returncode:
        raise CannotBoot(
            "mount %s: %s (root of a container that may not mount?)" % (
                " ".join(map(str, words)), done.stderr.strip()))


def unmount(place):
    for options in ([], ["-l"]):
        if not os.path.ismount(place):
            return
        subprocess.run(["umount", *options, place], check=False,
                       capture_output=True)


def demand_programs():
    if os.geteuid() != 0:
        raise CannotBoot("only root boots a system")
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if missing:
        raise CannotBoot("%s not installed: deploy/install-packages test" %
                         ", ".join(missing))


def make_base(folder, package):
    """FOLDER/base, once; anew when it would hold other packages."""
    demand_programs()
    base, made_of = folder / "base", folder / "base.done"
    known = sources()
    depends = subprocess.run(["dpkg-deb", "-f", package, "Depends"],
                             check=True, capture_output=True, text=True).stdout
    wanted = "\n".join([TOOLS, NETWORK, depends, *BESIDE, *map(str, known)])
    if made_of.exists() and made_of.read_text() == wanted:
        return
    made_of.unlink(missing_ok=True)
    begin = time.monotonic()
    shutil.rmtree(base, ignore_errors=True)
    making = folder / ("making.%d" % os.getpid())
    making.mkdir(parents=True, exist_ok=True)
    # In memory, where nothing waits for a disk.
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", making)
    try:
        for pause in NETWORK_PAUSES:
            try:
                fill_base(making / "base", known, package)
                break
            except RuntimeError as problem:
                print("   %s" % problem, flush=True)
                shutil.rmtree(making / "base", ignore_errors=True)
                time.sleep(pause)
        else:
            raise CannotBoot("no Debian could be made: see above")
        subprocess.run(["cp", "-a", making / "base", base], check=True)
    finally:
        unmount(making)
        making.rmdir()
    made_of.write_text(wanted)
    print("   a Debian was made in %.0f s" % (time.monotonic() - begin),
          flush=True)


def fill_base(base, known, package):
    quietly(["mmdebstrap", "--variant=minbase", "--include=" + TOOLS,
             # apt's lists of packages stay.
             "--skip=cleanup/apt", "bookworm", base,
             *("deb %s %s main" % source for source in known)])
    (base / "etc/dpkg/dpkg.cfg.d/unsafe").write_text(UNSAFE)
    shutil.copy("/etc/resolv.conf", base / "etc/resolv.conf")
    shutil.copy(package, base / "package.deb")
    quietly(["chroot", base, "apt-get", "install", "-q", "-y",
             "--download-only", "--no-install-recommends", "/package.deb",
             *BESIDE])
    (base / "package.deb").unlink()
    (base / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
    unit = base / "etc/systemd/system/network-of-one.service"
    unit.write_text(NETWORK)
    wanted = base / "etc/systemd/system/sysinit.target.wants"
    wanted.mkdir(exist_ok=True)
    (wanted / unit.name).symlink_to("../" + unit.name)
    (base / "etc/hostname").write_text("relay\n")
    (base / "etc/hosts").write_text("127.0.0.1 localhost relay\n")


def sweep(folder):
    """What a run that was killed has left mounted."""
    for place in folder.glob("*.[0-9]*"):
        if not pathlib.Path("/proc/" + place.suffix[1:]).exists():
            unmount(place / "root")
            unmount(place)
            shutil.rmtree(place, ignore_errors=True)


class Container:
    """A system over the base; boot() and run() commands in it.

    `on_disk` has what it writes on the disk of FOLDER, not in memory.
    """

    def __init__(self, folder, name="system", on_disk=False):
        sweep(folder)
        self.place = folder / ("%s.%d" % (name, os.getpid()))
        self.root = self.place / "root"
        self.console_log = folder / (name + ".log")
        self.nspawn = self.leader = self.console = None
        self.place.mkdir()
        if not on_disk:
            mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", self.place)
        for part in ("root", "upper", "work"):
            (self.place / part).mkdir()
        mount("-t", "overlay", "overlay", "-o",
              "lowerdir=%s,upperdir=%s,workdir=%s" % (
                  folder / "base", self.place / "upper", self.place / "work"),
              self.root)
        self.console = open(self.console_log, "w", encoding="utf-8")

    def boot(self):
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, "--register=no",
             "--keep-unit", "-b", "--private-network", "--console=pipe"],
            stdin=subprocess.DEVNULL, stdout=self.console,
            stderr=subprocess.STDOUT)
        end = time.monotonic() + BOOT_SECONDS
        state = ""
        while time.monotonic() < end and self.nspawn.poll() is None:
            self.leader = self._find_leader()
            if self.leader:
                state = self.run("systemctl is-system-running",
                                 check=False).strip()
                if state in ("running", "degraded"):
                    return state
            time.sleep(0.2)
        self.console.flush()
        raise CannotBoot(
            "systemd-nspawn %s; the system was %r; the end of %s:\n%s" % (
                "ended" if self.nspawn.poll() is not None
                else "was not done after %d s" % BOOT_SECONDS, state,
                self.console_log,
                "\n".join(self.console_log.read_text(
                    errors="replace").splitlines()[-20:])))

    def _find_leader(self):
        found = subprocess.run(
            ["pgrep", "-P", str(self.nspawn.pid)], check=False,
            capture_output=True, text=True).stdout.split()
        return found[-1] if found else None

    def run(self, command, check=True, seconds=300, text=None):
        """A command line of sh in the container; its output."""
        done = subprocess.run(
            ["nsenter", "-t", self.leader, "-m", "-u", "-i", "-n", "-p", "-C",
             "-r", "-w", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
             "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8",
             "sh", "-c", command],
            check=False, input=text, capture_output=True, text=True,
            timeout=seconds)
        if check and done.returncode != 0:
            raise RuntimeError("%s\nexit status %d\n%s%s" % (
                command, done.returncode, done.stdout, done.stderr))
        return done.stdout

    def words_from_host(self, words):
        """A program of this host that is in the container's network alone."""
        return ["nsenter", "-t", self.leader, "-n", *map(str, words)]

    def halt(self):
        if self.nspawn is None:
            return
        if self.nspawn.poll() is None:
            # nspawn takes it for an orderly shutdown.
            self.nspawn.send_signal(signal.SIGTERM)
            try:
                self.nspawn.wait(90)
            except subprocess.TimeoutExpired:
                self.nspawn.kill()
                self.nspawn.wait()
        self.nspawn = None

    def close(self):
        self.halt()
        if self.console:
            self.console.close()
        unmount(self.root)
        unmount(self.place)
        shutil.rmtree(self.place, ignore_errors=True)
