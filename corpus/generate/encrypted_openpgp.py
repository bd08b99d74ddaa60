"""Genuinely encrypted messages of every program at hand: session-key packets
of all algorithms and versions, in the plain frame of Delta Chat.

Those that are right for submission too (no armor header line, no type 20
packet) are judged in both directions.
"""

import mail
import openpgp
from suite import CLEARTEXT, ROOT, payload

ARMOR_HEADERS = {
    "gpg-version", "gpg-version-comment",
    "openpgpjs4-version-comment", "openpgpjs4-mailvelope",
    "openpgpjs4-proton", "openpgpjs4-flowcrypt", "openpgpjs5-mailvelope",
    "openpgpjs4-rsa", "openpgpjs4-cv25519",
}
OCB_PACKET = {"rnp-aead-ocb", "openpgpjs5-aead-packet"}


def by_programs(suite):
    for path in sorted((ROOT / "payloads").glob("*.asc")):
        name = path.stem
        if "-not-" in name or name == "gpg-comment":
            continue  # used among the readable ones
        message = mail.encrypted(payload(name))
        if name in OCB_PACKET:
            suite.case(name, message, "GnuPG's OCB packet (type 20): taken "
                       "from others, not sent by ours", also=[
                           {"direction": "outbound", "expect": "reject",
                            "reply": CLEARTEXT}])
        elif name in ARMOR_HEADERS:
            suite.case(name, message, "armor header lines of a known program")
        else:
            suite.case(name, message, "written by the program in the name",
                       also=["outbound"])


def relabelled(suite):
    """The same ciphertexts with other packet headers that RFC 9580 allows."""
    session, data = openpgp.dissect("gpg-rsa2048")
    rows = [
        ("old-format-4-octets", openpgp.old_packet(1, session[2], 4) +
         openpgp.packet(18, data[2]), "an old-format length of four octets"),
        ("new-format-5-octets", openpgp.packet(1, session[2]) +
         b"\xd2\xff" + len(data[2]).to_bytes(4, "big") + data[2],
         "a length in five octets, though two would do"),
        ("marker-first", b"\xca\x03PGP" + openpgp.packet(1, session[2]) +
         openpgp.packet(18, data[2]), "a Marker packet is to be ignored"),
        ("padding", openpgp.packet(1, session[2]) +
         openpgp.packet(21, openpgp.noise("padding", 200)) +
         openpgp.packet(18, data[2]), "a Padding packet of random octets"),
    ]
    long_data = openpgp.dissect("openpgpjs5-100-recipients")
    rows.append(("fifty-recipients", b"".join(
        openpgp.packet(kind, body)
        for kind, _, body in long_data[:50] + long_data[-1:]),
        "fifty session-key packets, the size of a Delta Chat group batch"))
    big = openpgp.noise("a big ciphertext", 5000)
    rows.append(("partial-smallest", openpgp.packet(1, session[2]) +
                 openpgp.partial_packet(18, b"\x01" + big, 9),
                 "partial lengths of 512 octets, the least for a first one"))
    for name, octets, why in rows:
        suite.case(f"packets-{name}", mail.encrypted(openpgp.armor(octets)),
                   why, also=["outbound"] if name != "marker-first" else [])


def cases(suite):
    by_programs(suite)
    relabelled(suite)
