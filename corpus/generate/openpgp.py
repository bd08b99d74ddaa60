"""OpenPGP packets and armor (RFC 9580), octet by octet: for messages that no
program would write.  Random octets come from SHAKE-256 of a name, so that a
run writes the same message again."""

import base64
import hashlib

from suite import payload


def noise(name, length):
    """Octets that look like ciphertext, the same for the same name."""
    return hashlib.shake_256(name.encode("ascii")).digest(length)


def length_octets(length):
    """A new-format length (RFC 9580 4.2.1)."""
    if length < 192:
        return bytes([length])
    if length < 8384:
        length -= 192
        return bytes([192 + (length >> 8), length & 255])
    return b"\xff" + length.to_bytes(4, "big")


def packet(packet_type, body):
    return bytes([0xc0 | packet_type]) + length_octets(len(body)) + body


def old_packet(packet_type, body, width=None):
    """An old-format packet (RFC 9580 4.2.2); width 1, 2 or 4 octets."""
    if width is None:
        width = 1 if len(body) < 256 else 2 if len(body) < 65536 else 4
    code = {1: 0, 2: 1, 4: 2}[width]
    return bytes([0x80 | packet_type << 2 | code]) + \
        len(body).to_bytes(width, "big") + body


def partial_packet(packet_type, body, exponent=9):
    """A packet in partial lengths of 2**exponent octets, then the rest."""
    chunk = 1 << exponent
    out = bytes([0xc0 | packet_type])
    while len(body) > chunk:
        out += bytes([224 + exponent]) + body[:chunk]
        body = body[chunk:]
    return out + length_octets(len(body)) + body


def mpi(octets):
    octets = octets.lstrip(b"\0")
    bits = len(octets) * 8 - (8 - octets[0].bit_length())
    return bits.to_bytes(2, "big") + octets


def pkesk(encrypted=None, *, key_id=None, algorithm=1, version=3):
    """A PKESK v3, RSA unless told otherwise."""
    if encrypted is None:
        value = noise("session key", 256)
        encrypted = mpi(bytes([value[0] | 0x80]) + value[1:])
    if key_id is None:
        key_id = noise("key id", 8)
    return packet(1, bytes([version]) + key_id + bytes([algorithm]) +
                  encrypted)


def skesk(key=b"", *, cipher=9, s2k=None, version=4):
    if s2k is None:
        s2k = bytes([3, 8]) + noise("salt", 8) + b"\xe0"
    return packet(3, bytes([version, cipher]) + s2k + key)


def seipd(body, version=1):
    return packet(18, bytes([version]) + body)


def seipd2(body, *, cipher=9, aead=2, chunk=6, salt=None):
    salt = noise("salt of v2", 32) if salt is None else salt
    return packet(18, bytes([2, cipher, aead, chunk]) + salt + body)


def crc24(octets):
    crc = 0xb704ce
    for octet in octets:
        crc ^= octet << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864cfb
    return crc & 0xffffff


def armor(octets, *, kind="MESSAGE", headers="", crc=True, width=64,
          tail=""):
    """ASCII armor; `tail` stands before the END line."""
    data = base64.b64encode(octets).decode("ascii")
    lines = [data[i:i + width] for i in range(0, len(data), width)]
    text = f"-----BEGIN PGP {kind}-----\n{headers}\n" + "\n".join(lines) + "\n"
    if crc:
        check = crc24(octets).to_bytes(3, "big")
        text += "=" + base64.b64encode(check).decode("ascii") + "\n"
    return text + tail + f"-----END PGP {kind}-----\n"


def unarmor(text):
    """The octets of an armored message that a program wrote."""
    body = text.replace("\r\n", "\n").split("\n\n", 1)[1]
    data = body.split("-----END", 1)[0]
    lines = [line for line in data.split("\n") if not line.startswith("=")]
    return base64.b64decode("".join(lines))


def packets(octets):
    """(type, header octets, body) of a message in definite lengths."""
    out = []
    while octets:
        first, rest = octets[0], octets[1:]
        if first & 0x40:
            kind = first & 0x3f
            if rest[0] < 192:
                size, length = 1, rest[0]
            elif rest[0] < 224:
                size, length = 2, (rest[0] - 192 << 8) + rest[1] + 192
            elif rest[0] == 255:
                size, length = 5, int.from_bytes(rest[1:5], "big")
            else:
                raise ValueError("partial length")
        else:
            kind = first >> 2 & 15
            size = (1, 2, 4)[first & 3]
            length = int.from_bytes(rest[:size], "big")
        out.append((kind, octets[:1 + size], rest[size:size + length]))
        octets = rest[size + length:]
    return out


def dissect(name):
    return packets(unarmor(payload(name)))
