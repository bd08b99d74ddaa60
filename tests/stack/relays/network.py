"""One network for all hosts of a test, with the only name server there is.

The switch is a host whose bridge the others hang on.  Its unbound knows the
zones of the test and that nothing else exists: a client that looks for the
servers of the whole world hears "no such name" at once.  What crosses the
bridge is kept, so that a test can say what was not seen there.
"""

import os
import socket
import subprocess
import threading

from harness import sandbox

from . import host

SO_RCVBUFFORCE = 33  # socket(7); the module has no name for it
# What an address of a protocol begins with, and how long its network's is.
PREFIXES = {"4": ("10.99.0.", 24), "6": ("2001:db8:99::", 64)}
NAME_SERVERS = {protocol: prefix + "1"
                for protocol, (prefix, _) in PREFIXES.items()}
ADDRESS = NAME_SERVERS["4"]

UNBOUND = """
server:
{interfaces}
  username: ""
  chroot: ""
  directory: "/tmp"
  pidfile: "/tmp/unbound.pid"
  use-syslog: no
  logfile: ""
  verbosity: 1
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
remote-control:
  control-enable: no
auth-zone:
  name: "."
  zonefile: "/etc/zones/root"
  for-downstream: yes
  for-upstream: yes
  fallback-enabled: no
"""

ROOT_ZONE = """. 60 IN SOA ns.example. root.example. 1 60 60 60 1
. 60 IN NS ns.example.
ns.example. 60 IN A {address}
"""


class Network:
    """Hosts join it, and say what names they add; then the names start.

    The protocols of IP are "4" and "6", each by its number.
    """

    def __init__(self, box):
        self.box = box
        self.switch = host.Host(box, "switch")
        self._count = 1
        self._protocols = {"4"}
        self._records = []
        self._unbound = None
        self._starts = 0
        for line in ("link add br0 type bridge",
                     "link set br0 type bridge stp_state 0 forward_delay 0",
                     "link set br0 up"):
            self.switch.run("ip", *line.split())
        self._give(self.switch, "br0", "4", ADDRESS)
        self.capture = Capture(self.switch.pid)
        box.on_close(self.capture.stop)

    def authority(self):
        """The certificate and the key of the one authority of this world."""
        paths = [self.box.path("authority" + end) for end in (".pem", ".key")]
        if not os.path.exists(paths[0]):
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
                 "-subj", "/CN=Authority of the test", "-out", paths[0],
                 "-keyout", paths[1]], check=True, capture_output=True)
        return paths

    @staticmethod
    def _give(there, interface, protocol, address):
        length = PREFIXES[protocol][1]
        # Nobody has to look first whether another has it.
        there.run("ip", "addr", "add", "%s/%d" % (address, length), "dev",
                  interface, *["nodad"] * (protocol == "6"))

    def join(self, joining, protocols="4"):
        """Gives a host an address of each protocol, and the name server.

        Gives the addresses.
        """
        self._count += 1
        port = "p%d" % self._count
        self.switch.run("ip", "link", "add", port, "type", "veth", "peer",
                        "name", "far%d" % self._count)
        # The other end, by the number that the process has here.
        subprocess.run(
            ["nsenter", "--target", str(self.switch.pid), "--net", "ip",
             "link", "set", "far%d" % self._count, "netns", str(joining.pid)],
            check=True, timeout=20)
        self.switch.run("ip", "link", "set", port, "master", "br0", "up")
        joining.run("ip", "link", "set", "far%d" % self._count, "name", "eth0")
        joining.run("ip", "link", "set", "eth0", "up")
        for protocol in protocols:
            self._connect(joining, protocol)
        joining.write("/etc/resolv.conf", "nameserver %s\n" %
                      self.name_server(protocols))
        return [PREFIXES[protocol][0] + str(self._count)
                for protocol in protocols]

    def _connect(self, joining, protocol):
        if protocol not in self._protocols:
            self._protocols.add(protocol)
            self._give(self.switch, "br0", protocol, NAME_SERVERS[protocol])
        self._give(joining, "eth0", protocol,
                   PREFIXES[protocol][0] + str(self._count))
        joining.run("ip", "-" + protocol, "route", "add", "default", "via",
                    NAME_SERVERS[protocol])

    @staticmethod
    def name_server(protocols="4"):
        """Its address for who speaks these."""
        return NAME_SERVERS[protocols[0]]

    def add_records(self, text):
        """Lines of a zone file, of any zone."""
        self._records.append(text.rstrip() + "\n")

    def send_mail_by(self, domain, name):
        """Has the mail of a domain go to a host of another name."""
        self._records = [text.replace("%s. 60 IN MX 10 %s." % (domain, domain),
                                      "%s. 60 IN MX 10 %s." % (domain, name))
                         for text in self._records]

    def replace_records(self, text):
        """These are all that there are."""
        self._records = [text.rstrip() + "\n"]

    def start_names(self):
        """(Re)starts the name server with all records that there are."""
        if self._unbound is not None:
            self.switch.stop(self._unbound)
        self.switch.write("/etc/zones/root",
                          ROOT_ZONE.format(address=ADDRESS) +
                          "".join(self._records))
        self.switch.write("/etc/unbound-of-the-world.conf", UNBOUND.format(
            interfaces="".join(
                "  interface: %s\n  access-control: %s/%d allow\n" % (
                    NAME_SERVERS[protocol], NAME_SERVERS[protocol],
                    PREFIXES[protocol][1])
                for protocol in sorted(self._protocols))))
        self._starts += 1
        self._unbound = self.switch.start(
            "unbound", "unbound", "-d", "-c", "/etc/unbound-of-the-world.conf")
        sandbox.wait_for(self._answers, 20, "the name server answers")

    def _answers(self):
        if self._unbound.poll() is not None:
            raise RuntimeError("unbound ended:\n" +
                               self.switch.read_log("unbound"))
        return self.switch.read_log("unbound").count(
            "start of service") == self._starts


class Capture:
    """The octets of every frame that comes to the bridge or leaves it."""

    def __init__(self, pid):
        self._frames = []
        self._ends = False
        self._socket = None
        self._thread = threading.Thread(target=self._read, args=(pid,),
                                        daemon=True)
        self._thread.start()

    def _read(self, pid):
        # A thread is in a network of its own choice; this one is in the
        # switch's.
        sandbox.enter_network_of(pid)
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                           socket.ntohs(3)) as taps:
            taps.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
            taps.settimeout(0.2)
            while not self._ends:
                try:
                    self._frames.append(taps.recv(70000))
                except TimeoutError:
                    continue

    def octets(self):
        return b"\n".join(list(self._frames))

    def stop(self):
        self._ends = True
        self._thread.join(5)
