"""PGP/MIME as other clients frame it (RFC 3156), each with a payload of its
own; inbound, signed by the author's domain."""

import mail
from suite import payload

PREAMBLE_4880 = ("This is an OpenPGP/MIME encrypted message "
                 "(RFC 4880 and 3156)\n")
PREAMBLE_2440 = PREAMBLE_4880.replace("4880", "2440")
PREAMBLE_MIME = "This is a multi-part message in MIME format.\n"

PLAIN_VERSION = "Content-Type: application/pgp-encrypted\n"
DESCRIBED_VERSION = PLAIN_VERSION + \
    "Content-Description: PGP/MIME version identification\n"
PLAIN_DATA = "Content-Type: application/octet-stream\n"
DESCRIBED_DATA = (
    'Content-Type: application/octet-stream; name="encrypted.asc"\n'
    "Content-Description: OpenPGP encrypted message\n"
    'Content-Disposition: inline; filename="encrypted.asc"\n')

# name, payload, boundary, Content-Type field, preamble, fields of the first
# part, fields of the second, further fields of the message
CLIENTS = [
    ("thunderbird-115", "rnp-rsa", "------------7hxH3fI0s0Cdr0k2bMa0pZQd",
     'Content-Type: multipart/encrypted;\n'
     ' protocol="application/pgp-encrypted";\n boundary="{}"\n',
     PREAMBLE_4880, DESCRIBED_VERSION, DESCRIBED_DATA,
     "User-Agent: Mozilla Thunderbird\nContent-Language: en-US\n"),
    ("thunderbird-78", "rnp-zlib", "TbeN8WqHJiF9mXkq0rOGxvG4pXoB1TlHs",
     'Content-Type: multipart/encrypted;\n'
     ' protocol="application/pgp-encrypted";\n boundary="{}"\n',
     PREAMBLE_4880, DESCRIBED_VERSION, DESCRIBED_DATA,
     "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Thunderbird/78.7\n"),
    ("enigmail", "gpg-version-comment", "8uPxKjBDVEWcPVcr3hUWNpjOmTsUkmwKw",
     'Content-Type: multipart/encrypted;\n'
     ' protocol="application/pgp-encrypted";\n boundary="{}"\n',
     PREAMBLE_4880, DESCRIBED_VERSION, DESCRIBED_DATA,
     "X-Enigmail-Draft-Status: N1111\nOpenPGP: id=0123456789ABCDEF\n"),
    ("k9-mail", "sq-cv25519", "----D4S6O3WCJ2E9GGJ4MYJ5H7BVB6AUXS",
     'Content-Type: multipart/encrypted; boundary="{}";\n'
     ' protocol="application/pgp-encrypted"\n',
     "", PLAIN_VERSION, 'Content-Type: application/octet-stream;\n'
     ' name="encrypted.asc"\nContent-Transfer-Encoding: 7bit\n'
     "Content-Description: OpenPGP encrypted message\n"
     'Content-Disposition: inline;\n filename="encrypted.asc"\n',
     "User-Agent: K-9 Mail for Android\n"),
    ("fairemail", "gpg-rsa3072", "----=_Part_3_211786541.1795449492113",
     'Content-Type: multipart/encrypted; \n'
     '\tboundary="{}"; \n\tprotocol="application/pgp-encrypted"\n',
     "", PLAIN_VERSION + "Content-Transfer-Encoding: 7bit\n",
     'Content-Type: application/octet-stream; name=encrypted.asc\n'
     "Content-Transfer-Encoding: 7bit\n"
     "Content-Disposition: inline; filename=encrypted.asc\n",
     "X-Mailer: FairEmail\n"),
    ("mutt", "gpg-rsa2048", "y0ulUmNC+osPPQO6",
     'Content-Type: multipart/encrypted; '
     'protocol="application/pgp-encrypted";\n'
     '\tboundary="{}"\n',
     "\n", PLAIN_VERSION + "Content-Disposition: attachment\n",
     PLAIN_DATA + 'Content-Disposition: attachment; filename="msg.asc"\n',
     "Content-Disposition: inline\nUser-Agent: Mutt/2.2.9\n"),
    ("neomutt", "gpg-nistp256", "ikmpxjy3cvyyqwl4",
     'Content-Type: multipart/encrypted; '
     'protocol="application/pgp-encrypted";\n'
     '\tboundary="{}"\n',
     "\n", PLAIN_VERSION + "Content-Disposition: attachment\n",
     PLAIN_DATA + 'Content-Disposition: attachment; filename="msg.asc"\n',
     "Content-Disposition: inline\nUser-Agent: NeoMutt/20220429\n"),
    ("gpgtools-apple-mail", "gpg-two-recipients",
     "Apple-Mail=_F1D60921-1B9D-4E1C-9E5B-AB1F3E3C6F5C",
     'Content-Type: multipart/encrypted;\n\tboundary="{}";\n'
     '\tprotocol="application/pgp-encrypted";\n',
     PREAMBLE_2440, "Content-Transfer-Encoding: 7bit\n" + PLAIN_VERSION +
     "Content-Description: PGP/MIME Versions Identification\n",
     "Content-Transfer-Encoding: 7bit\nContent-Disposition: inline;\n"
     "\tfilename=encrypted.asc\nContent-Type: application/octet-stream;\n"
     "\tname=encrypted.asc\nContent-Description: OpenPGP encrypted message\n",
     "X-Pgp-Agent: GPGMail\nX-Mailer: Apple Mail (2.3696.120.41.1.1)\n"),
    ("evolution", "gpg-elgamal", "=-9k0u5yKq0gq2aZ2UxL1f",
     'Content-Type: multipart/encrypted; '
     'protocol="application/pgp-encrypted";\n'
     '\tboundary="{}"\n',
     "\n", PLAIN_VERSION + "Content-Transfer-Encoding: 7bit\n",
     'Content-Type: application/octet-stream; name="encrypted.asc"\n'
     "Content-Description: This is an encrypted message part\n"
     "Content-Transfer-Encoding: 7bit\n", "User-Agent: Evolution 3.46.4-2\n"),
    ("kmail", "gpg-brainpool", "nextPart1803213.XUcTiDjVJD",
     'Content-Type: multipart/encrypted; boundary="{}";\n'
     ' protocol="application/pgp-encrypted"\n',
     PREAMBLE_MIME + "\n", PLAIN_VERSION + "Content-Disposition: attachment\n"
     "Content-Transfer-Encoding: 7Bit\nContent-Description: version code\n",
     PLAIN_DATA + 'Content-Disposition: inline; filename="msg.asc"\n'
     "Content-Transfer-Encoding: 7Bit\n"
     "Content-Description: OpenPGP encrypted message\n",
     "User-Agent: KMail\n"),
    ("claws-mail", "gpg-nistp384", "Sig_/bW0J=Hj5K9O2f0ZkA0lXn6g",
     'Content-Type: multipart/encrypted;\n boundary="{}";\n'
     ' protocol="application/pgp-encrypted"\n',
     "", PLAIN_VERSION, PLAIN_DATA, "X-Mailer: Claws Mail 4.1.1\n"),
    ("sylpheed", "gpg-nistp521", "Multipart=_Mon__23_Nov_2026_15_58_12_+0000_a",
     'Content-Type: multipart/encrypted;\n'
     ' protocol="application/pgp-encrypted";\n boundary="{}"\n',
     "", PLAIN_VERSION, PLAIN_DATA, "X-Mailer: Sylpheed 3.8.0beta1\n"),
    ("proton", "openpgpjs4-proton",
     "---------------------3f0c7a1b5d9e2846f0c7a1b5d9e28461",
     'Content-Type: multipart/encrypted; boundary="{}"; '
     'protocol="application/pgp-encrypted"\n',
     PREAMBLE_4880, DESCRIBED_VERSION, DESCRIBED_DATA, ""),
    ("proton-armor-only-version", "openpgpjs6-v4-key",
     "b1_9Vv5cNqkZ1HgZ0aYl2xkG",
     'Content-Type: multipart/encrypted; boundary="{}"; '
     'protocol="application/pgp-encrypted"\n',
     "", DESCRIBED_VERSION, DESCRIBED_DATA, ""),
    ("mailvelope-4", "openpgpjs4-mailvelope", "xC3vG0Hc2dZ8s6XqAZ9rKpJ1",
     'Content-Type: multipart/encrypted; boundary="{}"; '
     'protocol="application/pgp-encrypted";\n',
     PREAMBLE_4880, DESCRIBED_VERSION, DESCRIBED_DATA, ""),
    ("mailvelope-5", "openpgpjs5-mailvelope", "d9Qk4vRk1xYb0e7TnWmZs2",
     'Content-Type: multipart/encrypted; boundary="{}"; '
     'protocol="application/pgp-encrypted";\n',
     "", DESCRIBED_VERSION, DESCRIBED_DATA, ""),
    ("flowcrypt", "openpgpjs4-flowcrypt",
     "----sinikael-?=_1-17954494921130.4816257",
     'Content-Type: multipart/encrypted;\n'
     ' protocol="application/pgp-encrypted";\n boundary="{}"\n',
     "", PLAIN_VERSION + "Content-Transfer-Encoding: 7bit\n",
     'Content-Type: application/octet-stream; name=encrypted.asc\n'
     "Content-Disposition: inline; filename=encrypted.asc\n"
     "Content-Transfer-Encoding: 7bit\n", ""),
    ("roundcube", "openpgpjs5-rsa", "=_4a3f1c0b9e8d7f6a5b4c3d2e1f0a9b8c",
     'Content-Type: multipart/encrypted;\n'
     ' protocol="application/pgp-encrypted";\n boundary="{}"\n',
     "", PLAIN_VERSION + "Content-Transfer-Encoding: 7bit\n",
     "Content-Transfer-Encoding: 7bit\n"
     'Content-Type: application/octet-stream;\n name="encrypted.asc"\n'
     'Content-Disposition: inline;\n filename="encrypted.asc"\n',
     "User-Agent: Roundcube Webmail/1.6.5\n"),
    ("gnus", "gpg-cv25519", "=-=-=",
     'Content-Type: multipart/encrypted; boundary="{}";\n'
     '\tprotocol="application/pgp-encrypted"\n',
     "", PLAIN_VERSION, PLAIN_DATA, "User-Agent: Gnus/5.13 (Gnus v5.13)\n"),
    ("outlook-gpgol", "gpg-six-recipients", "=-=e2zWfTnO8cGxjN=-=",
     'Content-Type: multipart/encrypted;\n'
     '\tprotocol="application/pgp-encrypted";\n\tboundary="{}"\n',
     "", PLAIN_VERSION + "Content-Disposition: inline\n"
     "Content-Transfer-Encoding: 7bit\n",
     PLAIN_DATA + "Content-Disposition: inline;\n"
     '\tfilename="openpgp-encrypted-message.asc"\n'
     "Content-Transfer-Encoding: 7Bit\n",
     "X-Mailer: Microsoft Outlook 16.0\n"),
    ("pep", "sq-two-recipients", "2d4c3b5a7f0e91823c46",
     'Content-Type: multipart/encrypted; boundary="{}"; \n'
     ' protocol="application/pgp-encrypted"\n',
     "", PLAIN_VERSION, PLAIN_DATA + "Content-Transfer-Encoding: 7bit\n"
     'Content-Disposition: inline; filename="msg.asc"\n',
     "X-pEp-Version: 2.1\n"),
    ("mailmate", "gpg-throw-keyids",
     "=_MailMate_1B4E28BA-2FA1-11D2-883F-0016D3CCA427_=",
     'Content-Type: multipart/encrypted;\n boundary="{}";\n'
     ' protocol="application/pgp-encrypted"\n',
     PREAMBLE_MIME, PLAIN_VERSION,
     PLAIN_DATA, "X-Mailer: MailMate (1.14r5937)\n"),
    ("schleuder", "gpg-hidden-recipient",
     "--==_mimepart_6562f9a4c1d2e_1a2b3c4d5e6f708192",
     'Content-Type: multipart/encrypted;\n boundary="{}";\n'
     ' protocol="application/pgp-encrypted"\n',
     "\n", PLAIN_VERSION + "Content-Transfer-Encoding: 7bit\n"
     "Content-Description: PGP/MIME version identification\n",
     'Content-Type: application/octet-stream;\n name=encrypted.asc\n'
     "Content-Transfer-Encoding: 7bit\nContent-Disposition: inline;\n"
     " filename=encrypted.asc\n"
     "Content-Description: OpenPGP encrypted message\n", ""),
    ("ruby-mail", "gpg-rsa2048",
     "--==_mimepart_6b048a4037d09_51fc294-459",
     'Content-Type: multipart/encrypted;\n boundary="{}";\n'
     ' protocol="application/pgp-encrypted"\n'
     "Content-Transfer-Encoding: 7bit\n",
     "This is an OpenPGP/MIME encrypted message (RFC 2440 and 3156)\n",
     PLAIN_VERSION + "Content-Transfer-Encoding: 7bit\n"
     "Content-Description: PGP/MIME Versions Identification\n",
     "Content-Type: application/octet-stream;\n name=encrypted.asc\n"
     "Content-Transfer-Encoding: 7bit\nContent-Disposition: inline;\n"
     " filename=encrypted.asc\n"
     "Content-Description: OpenPGP encrypted message\n"
     "Content-ID: <6b048a4045772_51fc294-1f2@alice.example>\n", ""),
    ("aerc", "openpgpjs5-two-recipients",
     "6cc1e0fd4e9c8a77b2a0a35c6f7d5f2b3b8b1c54b57ab3f9a1b3f2f7e5d1",
     'Content-Type: multipart/encrypted;\n boundary={};\n'
     ' protocol="application/pgp-encrypted"\n',
     "", PLAIN_VERSION, PLAIN_DATA, "User-Agent: aerc/0.15.2\n"),
]


def cases(suite):
    for name, pgp, boundary, type_field, preamble, first, second, more in \
            CLIENTS:
        message = mail.encrypted(
            header=mail.fields("Alice <alice@alice.example>",
                               to="bob@relay.example", subject="...",
                               message_id="<3c9d4f3b.6050706@alice.example>",
                               more=more),
            type_field=type_field.format(boundary), boundary=boundary,
            preamble=preamble, first=mail.version_part(first),
            second=mail.data_part(payload(pgp), second))
        suite.case(f"client-{name}", message,
                   f"the way {name} frames an encrypted message")
