"""Signatures by the signers that other servers run: dkimpy, Mail::DKIM and
OpenDKIM.  Where such a program is missing, the file that is there stays."""

import pathlib
import re
import shutil
import subprocess
import tempfile

import dkim
from cryptography.hazmat.primitives import serialization

import keys
from dkim_cases import BASE, records
from signing import NOW
from suite import BAD_SIGNATURE

HERE = pathlib.Path(__file__).resolve().parent
FIELDS = BASE.replace(
    b"Subject: ...", b"Subject:  A subject\r\n\tthat is folded ")
SIGNED = [b"from", b"to", b"subject", b"date", b"message-id", b"content-type"]


def pem(name):
    return keys.private_key(name).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.
        TraditionalOpenSSL, serialization.NoEncryption())


def by_dkimpy(method):
    canonical = tuple(part.encode() for part in method.split("/"))
    field = dkim.sign(FIELDS, b"s1", b"alice.example", pem("rsa-2048"),
                      canonicalize=canonical, include_headers=SIGNED)
    return field.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") + FIELDS


def with_key_file(run):
    with tempfile.NamedTemporaryFile(suffix=".pem") as file:
        file.write(pem("rsa-2048"))
        file.flush()
        return run(file.name)


def by_mail_dkim(method):
    def run(key):
        return subprocess.run(
            [HERE / "sign_with_mail_dkim.pl", key, "alice.example", "s1",
             method], input=FIELDS, capture_output=True, check=True).stdout
    field = with_key_file(run)
    return re.sub(rb"\r?\n", b"\r\n", field) + FIELDS


def by_opendkim(_):
    def run(key):
        return subprocess.run(
            ["opendkim-testmsg", "-C", "-d", "alice.example", "-k", key, "-s",
             "s1"], input=FIELDS, capture_output=True, check=True).stdout
    return re.sub(rb"\r?\n", b"\r\n", with_key_file(run))


def usable(maker):
    if maker is by_opendkim:
        return shutil.which("opendkim-testmsg") is not None
    if maker is by_mail_dkim:
        return subprocess.run(["perl", "-MMail::DKIM", "-e1"],
                              capture_output=True, check=False).returncode == 0
    return True


def verifies(path):
    record = keys.record("rsa-2048").encode("ascii")
    return path.exists() and dkim.verify(
        path.read_bytes(), dnsfunc=lambda name, timeout=5: record)


def cases(suite):
    for program, maker, methods in [
            ("dkimpy", by_dkimpy, ["relaxed/relaxed", "simple/simple"]),
            ("mail-dkim", by_mail_dkim, ["relaxed/relaxed", "simple",
                                         "relaxed/simple"]),
            ("opendkim", by_opendkim, ["default"])]:
        for method in methods:
            name = f"signer-{program}-{method.replace('/', '-')}"
            path = suite.path / f"{name}.eml"
            # Signers stamp the time, so a good file is not made again.
            if not verifies(path) and usable(maker):
                path.write_bytes(maker(method))
            stamp = re.search(rb"t=(\d+)", path.read_bytes())
            now = int(stamp[1]) + 60 if stamp else NOW
            row = {"why": f"as {program} signs, {method}"}
            if b"a=rsa-sha1" in path.read_bytes():
                row = {"why": f"rsa-sha1, by {program}'s test program",
                       "expect": "reject", "reply": BAD_SIGNATURE}
            suite.case(name, None, sign=False, dns=f"{name}.dns.json",
                       now=now, **row)
            suite.write_dns(f"{name}.dns.json", records())
