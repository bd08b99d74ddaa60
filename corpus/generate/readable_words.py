"""Text that is read in the base64 of the armor, without decoding anything:
words in the octets that a writer of packets may choose, and in the places
where lines are broken."""

import base64

import mail
from openpgp import armor, crc24, noise, packet, pkesk, seipd, skesk
from suite import CLEARTEXT

WORDS = ("meet/me/at/the/old/harbour/at/nine/tonight/and/bring/all/the/papers/"
         "that/you/found/in/the/office/of/the/mayor/before/he/comes/back/")
CAPITALS = WORDS.upper()
CAMEL = "MeetMeAtTheOldHarbourAtNineTonightAndBringAllThePapersThatYouFound"
CAMEL_MORE = "".join(word.capitalize() for word in WORDS.split("/"))
DIGITS = WORDS.replace("/", "0")
LEET = WORDS.translate(str.maketrans("aeiost", "431057"))


def pieces(size, words=WORDS):
    """Without end: `size` letters, and the next ones."""
    at = 0
    while True:
        yield "".join(words[(at + i) % len(words)] for i in range(size))
        at += size


def password_keys(count):
    """Session keys of which salt and count, 12 characters, are words."""
    words = pieces(12)
    octets = b""
    for _ in range(count):
        chosen = base64.b64decode(next(words))
        octets += skesk(s2k=b"\3\x08" + chosen)
    return octets + seipd(noise("behind passwords", 600))


def key_ids(count):
    """X25519 keys for AES-192, each packet of 78 octets, so that the ten whole
    characters of each key ID are words."""
    words = pieces(10)
    octets = b""
    for i in range(count):
        point = noise(f"point {i}", 31) + b"\x40"
        wrapped = noise(f"wrapped {i}", 32)
        octets += pkesk(point + bytes([33, 8]) + wrapped, algorithm=25,
                        key_id=base64.b64decode(next(words) + "AA")[:8])
    return octets + seipd(noise("behind keys", 600))


def between_noise(size, run, gap, words=WORDS, most=10 ** 9):
    """A message of `size` octets with `run` letters, then `gap` random
    characters, and so on to its end, or until there are `most` runs."""
    before = len(pkesk()) + 7
    stream = base64.b64encode(noise(f"noise {size} {run}", size // 3 * 3))
    stream = bytearray(stream)
    at = 0
    for piece in pieces(run, words):
        if at + run > len(stream) or most == 0:
            break
        stream[at:at + run] = piece.encode("ascii")
        at += run + gap
        most -= 1
    shift = noise("shift", -before % 3)
    return pkesk() + packet(18, b"\1" + shift + base64.b64decode(stream))


def ragged(octets, ends):
    """Armor whose lines break before the places `ends` gives."""
    data = base64.b64encode(octets).decode("ascii")
    lines = []
    at = 0
    for end in ends(data):
        lines.append(data[at:end])
        at = end
    lines.append(data[at:])
    check = base64.b64encode(crc24(octets).to_bytes(3, "big")).decode("ascii")
    return ("-----BEGIN PGP MESSAGE-----\n\n" + "\n".join(lines) +
            f"\n={check}\n-----END PGP MESSAGE-----\n")


def acrostic(data):
    at = 0
    for letter in CAMEL:
        at = data.find(letter, at + 20)
        if at < 0:
            return
        yield at


def wave(data):
    """A picture in the lengths of lines."""
    at = 0
    for i in range(10 ** 6):
        at += 34 + abs(i % 40 - 20)
        if at >= len(data):
            return
        yield at


def encoded(encoding, body):
    """The message whose data part has this body in this transfer encoding."""
    return mail.encrypted(second=mail.data_part(
        body, "Content-Type: application/octet-stream\n"
        f"Content-Transfer-Encoding: {encoding}\n"))


def broken(text, words, end):
    """The text with a line end before each next letter of the words, so that
    they stand below each other."""
    out = ""
    for letter in words:
        at = text.find(letter, 20)
        if at < 0:
            break
        out += text[:at] + end
        text = text[at:]
    return out + text


def escaped(text, words):
    """Quoted-printable that leaves the letters of the words as they are, and
    escapes all others: of each line, one letter can be read."""
    out = ""
    words = iter(words)
    for line in text.splitlines():
        letter = next(words, "")
        at = line.find(letter) if letter else -1
        out += "".join(c if i == at else f"={ord(c):02X}"
                       for i, c in enumerate(line)) + "\n"
    return out


def in_encodings(suite, text):
    """Genuine ciphertext, and words in how it is encoded for the way."""
    wrapped = base64.b64encode(text.replace("\n", "\r\n").encode("ascii"))
    wrapped = wrapped.decode("ascii")
    lines = "\n".join(wrapped[i:i + 76] for i in range(0, len(wrapped), 76))
    rows = [
        ("qp-acrostic", "quoted-printable",
         broken(text.replace("=", "=3D"), CAMEL, "=\n"),
         "soft line breaks before the letters of words"),
        ("qp-escapes", "quoted-printable", escaped(text, CAMEL),
         "one letter a line that is not escaped"),
        ("qp-blanks", "quoted-printable",
         text.replace("=", "=3D").replace("\n", " " * 500 + "\n"),
         "five hundred blanks behind each line"),
        ("base64-acrostic", "base64", broken(wrapped, CAMEL, "\n") + "\n",
         "line ends before the letters of words"),
        ("base64-blank-lines", "base64", lines.replace("\n", "\n\n") + "\n",
         "blank lines between lines of data"),
        ("base64-blanks", "base64",
         lines.replace("\n", " " * 500 + "\n") + "\n",
         "five hundred blanks behind each line"),
    ]
    for name, encoding, body, why in rows:
        suite.case(f"words-{name}", encoded(encoding, body), why,
                   expect="reject", reply=CLEARTEXT, also=("outbound",))


def cases(suite):
    big = pkesk() + seipd(noise("a big one", 12000))
    rows = [
        ("salts", armor(password_keys(16), width=40),
         "words in the base64 of sixteen salts"),
        ("many-salts", armor(password_keys(700), width=40),
         "words in the base64 of seven hundred salts"),
        ("many-salts-64", armor(password_keys(200)),
         "the same in lines of the usual length"),
        ("key-ids", armor(key_ids(40), width=104), "words in the base64 of key IDs"),
        ("lines", armor(between_noise(20000, 64, 64 * 20)),
         "a line of base64 in 21 is words"),
        ("capital-lines", armor(between_noise(20000, 64, 64 * 20,
                                               CAPITALS)),
         "a line in 21 is words in capitals"),
        ("few-lines", armor(between_noise(100000, 64, 64 * 60)),
         "a line of words in sixty"),
        ("half-lines", armor(between_noise(60000, 40, 2600)),
         "forty letters here and there"),
        ("phrases", armor(between_noise(30000, 20, 1000)),
         "twenty letters here and there"),
        ("camel-lines", armor(between_noise(60000, 64, 64 * 24,
                                             CAMEL)),
         "lines of words that begin with capitals"),
        ("camel-alone", armor(between_noise(600, 140, 0, CAMEL_MORE, 1)),
         "140 characters of words that begin with capitals"),
        ("camel-four-lines", armor(between_noise(4000, 60, 900, CAMEL_MORE, 4)),
         "four lines of such words in 4 KB"),
        ("digit-separators", armor(between_noise(600, 130, 0, DIGITS, 1)),
         "130 characters of words between zeros"),
        ("digit-lines", armor(between_noise(20000, 60, 2600, DIGITS, 7)),
         "seven lines of them in 20 KB"),
        ("leet", armor(between_noise(600, 130, 0, LEET, 1)),
         "digits in the place of letters"),
        ("acrostic", ragged(big, acrostic),
         "lines broken so that their first letters are words"),
        ("wave", ragged(big, wave), "a picture in the lengths of lines"),
        ("short-lines", armor(big, width=12),
         "lines far shorter than any program writes"),
    ]
    for name, body, why in rows:
        suite.case(f"words-{name}", mail.encrypted(body), why,
                   expect="reject", reply=CLEARTEXT, also=("outbound",))
    in_encodings(suite, armor(big))
