#!/usr/bin/python3
"""Writes golden/interop-*.dkim: messages signed by other implementations.

Needs python3-dkim, python3-nacl and libmail-dkim-perl.  The files are kept in
the repository; run this again only to add cases.  Two runs
write the same octets.
"""
import base64
import pathlib
import subprocess

import dkim

HERE = pathlib.Path(__file__).parent
DATA = HERE / "data"
GOLDEN = HERE / "golden"
NOW = 1_700_000_000

FIELDS = [
    b"Received: from a.example by b.example;\r\n\tTue, 14 Nov 2023 22:13:20 +0000",
    b"From:  Alice   Example\r\n  <alice@example.org>",
    b"To: bob@example.net,\r\n\tcarol@example.net",
    b"Subject: =?utf-8?q?a_b?=  \t folded\r\n \r\n\t x ",
    b"Date: Tue, 14 Nov 2023 22:13:20 +0000",
    b"MIME-Version: 1.0",
    b"X-Empty:",
    b"X-Twice: 1",
    b"X-Twice: 2",
    b"Message-ID: <1@example.org>",
]
BODIES = {
    "empty": b"",
    "one-line": b"Hello\r\n",
    "blanks": b"  a \t b  \r\n\t\r\n \r\nend \t \r\n \r\n\r\n\r\n",
    "dots": b".\r\n..\r\n.x\r\n\r\n.\r\n",
    "eight-bit": bytes(range(128, 256)) + b"\r\n\0x\r\n",
}


def public_record(pem):
    der = subprocess.check_output(
        ["openssl", "pkey", "-in", DATA / pem, "-pubout", "-outform", "DER"])
    if pem.startswith("ed25519"):
        return "v=DKIM1; k=ed25519; p=" + base64.b64encode(der[-32:]).decode()
    return "v=DKIM1; k=rsa; p=" + base64.b64encode(der).decode()


def seed(pem):
    der = subprocess.check_output(
        ["openssl", "pkey", "-in", DATA / pem, "-outform", "DER"])
    return base64.b64encode(der[-32:])


def write(name, record, message):
    strings = [record[i:i + 200] for i in range(0, len(record), 200)]
    head = (f"; expect: pass none\r\n; author: example.org\r\n; now: {NOW}\r\n"
            "s._domainkey.example.org TXT "
            + " ".join(f'"{s}"' for s in strings) + "\r\n\r\n")
    (GOLDEN / f"interop-{name}.dkim").write_bytes(head.encode() + message)


def by_dkimpy(message, pem, header, body):
    ed25519 = pem.startswith("ed25519")
    return dkim.sign(
        message, b"s", b"example.org",
        seed(pem) if ed25519 else (DATA / pem).read_bytes(),
        canonicalize=(header, body),
        signature_algorithm=b"ed25519-sha256" if ed25519 else b"rsa-sha256",
        include_headers=[b"from", b"from", b"to", b"subject", b"date",
                         b"x-empty", b"x-twice", b"x-twice", b"x-absent"])


PERL = r"""
use Mail::DKIM::Signer; use Mail::DKIM::PrivateKey;
my ($pem, $method) = @ARGV;
my $key = Mail::DKIM::PrivateKey->load(File => $pem);
binmode STDIN; local $/; my $message = <STDIN>;
my $signer = Mail::DKIM::Signer->new(Algorithm => 'rsa-sha256',
  Method => $method, Domain => 'example.org', Selector => 's',
  Key => $key);
$signer->PRINT($message); $signer->CLOSE;
binmode STDOUT; print $signer->signature->as_string, "\r\n", $message;
"""


def by_mail_dkim(message, pem, header, body):
    method = f"{header.decode()}/{body.decode()}"
    return subprocess.run(["perl", "-e", PERL, DATA / pem, method],
                          input=message, stdout=subprocess.PIPE,
                          check=True).stdout


def main():
    GOLDEN.mkdir(exist_ok=True)
    dkim.time.time = lambda: NOW  # its t=
    forms = (b"simple", b"relaxed")
    makers = (("dkimpy", by_dkimpy, "rsa2048.pem"),
              ("dkimpy-ed25519", by_dkimpy, "ed25519.pem"),
              ("mail-dkim", by_mail_dkim, "rsa2048.pem"))
    for body_name, text in BODIES.items():
        message = b"\r\n".join(FIELDS) + b"\r\n\r\n" + text
        for maker, sign, pem in makers:
            for header in forms:
                for body in forms:
                    signed = sign(message, pem, header, body)
                    if not signed.endswith(message):
                        signed += message
                    name = f"{maker}-{header.decode()}-{body.decode()}"
                    write(f"{name}-{body_name}", public_record(pem), signed)


if __name__ == "__main__":
    main()
