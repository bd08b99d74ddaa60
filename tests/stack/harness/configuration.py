"""What `chatmail render` makes of the lines of a chatmail.ini."""

import functools
import os
import subprocess
import tempfile

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../../.."))
BUILD = os.environ.get("CHATMILTER_BUILD",
                       os.path.join(SOURCE, "build", "dev"))


@functools.lru_cache
def rendered(lines):
    """The files of a relay by their paths; `lines` is a tuple."""
    with tempfile.TemporaryDirectory(prefix="rendered-") as folder:
        ini = os.path.join(folder, "chatmail.ini")
        with open(ini, "w", encoding="utf-8") as file:
            file.write("[params]\n" + "\n".join(lines) + "\n")
        done = subprocess.run(
            [os.path.join(BUILD, "bin", "chatmail"), "render", "--config", ini,
             "--into", folder], check=False, capture_output=True, text=True,
            timeout=60)
        if done.returncode:
            raise RuntimeError("chatmail render: " + done.stderr)
        files = {}
        for line in done.stdout.splitlines():
            path = line.split(None, 3)[3]
            with open(folder + path, encoding="utf-8") as file:
                files[path] = file.read()
        return files
