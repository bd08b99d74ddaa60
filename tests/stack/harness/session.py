"""The network of one run of the stack tests; importing this enters it."""

from . import postfix, sandbox

# Once, before the first server starts.
PORTS = postfix.choose_ports(sandbox.enter_own_network())
