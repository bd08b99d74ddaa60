"""DKIM in its surroundings: alignment with the author, several signatures, a
second From, and bodies of every odd form."""

from dkim_cases import (BASE, FROM, add, fails, field, records, set_tag,
                        signed, text)
from keys import record
from suite import BAD_FROM, UNSIGNED


def alignment(suite):
    def by(domain, name, why, expect=fails):
        expect(suite, f"domain-{name}", why, signed(domain=domain),
               records() | {f"s1._domainkey.{domain.lower()}":
                            [record("rsa-2048")]})

    by("mail.alice.example", "below", "d= below the author's domain")
    by("example", "above", "d= above the author's domain")
    by("evil.example", "other", "d= is another domain")
    by("notalice.example", "suffix", "d= ends like the author's domain")
    by("alice.example.evil.example", "prefix",
       "d= begins like the author's domain")
    upper = BASE.replace(b"alice@alice.example", b"alice@ALICE.Example")
    add(suite, "domain-author-upper-case", "the author's domain in upper case",
        signed(upper))
    add(suite, "domain-null-reverse-path", "the reverse-path does not matter",
        mail_from="")
    add(suite, "domain-other-reverse-path", "a forwarder's reverse-path",
        mail_from="bounces@list.example")
    fails(suite, "unsigned", "no signature at all", BASE, reply=UNSIGNED)


def several(suite):
    service = {"s1._domainkey.service.example": [record("rsa-2048-evil")]}
    by_service = {"domain": "service.example", "key": "rsa-2048-evil"}
    broken = set_tag("bh", "AAAA")
    rows = [
        ("author-first", field() + signed(**by_service),
         "a mailing service signed beside the author's domain"),
        ("author-last", field(**by_service) + signed(),
         "the author's signature is the second"),
        ("broken-first", field(change=broken) +
         signed(), "a broken one of the author's domain, then a right one"),
        ("broken-last", field() +
         signed(change=broken), "a right one, then a broken one"),
    ]
    for name, message, why in rows:
        add(suite, f"several-{name}", why, message, records() | service)
    fails(suite, "several-service-only", "only a mailing service signed",
          signed(**by_service), records() | service)
    fails(suite, "several-service-valid-author-broken",
          "the service's signature is right, the author's is not",
          signed(signed(change=broken), **by_service), records() | service)
    ten = field(**by_service) * 9
    add(suite, "several-ten", "ten signatures, the author's last",
        ten + signed(), records() | service)
    wrong = field(change=broken)
    fails(suite, "several-hundred-broken", "a hundred broken ones of the "
          "author's domain", wrong * 100 + BASE)
    add(suite, "several-eleven", "more than ten: a verifier may stop, and may "
        "not crash", ten * 2 + signed(), records() | service,
        expect="either", reply=None)


def author_fields(suite):
    good = signed()
    plain = signed(oversigned=[])
    second = b"From: <victim@victim.example>\r\n"
    for name, message, why in [
            ("second-from-top", second + plain, "a second From on top of a "
             "signature without oversigning: the signature holds"),
            ("second-from-bottom", plain.replace(
                b"\r\nMIME-Version", b"\r\n" + second + b"MIME-Version", 1),
             "a second From that the signature does not cover"),
            ("second-from-oversigned", second + good,
             "a second From added to an oversigned one")]:
        fails(suite, f"author-{name}", why, message, reply=BAD_FROM)
    fails(suite, "author-replaced", "From replaced on the way",
          good.replace(FROM.replace("\n", "\r\n").encode(), second))
    fails(suite, "author-moved-to-sender", "the author stands in Sender only",
          signed(BASE.replace(b"From: Alice", b"Sender: Alice"),
                 signed=["Sender", "To"], oversigned=[]), reply=BAD_FROM)


def bodies(suite):
    lines = "one\n\ntwo  words\t and\ttabs \t\n . \n..\nend  \n"
    rows = [
        ("empty", b"", "an empty body"),
        ("only-line-ends", b"\r\n\r\n\r\n", "a body of line ends"),
        ("no-final-line-end", b"text without a line end",
         "no line end at the end"),
        ("trailing-blanks", b"text  \r\n \t \r\n\r\n",
         "blanks at line ends and in the last lines"),
        ("white-space", lines, "blanks, tabs and dots"),
        ("long-line", "x" * 990 + "\n" + "y " * 490 + "\n", "long lines"),
        ("eight-bit", "Überall Grüße\n", "octets above 127"),
        ("big", "a line of some forty characters, repeated\n" * 2500,
         "100 KB of text"),
    ]
    for name, body, why in rows:
        for canonical in ("simple", "relaxed"):
            add(suite, f"body-{name}-{canonical}", f"{why}, {canonical}",
                signed(text(body), canonical=f"relaxed/{canonical}"),
                cleartext_ok=True)


def cases(suite):
    alignment(suite)
    several(suite)
    author_fields(suite)
    bodies(suite)
