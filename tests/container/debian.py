"""A Debian with systemd as PID 1, in a folder."""

import os
import shutil
import signal
import subprocess
import time

TOOLS = "systemd,systemd-sysv,dbus,iproute2,ca-certificates,procps,curl"
# What the package depends on, so that a container needs no network.
WARM = """postfix postfix-pcre dovecot-core dovecot-imapd dovecot-lmtpd
dovecot-auth-lua nginx-light libnginx-mod-stream unbound dns-root-data coturn
acmetool mtail openssl adduser bash-completion libctemplate3 libcurl4
libevent-core-2.1-7 libevent-2.1-7 libfmt9 libhiredis0.14 libidn2-0
libmd4c-html0 libmilter1.0.1 libopendkim11 libprometheus-cpp-core1.0
libqrencode4 libre2-9 libspdlog1.10-fmt9 libsqlite3-0 libunbound8
libinih1""".split()
BOOT_SECONDS = 90


def sources():
    """Where this host has Debian from: (address, release) of each source."""
    said = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)",
         "Created-By: Packages"], check=True, capture_output=True, text=True)
    found = sorted({tuple(line.split()) for line in said.stdout.splitlines()})
    if "bookworm" not in [release for _, release in found]:
        raise RuntimeError("this host knows no source of Debian 12: see "
                           "/etc/apt/sources.list, then apt-get update")
    return found


def make_base(folder):
    """FOLDER/base, once."""
    base = folder / "base"
    done = folder / "base.done"
    if done.exists():
        return
    shutil.rmtree(base, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    known = sources()
    mirror = next(uri for uri, release in known if release == "bookworm")
    subprocess.run(["debootstrap", "--variant=minbase", "--include=" + TOOLS,
                    "bookworm", base, mirror], check=True)
    (base / "etc/apt/sources.list").write_text("".join(
        "deb %s %s main\n" % source for source in known))
    shutil.copy("/etc/resolv.conf", base / "etc/resolv.conf")
    for words in (["update", "-q"],
                  ["install", "-q", "-y", "--download-only",
                   "--no-install-recommends", *WARM]):
        subprocess.run(["chroot", base, "apt-get", *words], check=True,
                       stdout=subprocess.DEVNULL)
    done.touch()


class Container:
    """A copy of the base; boot() and run() commands in it."""

    def __init__(self, folder):
        self.root = folder / ("system.%d" % os.getpid())
        shutil.rmtree(self.root, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", folder / "base",
                        self.root], check=True)
        (self.root / "usr/sbin/policy-rc.d").unlink(missing_ok=True)
        (self.root / "etc/hostname").write_text("relay\n")
        (self.root / "etc/hosts").write_text("127.0.0.1 localhost relay\n")
        self.console = open(folder / "console.log", "w", encoding="utf-8")
        self.nspawn = None
        self.leader = None

    def boot(self):
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "-q", "-D", self.root, "--register=no",
             "--keep-unit", "-b", "--private-network", "--console=pipe"],
            stdin=subprocess.DEVNULL, stdout=self.console,
            stderr=subprocess.STDOUT)
        end = time.monotonic() + BOOT_SECONDS
        state = ""
        while time.monotonic() < end:
            self.leader = self._find_leader()
            if self.leader:
                state = self.run("systemctl is-system-running",
                                 check=False).strip()
                if state in ("running", "degraded"):
                    return state
            if self.nspawn.poll() is not None:
                break
            time.sleep(0.5)
        raise TimeoutError("the container did not boot: " + state)

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
        self.console.close()
        shutil.rmtree(self.root, ignore_errors=True)
