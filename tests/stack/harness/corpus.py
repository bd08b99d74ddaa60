"""The corpus, and what `chatmail check` says of each of its cases."""

import glob
import json
import os
import subprocess
from dataclasses import dataclass

from . import postfix
from .build import program

CORPUS = os.path.join(postfix.SOURCE, "corpus")
# Cases of a later issue may lie elsewhere in the tree.
MANIFESTS = os.path.join(CORPUS, "*", "manifest.jsonl")


def canonical(address):
    """The name of an account: lower case, without +detail."""
    local_part, _, domain = address.rpartition("@")
    return ("%s@%s" % (local_part.split("+")[0], domain)).lower()


@dataclass
class Case:
    """A line of a manifest, and what it must come to."""
    manifest: str
    line: dict
    verdict: str = ""
    reply: str = ""
    emitted: str = ""  # the path of the message as it would be queued
    reverse_path: str = ""  # of the message as it would be queued

    @property
    def name(self):
        folder = os.path.basename(os.path.dirname(self.manifest))
        return "%s/%s %s: %s" % (folder, self.line["file"],
                                 self.direction, self.line["why"])

    @property
    def direction(self):
        return self.line["direction"]

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

    def fails(self):
        """Whether a name of its world fails rather than is missing."""
        return any(isinstance(v, dict) for v in self.dns().values())

    def with_whole_paths(self):
        """The line, for a manifest in another folder."""
        folder = os.path.dirname(self.manifest)
        line = dict(self.line, file=os.path.join(folder, self.line["file"]))
        if isinstance(line.get("dns"), str):
            line["dns"] = os.path.join(folder, line["dns"])
        return line

    def recipients(self):
        value = self.line["rcpt_to"]
        return [value] if isinstance(value, str) else value

    def takes_cleartext(self, recipient):
        value = self.line.get("cleartext_ok") or False
        if isinstance(value, bool):
            return value
        return canonical(recipient) in map(canonical, value)

    def exists(self, recipient):
        unknown = self.line.get("unknown") or []
        return canonical(recipient) not in map(canonical, unknown)

    def mail_domain(self):
        """Whose accounts the judge takes for its own."""
        address = self.line["mail_from"]
        if self.direction in ("inbound", "internal") or not address:
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


def by_domain(cases):
    domains = {}
    for case in cases:
        domains.setdefault(case.mail_domain(), []).append(case)
    return domains


def judge(manifest, key, folder):
    """The cases of a manifest with what check says of them.

    A relay has one domain, with which it signs: so one run for each domain, on
    a manifest of its cases.  `folder` takes those and what would be queued.
    """
    cases = read_cases(manifest)
    for domain, group in by_domain(cases).items():
        place = os.path.join(folder, domain)
        os.makedirs(place, exist_ok=True)
        part = os.path.join(place, "manifest.jsonl")
        with open(part, "w", encoding="utf-8") as file:
            for case in group:
                file.write(json.dumps(case.with_whole_paths()) + "\n")
        for case, answer in zip(group, _answers(part, domain, key, len(group))):
            case.verdict = answer["verdict"]
            case.reply = answer["reply"] or ""
            case.emitted = answer.get("emitted") or ""
            case.reverse_path = answer.get("reverse_path",
                                           case.line["mail_from"])
    return cases


def _answers(manifest, domain, key, count):
    run = subprocess.run(
        [program("chatmail"), "check", "--as-postfix", "--json",
         "--mail-domain", domain, "--dkim-domain", domain, "--dkim-key", key,
         "--emit", os.path.join(os.path.dirname(manifest), "queued"),
         "--manifest", manifest],
        capture_output=True, check=False, text=True)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode not in (0, 1) or len(answers) != count:
        raise RuntimeError("chatmail check: " + run.stderr)
    return answers
