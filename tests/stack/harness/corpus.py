"""The corpus, and what `chatmail check` says of each of its cases."""

import glob
import json
import os
import subprocess
from dataclasses import dataclass

from . import postfix
from .session import program

CORPUS = os.path.join(postfix.SOURCE, "corpus")
# Cases of a later issue may lie elsewhere in the tree.
MANIFESTS = os.path.join(CORPUS, "*", "manifest.jsonl")


@dataclass
class Case:
    """A line of a manifest, and what it must come to."""
    manifest: str
    line: dict
    verdict: str = ""
    reply: str = ""
    emitted: str = ""  # the path of the message as it would be queued

    @property
    def name(self):
        folder = os.path.basename(os.path.dirname(self.manifest))
        return "%s/%s %s: %s" % (folder, self.line["file"],
                                 self.line["direction"], self.line["why"])

    def octets(self):
        path = os.path.join(os.path.dirname(self.manifest), self.line["file"])
        with open(path, "rb") as file:
            return file.read()

    def dns(self):
        """The table of names; a manifest has it, or the name of its file."""
        value = self.line.get("dns") or {}
        if isinstance(value, str):
            path = os.path.join(os.path.dirname(self.manifest), value)
            with open(path, encoding="utf-8") as file:
                return json.load(file)
        return value

    def recipients(self):
        value = self.line["rcpt_to"]
        return [value] if isinstance(value, str) else value

    def takes_cleartext(self, recipient):
        value = self.line.get("cleartext_ok") or False
        return value if isinstance(value, bool) else recipient in value

    def exists(self, recipient):
        return recipient not in (self.line.get("unknown") or [])

    def mail_domain(self):
        """Whose accounts the judge takes for its own."""
        address = self.line["mail_from"]
        if self.line["direction"] in ("inbound", "internal") or not address:
            address = (self.recipients() or ["@relay.example"])[0]
        return address.rpartition("@")[2].lower()


def manifests():
    found = sorted(glob.glob(MANIFESTS))
    if not found:
        raise FileNotFoundError("no manifest in " + CORPUS)
    return found


def read_cases(manifest):
    with open(manifest, encoding="utf-8") as file:
        return [Case(manifest, json.loads(line)) for line in file
                if line.strip()]


def judge(manifest, key, emit_folder):
    """The cases of a manifest with what check says of them."""
    cases = read_cases(manifest)
    run = subprocess.run(
        [program("chatmail"), "check", "--as-postfix", "--json",
         "--dkim-key", key, "--emit", emit_folder, "--manifest", manifest],
        capture_output=True, check=False, text=True)
    if run.returncode not in (0, 1):
        raise RuntimeError("chatmail check: " + run.stderr)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if len(answers) != len(cases):
        raise RuntimeError("%d answers to %d cases of %s" % (
            len(answers), len(cases), manifest))
    for case, answer in zip(cases, answers):
        case.verdict = answer["verdict"]
        case.reply = answer["reply"] or ""
        case.emitted = answer.get("emitted") or ""
    return cases
