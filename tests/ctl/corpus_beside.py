"""Judges the parts of the corpus that need something made first.

    corpus_beside.py BINARY_FOLDER own-bounces|bulky|causes

own-bounces needs the relay's test key in a file that nobody else may read,
which git cannot keep; bulky makes its large messages when it runs.  causes
demands that each message of the corpus that is refused as cleartext is told
why.
"""

import glob
import json
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


def causes(chatmail):
    run = subprocess.run(
        [chatmail, "check", "--json", "--manifest",
         *glob.glob(os.path.join(CORPUS, "*", "manifest.jsonl"))],
        check=False, stdout=subprocess.PIPE, text=True)
    rows = [json.loads(line) for line in run.stdout.splitlines()
            if line.startswith("{")]
    refused = [row for row in rows if row["reason"] == "cleartext"]
    silent = [row for row in refused if not row["detail"]]
    for row in silent:
        print(f"{row['position']}: {row['file']}: no cause")
    print(f"{len(refused)} refusals, {len(silent)} without a cause")
    # Far more than 500; none would be a test of nothing.
    return 1 if silent or len(refused) < 500 else 0


def main():
    chatmail = os.path.join(sys.argv[1], "chatmail")
    if sys.argv[2] == "causes":
        return causes(chatmail)
    commands = {"own-bounces": own_bounces, "bulky": bulky}
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.call(commands[sys.argv[2]](chatmail, folder))


if __name__ == "__main__":
    sys.exit(main())
