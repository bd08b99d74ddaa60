"""Where the programs are that a run of the stack tests is about."""

import os

from .configuration import BUILD as FOLDER


# The folder that they are in.
PROGRAMS = os.environ.get("CHATMILTER_PROGRAMS", os.path.join(FOLDER, "bin"))


def program(name):
    """The path of a built program."""
    path = os.path.join(PROGRAMS, name)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError("not built: " + path)
    return path
