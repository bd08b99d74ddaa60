"""Messages exactly as Delta Chat core 1.160 and 2.57 sent them: files that
were kept (real-*.eml), with their envelopes in real_messages.json.

What a client really sends is the first thing that must pass; the cleartext
ones show what must not.
"""

import json
import pathlib

from suite import CLEARTEXT, NOW

LIST = pathlib.Path(__file__).with_name("real_messages.json")
REFUSED = {
    "real-core160-plaintext": "cleartext by a client that has no key yet",
    "real-core160-asm": "an Autocrypt Setup Message: an option, off by default",
}
ALLOWED = {
    "real-core160-securejoin-1-vc-request":
        "a Secure-Join request, the one cleartext that may go out",
}


def cases(suite):
    for message in json.loads(LIST.read_text(encoding="ascii")):
        if message["folder"] != suite.path.name:
            continue
        name = message["file"]
        row = {key: message[key]
               for key in ("direction", "mail_from", "rcpt_to")}
        row["now"] = NOW
        why = f"as Delta Chat core {message['core']} sent it"
        if name in REFUSED:
            row |= {"expect": "reject", "reply": CLEARTEXT}
        why = {**REFUSED, **ALLOWED}.get(name, why)
        if message["direction"] == "inbound":
            row["assume"] = ["dkim=pass"]
            why = "Delta Chat's, as another relay's server received it"
        suite.case(name, None, why, sign=False, **row)
