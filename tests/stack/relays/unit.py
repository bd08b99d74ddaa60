"""A service of the relay as its unit says, on a host that has no systemd.

Read are the unit that the package brings (deploy/systemd, or Debian's) and the
drop-ins that `chatmail render` writes: what is started, as whom, and which folders it gets.
The sandbox of the unit is not made here.
"""

import glob
import os
import shlex

from harness import postfix

DEBIAN = "/lib/systemd/system"
SHIPPED = os.path.join(postfix.SOURCE, "deploy/systemd")


def _assignments(text):
    """(name, value) of each line, sections aside."""
    text = text.replace("\\\n", " ")
    for line in text.splitlines():
        name, equals, value = line.strip().partition("=")
        if equals and not name.startswith(("#", ";")):
            yield name.strip(), value.strip()


class Unit:
    """`host` has the drop-ins."""

    def __init__(self, host, name):
        self.name = name
        self._values = {}
        paths = [os.path.join(folder, name + ".service")
                 for folder in (SHIPPED, DEBIAN)]
        paths = [path for path in paths if os.path.exists(path)][:1]
        paths += sorted(glob.glob(host.path(
            "/etc/systemd/system/%s.service.d/*.conf" % name)))
        for path in paths:
            with open(path, encoding="utf-8") as file:
                for key, value in _assignments(file.read()):
                    # An empty value takes back what was said before.
                    before = self._values.get(key, []) if value else []
                    self._values[key] = before + [value] if value else []

    def _last(self, key, default=""):
        return (self._values.get(key) or [default])[-1]

    def folders(self):
        """(path, mode) of each that is made before the start."""
        for key, top in (("RuntimeDirectory", "/run/"),
                         ("StateDirectory", "/var/lib/")):
            for name in " ".join(self._values.get(key, [])).split():
                yield top + name, self._last(key + "Mode", "0755")

    def command(self, host):
        """The command line, to be run as root."""
        user = self._last("User", "root")
        groups = " ".join(self._values.get("SupplementaryGroups", [])).split()
        switch = ["setpriv", "--reuid", user, "--regid",
                  self._last("Group", user), "--init-groups"]
        if groups:
            # Those of the user, and these.
            known = host.run("id", "-Gn", user).split()
            switch[-1:] = ["--groups", ",".join(known + groups)]
        start = self._values["ExecStart"]
        if len(start) != 1:
            raise ValueError("%s: ExecStart %s" % (self.name, start))
        return ["sh", "-c", "umask %s; exec \"$@\"" %
                self._last("UMask", "0022"), "sh", *switch,
                *shlex.split(start[0])]

    def environment(self, host, **more):
        """Ours without what is of this session, as a service has it."""
        home = host.run("getent", "passwd",
                        self._last("User", "root")).split(":")[5]
        ours = {name: value for name, value in os.environ.items()
                if not name.lower().endswith("_proxy")}
        return dict(ours, HOME=home, **more)

    def make_ready(self, host):
        """Folders, and what is to be run before."""
        for path, mode in self.folders():
            host.run("install", "-d", "-m", mode, "-o",
                     self._last("User", "root"), "-g",
                     self._last("User", "root"), path)
        for line in self._values.get("ExecStartPre", []):
            if not line.startswith("+"):  # with all of root's rights
                raise ValueError("%s: ExecStartPre=%s" % (self.name, line))
            host.run(*shlex.split(line[1:]))
