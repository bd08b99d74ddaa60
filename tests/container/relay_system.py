"""A relay in a container, which the tests share or have of their own."""

import dataclasses
import json
import pathlib
import re
import shutil
import subprocess
import sys

import debian

CLIENT = pathlib.Path(__file__).resolve().parent / "client.py"
DOMAIN = "_relay.example"
INI = """[params]
mail_domain = %s
privacy_postal = The Relay Keepers
privacy_mail = privacy@relay.example
max_load_1m = 1000
max_user_send_per_minute = 100000
max_user_send_burst_size = 100000
max_new_user_send_per_minute = 100000
""" % DOMAIN
DAEMONS = ("chatmail-doveauth", "chatmail-lastlogin", "chatmail-metadata",
           "chatmail-newemail", "chatmail-policyd", "chatmail-milter")
TIMERS = ("chatmail-expire", "chatmail-fsreport")
UNITS = ("unbound", *DAEMONS, "dovecot", "postfix", "nginx", "coturn")
SELF_SIGNED = """openssl req -x509 -newkey ec -pkeyopt \
ec_paramgen_curve:prime256v1 -nodes -days %(days)d -subj '/CN=%(name)s' \
-addext 'subjectAltName=DNS:%(name)s' -keyout %(key)s -out %(cert)s"""
# Fingerprints of what is served: IMAP, submission, port 25, the web page.
SERVED = {
    "dovecot": "-connect 127.0.0.1:993",
    "postfix": "-connect 127.0.0.1:465",
    "port 25": "-connect 127.0.0.1:25 -starttls smtp",
    "nginx": "-connect 127.0.0.1:443 -alpn http/1.1",
}


@dataclasses.dataclass
class Setup:
    folder: pathlib.Path
    package: pathlib.Path
    on_disk: bool = False


setup = None  # of this run
_shared = []


def shared():
    """The system that several tests go on with."""
    if not _shared:
        _shared.append(RelaySystem())
    return _shared[0]


def close_shared():
    while _shared:
        _shared.pop().close()


class RelaySystem:
    """A Debian that boots; install() and ready() make it a relay."""

    def __init__(self, name="system"):
        self.package = setup.package
        self.system = debian.Container(setup.folder, name, setup.on_disk)
        self.is_relay = False
        self.tree_before = {}
        try:
            self.system.boot()
        except Exception:
            self.close()
            raise

    def run(self, command, **options):
        return self.system.run(command, **options)

    def write(self, path, text):
        self.run("mkdir -p $(dirname %s) && cat > %s" % (path, path),
                 text=text)

    def client(self, *words, seconds=120):
        """What client.py of this host does in the container's network."""
        done = subprocess.run(
            self.system.words_from_host([sys.executable, CLIENT, *words]),
            check=False, capture_output=True, text=True, timeout=seconds)
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout.strip()

    def install(self, package=None):
        shutil.copy(package or self.package,
                    self.system.root / "root/chatmilter.deb")
        self.run("apt-get install -q -y --no-install-recommends"
                 " /root/chatmilter.deb", seconds=900)

    def install_noting(self):
        """install(), and what was there before: `tree_before`."""
        names = subprocess.run(
            ["dpkg-deb", "-f", self.package, "Depends"], check=True,
            capture_output=True, text=True).stdout
        # Of alternatives the first; apt wants no versions.
        names = [re.split(r"[ (|]", name.strip())[0]
                 for name in names.split(",")]
        self.run("apt-get install -q -y --no-install-recommends " +
                 " ".join(names), seconds=900)
        self.tree_before = self.tree()
        self.install()

    def tree(self):
        """Every file and folder of the system: path to its kind, mode and
        owner; of /etc also a sum of what is in it."""
        found = {}
        for line in self.run(
                r"find / -xdev \( -path /proc -o -path /sys -o -path /run -o"
                r" -path /dev -o -path /tmp \) -prune -o"
                r" -printf '%p\t%y %m %u:%g %l\n'").splitlines():
            path, _, what = line.partition("\t")
            found[path] = what
        for line in self.run("find /etc -type f -exec md5sum {} +").splitlines():
            total, _, path = line.partition("  ")
            found[path] += " " + total
        return found

    def ready(self):
        """The relay of INI, where a test before has not made it."""
        if not self.is_relay:
            self.install_noting()
            self.become(INI)
            self.is_relay = True
        return self

    def become(self, ini, on_terminal=False):
        """`chatmail run` with this chatmail.ini; what it said."""
        self.write("/etc/chatmail/chatmail.ini", ini)
        command = "chatmail run --skip-dns-check"
        if on_terminal:
            command = "TERM=vt100 script -qec '%s' /dev/null" % command
        return self.run(command, seconds=900)

    def expect_running(self, units):
        for unit in units:
            # Debian's postfix.service ends at once; postfix@- is the one.
            if unit == "postfix":
                unit = "postfix@-"
            if self.is_active(unit) != "active":
                raise AssertionError(self.run(
                    "systemctl status --no-pager -n 30 " + unit, check=False))

    def is_active(self, unit):
        return self.run("systemctl is-active " + unit, check=False).strip()

    def chatmail_test(self):
        """`chatmail test` in the container; its whole output, if it is good."""
        said = self.run("chatmail test 2>&1; echo status $?", seconds=300)
        if not said.endswith("status 0\n"):
            raise AssertionError(said)
        return said

    def trust(self, cert, name):
        """What `cert` signed, all programs of the system take."""
        place = "/usr/local/share/ca-certificates/%s.crt" % name
        self.run("cp %s %s && chmod 644 %s && update-ca-certificates" % (
            cert, place, place))

    def self_signed(self, name, cert, key, days=36500):
        self.run("umask 077; mkdir -p $(dirname %s) $(dirname %s);" % (
            cert, key) + SELF_SIGNED % {"name": name, "cert": cert,
                                        "key": key, "days": days})

    def log_in_with_a_new_account(self):
        """Gives what IMAP lists for an account that POST /new made."""
        account = json.loads(self.run("curl -sSk -X POST https://127.0.0.1/new"))
        password = account["password"].replace("\\", "\\\\").replace(
            '"', '\\"')
        self.write("/root/netrc", 'machine 127.0.0.1 login "%s"'
                   ' password "%s"\n' % (account["email"], password))
        return self.run(
            "curl -sSk --netrc-file /root/netrc imaps://127.0.0.1/")

    def fingerprints(self):
        """Of the certificate that each program serves."""
        found = {}
        for program, options in SERVED.items():
            said = self.run(
                "timeout 20 openssl s_client %s < /dev/null 2> /dev/null |"
                " openssl x509 -noout -fingerprint -sha256" % options,
                check=False)
            found[program] = said.strip().rpartition("=")[2]
        return found

    def main_pids(self, units=("nginx", "dovecot", "postfix@-")):
        return {unit: self.run("systemctl show -P MainPID " + unit).strip()
                for unit in units}

    def exposure(self, unit):
        """systemd's number of how much a unit may do, and its whole table."""
        said = self.run("systemd-analyze security --no-pager " + unit)
        found = re.search(r"exposure level for .*: ([0-9.]+)", said)
        print("   %-30s %s" % (unit, found[1]))
        return float(found[1]), said

    def pss_by_unit(self):
        """Kilobytes of each unit of the relay."""
        known = set(UNITS) | {"postfix@-"}
        found = {}
        for line in self.run(
                "ps -e -o pid=,unit= | while read pid unit; do"
                " echo $unit $(awk '/^Pss:/ {print $2}'"
                " /proc/$pid/smaps_rollup 2> /dev/null); done").splitlines():
            match = re.fullmatch(r"(\S+)\.service (\d+)", line)
            if match and match[1] in known:
                found[match[1]] = found.get(match[1], 0) + int(match[2])
        return found

    def close(self):
        self.system.close()
