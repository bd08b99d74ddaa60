"""What the DKIM generators share: a case is a message, its own DNS file, and
a verdict.  The messages are encrypted, so that the signature alone decides;
where the body is the point, the recipient takes cleartext."""

import keys
import mail
import signing
from suite import AUTHOR, BAD_SIGNATURE, TEMPORARY, named, octets

NAME = "s1._domainkey.alice.example"
FROM = "From: Alice <alice@alice.example>\n"
TEMPLATE = mail.encrypted(header=mail.fields(
    "Alice <alice@alice.example>", to="bob@relay.example", subject="..."))
BASE = named(TEMPLATE, "base")


def text(body, more=""):
    """A message whose body is the point."""
    header = mail.fields("Alice <alice@alice.example>",
                         to="bob@relay.example", more=more)
    return named(header, "text") + b"Content-Type: text/plain\r\n\r\n" + \
        octets(body)


def records(key="rsa-2048", **more):
    found = {NAME: [keys.record(key)]}
    found.update({name.replace("__", "."): value
                  for name, value in more.items()})
    return found


def add(suite, name, why, message=None, dns=None, expect="accept",
        reply=None, **row):
    """`message` is complete; without one, BASE signed in the plain way."""
    if message is None:
        message = signed(named(TEMPLATE, name))
    dns = records() if dns is None else dns
    row = {"dns": f"{name}.dns.json", "mail_from": AUTHOR, **row}
    suite.case(name, message, why, expect=expect, reply=reply, sign=False,
               **row)
    suite.write_dns(f"{name}.dns.json", dns)


def fails(suite, name, why, message=None, dns=None, reply=BAD_SIGNATURE,
          **row):
    add(suite, name, why, message, dns, "reject", reply, **row)


def later(suite, name, why, message=None, dns=None, **row):
    add(suite, name, why, message, dns, "tempfail", TEMPORARY, **row)


def signed(message=None, **options):
    options.setdefault("domain", "alice.example")
    return signing.sign(BASE if message is None else message, **options)


def field(**options):
    """The signature of BASE without BASE."""
    return signed(**options)[:-len(BASE)]


def set_tag(tag, value, after=None):
    """A change that sets one tag, or adds it behind another."""
    def change(tags):
        if any(name == tag for name, _ in tags):
            return [(name, value if name == tag else old)
                    for name, old in tags]
        at = 1 + next(i for i, (name, _) in enumerate(tags)
                      if name == (after or "t"))
        return tags[:at] + [(tag, value)] + tags[at:]
    return change


def drop_tag(tag):
    return lambda tags: [pair for pair in tags if pair[0] != tag]
