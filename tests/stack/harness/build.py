"""Where the programs are that a run of the stack tests is about."""

import os

from . import postfix

FOLDER = os.environ.get("CHATMILTER_BUILD",
                        os.path.join(postfix.SOURCE, "build", "dev"))


def program(name):
    """The path of a built program."""
    path = os.path.join(FOLDER, "bin", name)
    if not os.access(path, os.X_OK):
        raise FileNotFoundError("not built: " + path)
    return path
