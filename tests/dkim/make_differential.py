#!/usr/bin/python3
"""Messages for differential_signers_test.cc, signed by other implementations.

    make_differential.py FILE COUNT

writes COUNT messages of every kind into FILE: dkimpy with RSA and with
Ed25519, Mail::DKIM with RSA (Debian 12's knows nothing else), each in the four
pairs of canonicalizations.  The header sections and bodies are odd on purpose.
Two runs write the same octets.  A message stands behind a line of its signer,
canonicalization and size.
"""
import pathlib
import random
import struct
import subprocess
import sys

import dkim

HERE = pathlib.Path(__file__).parent
DATA = HERE / "data"
NOW = 1_700_000_000
FORMS = [(h, b) for h in ("simple", "relaxed") for b in ("simple", "relaxed")]
NAMES = [b"To", b"Subject", b"SUBJECT", b"Date", b"Cc", b"Message-ID",
         b"X-Other", b"List-Id", b"list-id", b"References", b"Reply-To",
         b"MIME-Version", b"Content-Type", b"Autocrypt"]
BLANKS = [b" ", b"  ", b"\t", b" \t ", b"\r\n ", b"\r\n\t", b" \r\n   "]
TEXT = b"abcXYZ019.,;:@<>=\"()_-+/"
# Where a line may end.
ENDS = [
    b"",
    b"\r\n",
    b"\r\n\r\n\r\n",           # empty lines at the end
    b" \t\r\n",                # blanks before it
    b"\r\n \r\n\t\r\n",        # lines of blanks alone
    b"\r\n \r\n\r\n",
    b" ",
]
BODIES = [
    b"", b"\r\n", b"\r\n\r\n\r\n", b" \r\n", b"\t \r\n \r\n", b".\r\n",
    b"..\r\n.x\r\n.\r\n", b"\0\r\n\0x\r\n", b"x" * 5000 + b"\r\n",
    b" " * 3000 + b"x\r\n", b"x" + b" " * 3000 + b"\r\n",
    b"\r\n" * 200 + b"x\r\n", bytes(range(128, 256)) + b"\r\n",
    b"=20=\r\n=\r\n", b"From x\r\n>From y\r\n",
]


def words(rng, alphabet, most):
    return bytes(rng.choice(alphabet) for _ in range(rng.randint(1, most)))


def field_body(rng):
    body = rng.choice([b"", b" ", b" ", b" ", b"  ", b"\t"])
    for _ in range(rng.randint(0, 6)):
        body += words(rng, TEXT + rng.choice([b"", b"\xc3\xa9", b"\xff"]), 14)
        body += rng.choice(BLANKS)
    # What is folded may not end in a line of nothing (RFC 5322 3.2.2).
    return body.rstrip() + rng.choice([b"", b"", b" ", b"\t"])


def header_section(rng):
    fields = [(b"From", rng.choice([
        b" a@example.org", b"a@example.org",
        b" =?utf-8?q?a?=\r\n <a@example.org>  ", b"\ta@example.org"]))]
    for _ in range(rng.randint(0, 12)):
        field = (rng.choice(NAMES), field_body(rng))
        fields.insert(rng.randint(0, len(fields)), field)
    if rng.random() < 0.1:
        fields.append((b"X-Long", b" " + b"x" * 9000))
    return fields


def body(rng):
    if rng.random() < 0.3:
        return rng.choice(BODIES)
    text = b""
    for _ in range(rng.randint(1, 25)):
        text += words(rng, b"ab .=+/-\t\xff\xc3", 60) + rng.choice(ENDS)
    # Mail ends in CRLF (RFC 5321 4.1.1.4); what each signer makes of a body
    # that does not is its own affair.
    return text + rng.choice(ENDS) + b"\r\n"


def names_to_sign(rng, fields):
    """Some that are there, some more often than they are, some absent."""
    names = [b"from"] * rng.randint(1, 2)
    for name, _ in fields:
        if name != b"From" and rng.random() < 0.7:
            names.append(name if rng.random() < 0.5 else name.lower())
    names += rng.sample([b"x-absent", b"to", b"subject", b"resent-from"],
                        rng.randint(0, 3))
    rng.shuffle(names)
    return names


def join(fields, text):
    return b"".join(n + b":" + b + b"\r\n" for n, b in fields) + b"\r\n" + text


def private_octets(pem):
    return subprocess.check_output(
        ["openssl", "pkey", "-in", DATA / pem, "-outform", "DER"])


class Dkimpy:
    def __init__(self, algorithm):
        self.algorithm = algorithm
        if algorithm == "rsa":
            self.key = (DATA / "rsa1024.pem").read_bytes()
        else:
            self.key = dkim.base64.b64encode(
                private_octets("ed25519.pem")[-32:])

    def __call__(self, rng, form, fields, text):
        message = join(fields, text)
        signature = dkim.sign(
            message, self.algorithm.encode(), b"example.org", self.key,
            canonicalize=(form[0].encode(), form[1].encode()),
            signature_algorithm=self.algorithm.encode() + b"-sha256",
            include_headers=names_to_sign(rng, fields))
        return signature + message


PERL = r"""
use strict; use Mail::DKIM::Signer; use Mail::DKIM::PrivateKey;
binmode STDIN; binmode STDOUT;
my $key = Mail::DKIM::PrivateKey->load(File => $ARGV[0]);
while (read(STDIN, my $head, 8) == 8) {
  my ($form, $size) = unpack('NN', $head);
  read(STDIN, my $message, $size) == $size or die 'short';
  my $method = ('simple/simple', 'simple/relaxed', 'relaxed/simple',
                'relaxed/relaxed')[$form];
  my $signer = Mail::DKIM::Signer->new(Algorithm => 'rsa-sha256',
    Method => $method, Domain => 'example.org', Selector => 'rsa',
    Key => $key);
  $signer->PRINT($message); $signer->CLOSE;
  my $field = $signer->signature->as_string;
  print pack('N', length $field), $field;
}
"""


def by_mail_dkim(jobs):
    """Each job is a number in FORMS and a message; one Perl signs them all."""
    asked = b"".join(struct.pack(">II", form, len(message)) + message
                     for form, message in jobs)
    told = subprocess.run(["perl", "-e", PERL, DATA / "rsa1024.pem"],
                          input=asked, stdout=subprocess.PIPE,
                          check=True).stdout
    signed = []
    for _, message in jobs:
        size = struct.unpack(">I", told[:4])[0]
        signed.append(told[4:4 + size] + b"\r\n" + message)
        told = told[4 + size:]
    return signed


def main():
    path, count = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    rng = random.Random(8463)
    dkim.time.time = lambda: NOW  # its t=
    written = []
    for algorithm in ("rsa", "ed25519"):
        sign = Dkimpy(algorithm)
        for form in FORMS:
            for _ in range(count):
                signed = sign(rng, form, header_section(rng), body(rng))
                written.append((f"dkimpy-{algorithm}", form, signed))
    jobs = [(number, join(header_section(rng), body(rng)))
            for number in range(len(FORMS)) for _ in range(count)]
    for (number, _), signed in zip(jobs, by_mail_dkim(jobs)):
        written.append(("mail-dkim-rsa", FORMS[number], signed))
    with path.open("wb") as out:
        for signer, form, signed in written:
            out.write(f"{signer} {form[0]}/{form[1]} {len(signed)}\n".encode())
            out.write(signed)


if __name__ == "__main__":
    main()
