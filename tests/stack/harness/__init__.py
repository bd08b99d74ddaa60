"""What tests/stack is built from: a private Postfix and everything around it.

Python's standard library only.  Each module is one server or one client; a
test starts the ones it needs inside a Sandbox, which ends them all.
"""
