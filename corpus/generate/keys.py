"""The DKIM keys of the corpus: TEST KEYS, generated, used nowhere else.

They are kept in corpus/keys/ so that a new run signs as the last one did.
A key that is missing there is made.
"""

import base64
import functools
import pathlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "keys"
MARK = "TEST KEY of the corpus: public, worthless, never to be used.\n"


@functools.cache
def private_key(name):
    """`rsa-BITS` or `ed25519`, with any suffix: `rsa-2048-other`."""
    path = FOLDER / f"{name}.TEST-KEY.pem"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        parts = name.split("-")
        if parts[0] == "ed25519":
            key = ed25519.Ed25519PrivateKey.generate()
        else:
            key = rsa.generate_private_key(65537, int(parts[1]))
        pem = key.private_bytes(serialization.Encoding.PEM,
                                serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())
        path.touch(0o600)
        path.write_text(MARK + pem.decode("ascii"), encoding="ascii")
    text = path.read_text(encoding="ascii")
    pem = text[text.index("-----BEGIN"):]
    return serialization.load_pem_private_key(pem.encode("ascii"), None)


def public_octets(name):
    """What p= of a key record holds, before base64 (RFC 6376, RFC 8463)."""
    key = private_key(name).public_key()
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes(serialization.Encoding.Raw,
                                serialization.PublicFormat.Raw)
    return key.public_bytes(serialization.Encoding.DER,
                            serialization.PublicFormat.SubjectPublicKeyInfo)


def public_value(name):
    return base64.b64encode(public_octets(name)).decode("ascii")


def record(name):
    """A plain key record."""
    kind = "ed25519" if name.startswith("ed25519") else "rsa"
    return f"v=DKIM1; k={kind}; p={public_value(name)}"
