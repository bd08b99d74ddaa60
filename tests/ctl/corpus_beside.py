"""Judges the parts of the corpus that need something made first.

    corpus_beside.py BINARY_FOLDER own-bounces|bulky

own-bounces needs the relay's test key in a file that nobody else may read,
which git cannot keep; bulky makes its large messages when it runs.
"""

import os
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
CORPUS = os.path.join(SOURCE, "corpus")


def own_bounces(chatmail, folder):
    key = os.path.join(folder, "key.pem")
    shutil.copy(os.path.join(CORPUS, "keys/rsa-2048-relay.TEST-KEY.pem"), key)
    os.chmod(key, 0o600)
    return [chatmail, "check", "--dkim-key", key, "--dkim-selector", "s1",
            "--dkim-domain", "relay.example", "--manifest",
            os.path.join(CORPUS, "own-bounces/with-key.jsonl")]


def bulky(chatmail, folder):
    subprocess.run([sys.executable,
                    os.path.join(CORPUS, "generate/bulky.py"), folder],
                   check=True)
    return [chatmail, "check", "--manifest",
            os.path.join(folder, "manifest.jsonl")]


def main():
    chatmail = os.path.join(sys.argv[1], "chatmail")
    commands = {"own-bounces": own_bounces, "bulky": bulky}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.call(commands[sys.argv[2]](chatmail, folder))


if __name__ == "__main__":
    sys.exit(main())
