"""A configured relay in a container: the rendered files, and the units."""

import json
import re
import shutil

import debian

UNITS = ("unbound", "chatmail-doveauth", "chatmail-lastlogin",
         "chatmail-metadata", "chatmail-newemail", "chatmail-policyd",
         "chatmail-milter", "dovecot", "postfix", "nginx", "coturn")
SELF_SIGNED = """openssl req -x509 -newkey ec -pkeyopt \
ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj '/CN=%(name)s' \
-addext 'subjectAltName=DNS:%(name)s' -keyout %(key)s -out %(cert)s"""
# Fingerprints of what is served: IMAP, submission, port 25, the web page.
SERVED = {
    "dovecot": "-connect 127.0.0.1:993",
    "postfix": "-connect 127.0.0.1:465",
    "port 25": "-connect 127.0.0.1:25 -starttls smtp",
    "nginx": "-connect 127.0.0.1:443 -alpn http/1.1",
}


class RelaySystem:
    def __init__(self, folder, package):
        self.system = debian.Container(folder)
        self.system.boot()
        # An address of the documentation range that leads nowhere: coturn
        # wants one that is not the loopback's.
        self.run("ip link add eth0 type veth peer name eth1 &&"
                 " ip addr add 192.0.2.1/24 dev eth0 &&"
                 " ip link set eth0 up && ip link set eth1 up")
        shutil.copy(package, self.system.root / "root/chatmilter.deb")
        self.run("apt-get install -q -y --no-install-recommends acmetool"
                 " /root/chatmilter.deb", seconds=600)

    def run(self, command, **options):
        return self.system.run(command, **options)

    def write(self, path, text):
        self.run("mkdir -p $(dirname %s) && cat > %s" % (path, path),
                 text=text)

    def configure(self, ini):
        """chatmail.ini and all that follows from it, but no certificate."""
        self.write("/etc/chatmail/chatmail.ini", ini)
        self.run("""
            test -s /etc/dkimkeys/opendkim.private ||
            { mkdir -p /etc/dkimkeys;
              openssl genrsa -out /etc/dkimkeys/opendkim.private 2048; }""")
        for line in self.run("chatmail render --into / --json").splitlines():
            file = json.loads(line)
            self.run("chown %(owner)s:%(group)s %(path)s" % file)
        self.run("systemd-sysusers; systemd-tmpfiles --create; true")
        self.run("chatmail webpage")
        self.run("systemctl daemon-reload")

    def start(self):
        """Everything anew; what does not come up is told with its log."""
        self.run("systemctl restart " + " ".join(UNITS), check=False)
        for unit in UNITS:
            # Debian's postfix.service ends at once; postfix@- is the one.
            if unit == "postfix":
                unit = "postfix@-"
            if self.run("systemctl is-active " + unit,
                        check=False).strip() != "active":
                raise RuntimeError(self.run(
                    "systemctl status --no-pager -n 30 " + unit, check=False))

    def self_signed(self, name, cert, key):
        self.run("umask 077; mkdir -p $(dirname %s) $(dirname %s);" % (
            cert, key) + SELF_SIGNED % {"name": name, "cert": cert,
                                        "key": key})

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

    def main_pids(self):
        return {unit: self.run("systemctl show -P MainPID " + unit).strip()
                for unit in ("nginx", "dovecot", "postfix@-")}

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
