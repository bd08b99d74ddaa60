"""What one run of the stack tests has in common: its network and its build."""

import os

from . import postfix, sandbox

# The network is entered once, before the first server starts.
PORTS = postfix.choose_ports(sandbox.enter_own_network())

BUILD = os.environ.get("CHATMILTER_BUILD",
                       os.path.join(postfix.SOURCE, "build", "dev"))


def program(name):
    """The path of a built program."""
    path = os.path.join(BUILD, "bin", name)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError("not built: " + path)
    return path
