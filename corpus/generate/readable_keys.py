"""Text in the numbers, points and keys of session-key packets, whose lengths
are all right, and in ciphertexts of the smallest size."""

import mail
from openpgp import armor, noise, packet, pkesk, seipd, seipd2
from suite import CLEARTEXT, payload

TEXT = mail.LURE.encode() * 20
CIPHER = noise("a ciphertext", 400)


def ecdh(i):
    point = (263).to_bytes(2, "big") + b"\x40" + TEXT[i * 7:i * 7 + 32]
    return packet(1, b"\3" + noise("key id", 8) + b"\x12" + point +
                  bytes([48]) + TEXT[i * 3:i * 3 + 48])


def x25519(i, version):
    key = TEXT[i * 2:i * 2 + 32] + bytes([40 + (version == 3)]) + \
        (b"\x09" if version == 3 else b"") + TEXT[i * 5:i * 5 + 40]
    if version == 6:
        return packet(1, b"\6\x21\6" + TEXT[i:i + 32] + b"\x19" + key)
    return packet(1, b"\3" + noise("key id", 8) + b"\x19" + key)


def elgamal():
    number = (2047).to_bytes(2, "big") + TEXT[:256]
    return packet(1, b"\3" + noise("key id", 8) + b"\x10" + number * 2)


def cases(suite):
    rows = [
        ("ecdh", armor(b"".join(map(ecdh, range(20))) + seipd(CIPHER)),
         "text in the points and wrapped keys of ECDH"),
        ("x25519", armor(b"".join(x25519(i, 3) for i in range(10)) +
                         seipd(CIPHER)), "text in the keys of X25519"),
        ("x25519-v6", armor(b"".join(x25519(i, 6) for i in range(10)) +
                            seipd2(CIPHER)),
         "text in fingerprints and keys of version 6"),
        ("elgamal", armor(elgamal() + seipd(CIPHER)),
         "text in the numbers of Elgamal"),
        ("smallest-data", armor(pkesk() + seipd(TEXT[:42])),
         "text in a ciphertext of the smallest size"),
        ("ocb-packet", armor(pkesk() + packet(
            20, b"\1\x09\2\x0c" + noise("iv", 15) + TEXT[:800])),
         "text in GnuPG's OCB packet"),
    ]
    for name, body, why in rows:
        suite.case(f"keys-{name}", mail.encrypted(body), why, expect="reject",
                   reply=CLEARTEXT, also=["outbound"])
    good = payload("gpg-rsa2048")
    rows = [
        ("armor-header-version-lengthened", mail.encrypted(good.replace(
            "\n\n", "\nVersion: GnuPG v2.2.40 (meet me at nine)\n\n", 1)),
         "prose behind a known version"),
        ("armor-header-version-repeated", mail.encrypted(good.replace(
            "\n\n", "\n" + "Version: GnuPG v1\nVersion: GnuPG v2\n" * 20 +
            "\n", 1)), "versions whose order spells something"),
        ("part-encoding-prose", mail.encrypted(first=mail.version_part(
            "Content-Type: application/pgp-encrypted\n"
            "Content-Transfer-Encoding: meet-me-at-nine\n")),
         "words for a transfer encoding"),
        ("part-mime-version-comment", mail.encrypted(second=mail.data_part(
            None, "Content-Type: application/octet-stream\n"
            "MIME-Version: 1.0 (meet me at nine)\n")),
         "a comment in a part's MIME-Version"),
        ("part-descriptions", mail.encrypted(second=mail.data_part(
            None, "Content-Type: application/octet-stream\n" +
            "Content-Description: OpenPGP encrypted message\n" * 50)),
         "a known description, fifty times"),
        ("epilogue-form-feed", mail.encrypted(epilogue="\n\x0c\x0b\n"),
         "control characters behind the closing boundary"),
    ]
    for name, message, why in rows:
        suite.case(name, message, why, expect="reject", reply=CLEARTEXT,
                   also=["outbound"])
