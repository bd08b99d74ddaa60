"""Key records and their lookup: every form that senders publish, and every
way in which a record or the DNS can fail."""

from dkim_cases import NAME, add, fails, later, records, set_tag, signed
from keys import public_value, record

P = public_value("rsa-2048")


def sizes(suite):
    for bits in (1024, 1025, 3072, 4096):
        add(suite, f"bits-{bits}", f"an RSA key of {bits} bits",
            signed(key=f"rsa-{bits}"), records(f"rsa-{bits}"))
    for bits in (512, 768, 1000, 1016, 1017, 1023):
        fails(suite, f"bits-{bits}", f"an RSA key of {bits} bits is too short",
              signed(key=f"rsa-{bits}"), records(f"rsa-{bits}"))


def forms(suite):
    half = len(P) // 2
    plain = f"v=DKIM1; k=rsa; p={P}"
    rows = [
        ("no-v", [f"k=rsa; p={P}"], "no v="),
        ("no-k", [f"v=DKIM1; p={P}"], "no k= means rsa"),
        ("only-p", [f"p={P}"], "nothing but p="),
        ("spaces-in-p", [f"v=DKIM1; k=rsa; p={P[:half]} {P[half:]}"],
         "a blank inside p="),
        ("tabs-and-spaces", [f"v = DKIM1 ;\tk = rsa ; p =\t{P} ;"],
         "blanks around every sign"),
        ("no-spaces", [f"v=DKIM1;k=rsa;p={P};s=email;t=s"],
         "no blanks, as chatmail relays publish it"),
        ("split", [[f"v=DKIM1; k=rsa; p={P[:half]}", P[half:]]],
         "one record in two character-strings"),
        ("split-short", [[plain[i:i + 20] for i in range(0, len(plain), 20)]],
         "one record in many character-strings"),
        ("quoted", [f'"v=DKIM1; k=rsa; p={P}"'],
         "quotation marks inside the record, as some panels store it"),
        ("quoted-split", [f'v=DKIM1; k=rsa; p={P[:half]}" "{P[half:]}'],
         "the marks of a zone file between the halves"),
        ("backslash-semicolons", [f"v=DKIM1\\; k=rsa\\; p={P}"],
         "escaped semicolons, as some panels store them"),
        ("line-feed", [f"v=DKIM1; k=rsa;\n p={P}"],
         "a line end inside the record"),
        ("line-feed-in-p", [f"v=DKIM1; k=rsa; p={P[:half]}\n{P[half:]}"],
         "a line end inside p="),
        ("h-sha256", [f"v=DKIM1; h=sha256; k=rsa; p={P}"], "h=sha256"),
        ("h-both", [f"v=DKIM1; h=sha1:sha256; k=rsa; p={P}"],
         "h= lists two"),
        ("s-email", [f"v=DKIM1; s=email; p={P}"], "s=email"),
        ("s-star", [f"v=DKIM1; s=*; p={P}"], "s=*"),
        ("s-list", [f"v=DKIM1; s=tlsrpt:email; p={P}"], "s= lists two"),
        ("t-s", [f"v=DKIM1; t=s; p={P}"], "t=s, and no i="),
        ("t-y", [f"v=DKIM1; t=y; p={P}"],
         "t=y: a test, whose result stands (design: one valid signature)"),
        ("n", [f"v=DKIM1; n=a note; k=rsa; p={P}"], "n= is for people"),
        ("g", [f"v=DKIM1; g=*; k=rsa; p={P}"], "g= of the older RFC 4871"),
        ("unknown-tags", [f"v=DKIM1; x=1; k=rsa; p={P}"],
         "unknown tags are ignored"),
        ("with-spf", ["v=spf1 -all", plain],
         "another TXT record beside it"),
        ("with-spf-last", [plain, "v=spf1 -all"],
         "another TXT record behind it"),
        ("twice", [plain, plain], "the same record twice"),
    ]
    for name, found, why in rows:
        add(suite, f"record-{name}", why, None, {NAME: found})
    add(suite, "record-v-last", "v= is not first, as RFC 6376 3.6.1 wants it; "
        "nothing hangs on it", None, {NAME: [f"k=rsa; p={P}; v=DKIM1"]},
        expect="either", reply=None)
    add(suite, "record-two-keys", "two records: RFC 6376 3.6.2.2 leaves it "
        "open which one counts", None, {NAME: [record("rsa-2048-evil"),
                                               plain]},
        expect="either", reply=None)


def faults(suite):
    rows = [
        ("none", {}, "no record"),
        ("empty-list", {NAME: []}, "the name exists, without TXT"),
        ("empty", {NAME: [""]}, "an empty record"),
        ("nxdomain", {NAME: {"fail": "nxdomain"}}, "no such name"),
        ("revoked", {NAME: ["v=DKIM1; k=rsa; p="]}, "an empty p= revokes"),
        ("p-missing", {NAME: ["v=DKIM1; k=rsa"]}, "no p="),
        ("p-garbage", {NAME: ["v=DKIM1; k=rsa; p=bm90IGEga2V5"]},
         "p= is no key"),
        ("p-not-base64", {NAME: [f"v=DKIM1; k=rsa; p={P[:40]}%%%{P[43:]}"]},
         "p= is not base64"),
        ("p-truncated", {NAME: [f"v=DKIM1; k=rsa; p={P[:200]}"]},
         "p= was cut, as it happens at 255 octets"),
        ("p-other", {NAME: [record("rsa-2048-evil")]}, "another key"),
        ("v-dkim2", {NAME: [f"v=DKIM2; k=rsa; p={P}"]}, "v=DKIM2"),
        ("h-sha1", {NAME: [f"v=DKIM1; h=sha1; k=rsa; p={P}"]},
         "h= allows sha1 only"),
        ("s-other", {NAME: [f"v=DKIM1; s=tlsrpt; p={P}"]},
         "s= is not for mail"),
        ("k-ed25519", {NAME: [f"v=DKIM1; k=ed25519; p={P}"]},
         "k= does not fit the key"),
        ("k-unknown", {NAME: [f"v=DKIM1; k=dsa; p={P}"]}, "an unknown k="),
        ("duplicate-p", {NAME: [f"v=DKIM1; p={P}; p={P}"]}, "p= twice"),
        ("spf-only", {NAME: ["v=spf1 -all"]}, "only another TXT record"),
        ("prose", {NAME: ["meet me at nine"]}, "no tag list"),
    ]
    for name, dns, why in rows:
        fails(suite, f"record-bad-{name}", why, None, dns)
    fails(suite, "record-bad-strict-subdomain", "t=s, and i= is below d=",
          signed(change=set_tag("i", "@www.alice.example")),
          {NAME: [f"v=DKIM1; t=s; p={P}"]})
    ed = public_value("ed25519")
    fails(suite, "record-bad-ed25519-as-rsa", "an Ed25519 key under k=rsa",
          signed(key="ed25519"), {NAME: [f"v=DKIM1; k=rsa; p={ed}"]})
    fails(suite, "record-bad-ed25519-length", "an Ed25519 key of 31 octets",
          signed(key="ed25519", canonical="relaxed/simple"),
          {NAME: [f"v=DKIM1; k=ed25519; p={ed[:40]}"]})


def lookups(suite):
    for failure in ("timeout", "servfail", "bogus"):
        later(suite, f"lookup-{failure}", f"{failure}: nobody knows, so the "
              "sender is to try again", None, {NAME: {"fail": failure}})
    other = {"s2._domainkey.alice.example": {"fail": "timeout"}}
    both = signed(signed(), selector="s2")
    add(suite, "lookup-timeout-of-one", "one key times out, the other "
        "signature is valid", both, records() | other)
    broken = signed(signed(change=set_tag("bh", "AAAA")), selector="s2")
    later(suite, "lookup-timeout-and-broken", "one key times out, the other "
          "signature is broken: the first might be valid", broken,
          records() | other)
    foreign = {"s1._domainkey.service.example": {"fail": "timeout"}}
    fails(suite, "lookup-timeout-of-another-domain", "the key that times out "
          "could not prove the author", signed(domain="service.example"),
          foreign)


def cases(suite):
    sizes(suite)
    forms(suite)
    faults(suite)
    lookups(suite)
