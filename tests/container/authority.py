"""A world for a relay that wants a certificate: a DNS that is not signed and
has this relay alone, and Debian's ACME server, pebble."""

import shutil

import relay_system

NAME = "relay.example"
SECOND = "second.example"
ADDRESS = "192.0.2.1"
NAME_SERVER = ADDRESS + "@5354"
CERTIFIED = relay_system.INI.replace(relay_system.DOMAIN, NAME) + """\
dns_forwarders = %s
dns_root_key =
""" % NAME_SERVER
ACME = CERTIFIED + """acme_server = https://localhost:14000/dir
acme_email = keeper@relay.example
"""
ISSUED = "/var/lib/acme/live/%s/fullchain" % NAME
FORGET = "rm -r /var/lib/acme/certs/* /var/lib/acme/live/*"
NAMES = """server:
  interface: %s
  access-control: %s/32 allow
  username: ""
  chroot: ""
  pidfile: ""
  use-syslog: no
  module-config: "iterator"
remote-control:
  control-enable: no
auth-zone:
  name: "."
  zonefile: "/root/names/root"
  for-upstream: yes
  fallback-enabled: no
""" % (NAME_SERVER, ADDRESS)
ROOT_ZONE = """. 60 IN SOA ns.example. root.example. 1 60 60 60 1
. 60 IN NS ns.example.
ns.example. 60 IN A %s
""" % ADDRESS
PEBBLE = """{"pebble": {
  "listenAddress": "127.0.0.1:14000",
  "managementListenAddress": "127.0.0.1:15000",
  "certificate": "/root/pebble/cert.pem",
  "privateKey": "/root/pebble/key.pem",
  "httpPort": 80, "tlsPort": 5001, "ocspResponderURL": "",
  "externalAccountBindingRequired": false}}
"""


def names_of(*domains):
    return [prefix + domain for domain in domains
            for prefix in ("", "mta-sts.", "www.")]


class Authority:
    def __init__(self, relay):
        self.relay = relay

    def publish_names(self, without=None):
        """What `chatmail dns` wants in the DNS is in one, but for a name."""
        self.relay.run("systemctl stop names 2> /dev/null || true")
        self.relay.write("/root/names/unbound.conf", NAMES)
        self.relay.write("/root/names/root", ROOT_ZONE)
        self.relay.run("chatmail dns --zonefile --address %s"
                       " | grep -v '^%s\\.' >> /root/names/root" % (
                           ADDRESS, without or "nobody"))
        self.relay.run("systemd-run --unit=names unbound -d"
                       " -c /root/names/unbound.conf")
        self.relay.run("for i in $(seq 40); do ss -Hlnu 'sport = :5354' |"
                       " grep -q . && exit 0; sleep 0.25; done; exit 1")

    def start(self):
        """pebble; what it issues, the system trusts."""
        shutil.copy("/usr/bin/pebble",
                    self.relay.system.root / "usr/local/bin")
        self.relay.write("/root/pebble/config.json", PEBBLE)
        self.relay.self_signed("localhost", "/root/pebble/cert.pem",
                               "/root/pebble/key.pem")
        self.relay.trust("/root/pebble/cert.pem", "pebble")
        self.relay.run(
            "systemd-run --unit=pebble -E PEBBLE_VA_NOSLEEP=1"
            " -E PEBBLE_WFE_NONCEREJECT=0 /usr/local/bin/pebble"
            " -config /root/pebble/config.json -dnsserver %s"
            % NAME_SERVER.replace("@", ":"))
        self.relay.run("for i in $(seq 40); do curl -sS -o"
                       " /dev/null https://localhost:14000/dir && exit 0;"
                       " sleep 0.25; done; exit 1")
        # Made anew when it starts.
        self.relay.run("curl -sSf -o /root/pebble/root.pem"
                       " https://localhost:15000/roots/0")
        self.relay.trust("/root/pebble/root.pem", "issued")

    def stop(self):
        self.relay.run("systemctl stop names pebble")
