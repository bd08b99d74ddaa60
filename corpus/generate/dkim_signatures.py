"""DKIM signatures: right ones of every make, and each way for one to be
wrong."""

import mail
import signing
from dkim_cases import (BASE, add, drop_tag, fails, field, records, set_tag,
                        signed, text)
from keys import record
from signing import NOW
from suite import AUTHOR

ED = {"ed1._domainkey.alice.example": [record("ed25519")]}
ED_SIGNATURE = {"key": "ed25519", "selector": "ed1"}


def valid(suite):
    for canonical in ("relaxed/relaxed", "relaxed/simple", "simple/relaxed",
                      "simple/simple"):
        name = canonical.replace("/", "-")
        add(suite, f"valid-rsa-{name}", f"rsa-sha256, {canonical}",
            signed(canonical=canonical))
    for canonical in ("relaxed/relaxed", "simple/simple"):
        name = canonical.replace("/", "-")
        add(suite, f"valid-ed25519-{name}", f"ed25519-sha256, {canonical}",
            signed(canonical=canonical, **ED_SIGNATURE), records() | ED)
    add(suite, "valid-both", "an RSA and an Ed25519 signature",
        field() + signed(**ED_SIGNATURE), records() | ED)
    add(suite, "valid-both-ed25519-key-missing",
        "of two signatures the key of one is missing",
        field(**ED_SIGNATURE) + signed())
    add(suite, "valid-both-rsa-broken", "of two signatures one is broken",
        field(change=set_tag("bh", "AAAA")) + signed(**ED_SIGNATURE),
        records() | ED)
    add(suite, "c-absent", "no c= means simple/simple",
        signed(canonical="simple/simple", change=drop_tag("c")))
    add(suite, "c-header-only", "c=relaxed means relaxed/simple",
        signed(canonical="relaxed/simple", change=set_tag("c", "relaxed")))
    folded = BASE.replace(b"Subject: ...", b"Subject:  a\t subject \r\n\t"
                          b"that is folded  \r\n  twice\t")
    for method in ("simple", "relaxed"):
        add(suite, f"folded-{method}", f"folded fields and odd blanks, "
            f"{method}", signed(folded, canonical=f"{method}/simple"))
    bare = BASE.replace(b"Subject: ...", b"Subject:")
    add(suite, "field-empty-simple", "a signed field without a body",
        signed(bare, canonical="simple/simple"))
    tight = BASE.replace(b"Subject: ...", b"Subject:x").replace(
        b"To: ", b"To:\t ")
    add(suite, "field-no-space-simple", "no blank, or a tab, behind the colon",
        signed(tight, canonical="simple/simple"))
    add(suite, "unfolded", "the signature in one line of 600 octets",
        signed(fold=False))


def changed(suite):
    good = signed()
    simple = signed(canonical="simple/simple")
    rows = [
        ("body", good.replace(b"\r\nVersion: 1", b"\r\n\r\nVersion: 1"),
         "a blank line in the body"),
        ("subject", good.replace(b"Subject: ...", b"Subject: ...!"),
         "the Subject"),
        ("display-name", good.replace(b"From: Alice <", b"From: Bob <"),
         "the name in From"),
        ("to-removed", good.replace(b"To: bob@relay.example\r\n", b""),
         "To is gone"),
        ("date", good.replace(b"15:58:12", b"15:58:13"), "the Date"),
        ("spaces-simple", simple.replace(b"Subject: ...", b"Subject:  ..."),
         "blanks in a field, simple canonicalization"),
        ("case-simple", simple.replace(b"Subject: ", b"SUBJECT: "),
         "the case of a field name, simple canonicalization"),
        ("body-blank-simple", simple.replace(b"Version: 1\r", b"Version: 1 \r"),
         "a trailing blank in the body, simple canonicalization"),
        ("signature-tag", good.replace(b"t=%d" % NOW, b"t=%d" % (NOW - 1)),
         "a tag of the signature itself"),
    ]
    for name, message, why in rows:
        fails(suite, f"changed-{name}", f"changed on the way: {why}", message)
    rows = [
        ("spaces-relaxed", good.replace(b"Subject: ...", b"Subject:   ... "),
         "blanks in a field, relaxed canonicalization"),
        ("case-relaxed", good.replace(b"Subject: ", b"SUBJECT: "),
         "the case of a field name, relaxed canonicalization"),
        ("field-added", b"Received: from a by b; " + mail.DATE.encode() +
         b"\r\nX-Spam-Score: 0\r\n" + good, "fields on top"),
        ("empty-lines-added", good + b"\r\n\r\n",
         "empty lines at the end of the body"),
        ("empty-lines-added-simple", simple + b"\r\n\r\n",
         "empty lines at the end of the body, simple canonicalization"),
        ("body-blank-relaxed", good.replace(b"Version: 1\r",
                                            b"Version: 1 \r"),
         "a trailing blank in the body, relaxed canonicalization"),
    ]
    for name, message, why in rows:
        add(suite, f"harmless-{name}",
            f"changed on the way, and still valid: {why}", message)


def tags(suite):
    def with_tag(tag, value):
        return signed(change=set_tag(tag, value))

    rows = [
        ("v-2", with_tag("v", "2"), "v=2"),
        ("v-missing", signed(change=drop_tag("v")), "no v="),
        ("a-missing", signed(change=drop_tag("a")), "no a="),
        ("a-unknown", with_tag("a", "rsa-sha512"), "an unknown algorithm"),
        ("a-sha1", signed(algorithm="rsa-sha1"), "rsa-sha1 (RFC 8301)"),
        ("a-other-than-key", with_tag("a", "ed25519-sha256"),
         "a= does not fit the key"),
        ("c-unknown", with_tag("c", "nowsp/simple"),
         "an unknown canonicalization"),
        ("c-half-unknown", with_tag("c", "relaxed/none"),
         "an unknown body canonicalization"),
        ("d-missing", signed(change=drop_tag("d")), "no d="),
        ("s-missing", signed(change=drop_tag("s")), "no s="),
        ("h-missing", signed(change=drop_tag("h")), "no h="),
        ("h-empty", with_tag("h", ""), "an empty h="),
        ("h-without-from", signed(signed=["To", "Subject", "Date"],
                                  oversigned=[]), "From is not signed"),
        ("bh-missing", signed(change=drop_tag("bh")), "no bh="),
        ("bh-other", with_tag("bh", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3h"
                              "SuFU="), "the body hash of another body"),
        ("bh-not-base64", with_tag("bh", "!!!!"), "bh= is not base64"),
        ("b-empty", cut_b(signed(), b""), "an empty b="),
        ("b-short", cut_b(signed(), b"AAAA"), "b= has three octets"),
        ("b-not-base64", cut_b(signed(), b"%%%%"), "b= is not base64"),
        ("duplicate-d", signed(change=lambda t: t[:1] +
                               [("d", "evil.example")] + t[1:]),
         "d= twice (RFC 6376 3.2)"),
        ("duplicate-h", signed(change=lambda t: [("h", "From")] + t),
         "h= twice"),
        ("q-unknown", with_tag("q", "http/txt"), "another way to get the key"),
        ("l-short", signed(length=100) , "l= covers a part of the body"),
        ("l-zero", signed(length=0), "l=0 covers nothing"),
        ("l-beyond", signed(change=set_tag("l", "999999")),
         "l= is longer than the body"),
        ("l-not-a-number", signed(change=set_tag("l", "all")),
         "l= is no number"),
        ("x-past", signed(extra=[("x", str(NOW - 3600))],
                          change=set_tag("t", str(NOW - 7200))), "expired"),
        ("x-before-t", signed(extra=[("x", str(NOW - 10))]),
         "x= before t="),
        ("t-future", with_tag("t", str(NOW + 86400)), "signed tomorrow"),
        ("i-outside", signed(change=set_tag("i", "@evil.example")),
         "i= is not below d="),
        ("i-parent", signed(change=set_tag("i", "@example")),
         "i= is above d="),
        ("i-suffix", signed(change=set_tag("i", "@notalice.example")),
         "i= ends like d= and is not below it"),
        ("garbage", b"DKIM-Signature: meet me at nine\r\n" + BASE,
         "a field that is no tag list"),
        ("empty-field", b"DKIM-Signature:\r\n" + BASE, "an empty field"),
        ("tag-without-value", signed(change=lambda t: t[:-1] +
                                     [("note", ""), ("", "x")] + t[-1:]),
         "a tag without a name"),
    ]
    for name, message, why in rows:
        fails(suite, f"tag-{name}", why, message)
    rows = [
        ("x-to-come", signed(extra=[("x", str(NOW + 3600))]), "x= to come"),
        ("t-absent", signed(change=drop_tag("t")), "t= is optional"),
        ("t-clock-drift", signed(change=set_tag("t", str(NOW + 60))),
         "the signer's clock is a minute ahead"),
        ("q-dns-txt", signed(change=set_tag("q", "dns/txt")), "q=dns/txt"),
        ("i-same", signed(change=set_tag("i", AUTHOR)), "i= with an address"),
        ("i-below", signed(change=set_tag("i", "@mail.alice.example")),
         "i= below d="),
        ("l-exact", signed(length=len(signing.canonical_body(
            signing.split(BASE)[1], "relaxed"))), "l= is the whole body"),
        ("unknown-tags", signed(change=set_tag("xnote", "1")),
         "unknown tags are ignored"),
        ("z", signed(change=set_tag("z", "Subject:=20...|Date:=20now")),
         "z= is for diagnosis"),
        ("h-lower-case", signed(signed=["from", "to", "subject", "date"],
                                oversigned=["from"]), "h= in lower case"),
        ("h-spaces", signed(change=set_tag("h", " From : To :\r\n\tSubject ")),
         "blanks and a fold inside h="),
        ("h-only-from", signed(signed=["From"], oversigned=[]),
         "only From is signed"),
        ("h-absent-fields", signed(oversigned=["From", "Cc", "Reply-To",
                                               "Subject"]),
         "fields signed as absent"),
        ("d-upper-case", signed(domain="Alice.EXAMPLE"), "domains have no "
         "case"),
        ("s-upper-case", signed(selector="S1"), "selectors have no case"),
        ("trailing-semicolon", signed(tail=";"), "a semicolon at the end"),
        ("tag-behind-b", signed(tail="; xnote=1"), "b= is not the last tag"),
    ]
    for name, message, why in rows:
        add(suite, f"tag-ok-{name}", why, message)


    fails(suite, "tag-l-short-appended", "text appended behind l=",
          signed(text("signed\n"), length=8) + b"appended\r\n",
          cleartext_ok=True)


def cut_b(message, value):
    head, _, rest = message.partition(b"\r\n\tb=")
    fields = rest.split(b"\r\n")
    i = 1
    while fields[i].startswith(b"\t "):
        i += 1
    return head + b"\r\n\tb=" + value + b"\r\n" + b"\r\n".join(fields[i:])


def cases(suite):
    valid(suite)
    changed(suite)
    tags(suite)
