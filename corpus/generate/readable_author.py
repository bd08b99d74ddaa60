"""Encrypted messages whose author is not who they seem to be from.

Inbound they are validly signed by evil.example, so that nothing but the From
field is wrong; outbound they come from the login alice@alice.example.
"""

import mail
from suite import AUTHOR, BAD_FROM, BAD_SIGNATURE, MALFORMED, OTHER_FROM

EVIL = "mallory@evil.example"
VICTIM = "victim@victim.example"


def message(*froms):
    header = mail.fields(None) + "".join(f"From:{value}\n" for value in froms)
    return mail.encrypted(header=header)


# name, From field bodies, why, reply; None where the grammar decides between
# a refused From and one that the signature does not cover
INBOUND = [
    ("encoded-word-address", [f" =?utf-8?q?=3C{EVIL.replace('@', '=40')}=3E?="
                              f" <{VICTIM}>"],
     "an address in an encoded word, which must not be decoded before the "
     "field is taken apart", BAD_SIGNATURE),
    ("encoded-word-hides-domain", [" =?utf-8?q?victim=40victim=2Eexample?= "],
     "an address that is one encoded word", BAD_FROM),
    ("two-fields", [f" <{EVIL}>", f" <{VICTIM}>"],
     "two From fields, the signed one first", BAD_FROM),
    ("two-fields-victim-first", [f" <{VICTIM}>", f" <{EVIL}>"],
     "two From fields, the signed one last", BAD_FROM),
    ("two-fields-equal", [f" <{EVIL}>", f" <{EVIL}>"],
     "two equal From fields are two", BAD_FROM),
    ("list", [f" <{EVIL}>, <{VICTIM}>"], "two authors", BAD_FROM),
    ("list-victim-first", [f" <{VICTIM}>, <{EVIL}>"],
     "two authors, the signer last", BAD_FROM),
    ("list-trailing-comma", [f" <{EVIL}>,"], "a list with an empty place",
     BAD_FROM),
    ("group", [f" x: {EVIL}, {VICTIM};"], "a group", BAD_FROM),
    ("group-of-one", [f" victims: {EVIL};"], "a group of one", BAD_FROM),
    ("group-empty", [" undisclosed-recipients:;"], "an empty group", BAD_FROM),
    ("at-twice", [" <mallory@evil.example@victim.example>"],
     "two at signs", BAD_FROM),
    ("at-twice-bare", [" victim@victim.example@evil.example"],
     "two at signs without brackets", BAD_FROM),
    ("route", [f" <@victim.example:{EVIL}>"], "a source route", BAD_FROM),
    ("route-victim-last", [f" <@evil.example:{VICTIM}>"],
     "a source route through the signer", BAD_FROM),
    ("comment-address", [f" ({EVIL}) <{VICTIM}>"],
     "the signer's address in a comment: a reader that knows no comments "
     "would take it", BAD_FROM),
    ("comment-before-angle", [f" {VICTIM} ({EVIL})"],
     "an address and a comment that names the signer", BAD_FROM),
    ("comment-inside", [" mallory(x)@(y)evil.example"],
     "comments inside the address, which few readers know", BAD_FROM),
    ("comment-unclosed", [f" <{EVIL}> (x"], "a comment without end", BAD_FROM),
    ("address-as-phrase", [f" {VICTIM} <{EVIL}>"],
     "an unquoted address where a name should be", BAD_FROM),
    ("quoted-after-word", [f' x "<{VICTIM}> (" <{EVIL}> (c)'],
     "an address in quotes behind a word: some readers know quotes at the "
     "start only", BAD_FROM),
    ("encoded-local-part", [f" =?utf-8?q?{VICTIM.replace('@', '=40')}?="
                            "@evil.example"],
     "an encoded word for a local-part", BAD_FROM),
    ("text-behind", [f" <{EVIL}> {VICTIM}"], "an address behind the address",
     BAD_FROM),
    ("two-angles", [f" <{VICTIM}> <{EVIL}>"], "two addresses in brackets",
     BAD_FROM),
    ("angle-in-angle", [f" <<{VICTIM}>{EVIL}>"], "brackets in brackets",
     BAD_FROM),
    ("angle-unclosed", [f" <{EVIL}"], "a bracket without end", BAD_FROM),
    ("quote-unclosed", [f' "victim <{EVIL}>'], "a quotation without end",
     BAD_FROM),
    ("quoted-local-part", [f' <"{VICTIM}"@evil.example>'],
     "a local-part that is itself an address", BAD_FROM),
    ("quoted-local-part-other", [f' <"{EVIL} "@victim.example>'],
     "the signer's address as quoted local-part at the victim's", None),
    ("no-domain", [" <mallory>"], "no domain", BAD_FROM),
    ("no-local-part", [" <@evil.example>"], "no local-part", BAD_FROM),
    ("null", [" <>"], "no address", BAD_FROM),
    ("empty", [""], "an empty field", BAD_FROM),
    ("blank", ["  \n\t"], "a field of blanks", BAD_FROM),
    ("none", [], "no From field", BAD_FROM),
    ("name-only", [" Mallory"], "a name and no address", BAD_FROM),
    ("domain-empty-label", [" <mallory@evil..example>"], "an empty label",
     BAD_FROM),
    ("domain-trailing-dot", [" <mallory@evil.example.>"],
     "a dot at the end of the domain", BAD_FROM),
    ("domain-space", [" <mallory@evil.example victim.example>"],
     "a blank in the domain", BAD_FROM),
    ("domain-underscore-other", [" <mallory@_evil.example>"],
     "another domain than the signer's", BAD_SIGNATURE),
    ("domain-parent", [" <mallory@example>"], "the parent of the signer's",
     BAD_SIGNATURE),
    ("domain-subdomain", [" <mallory@mail.evil.example>"],
     "a subdomain of the signer's: alignment is strict", BAD_SIGNATURE),
    ("domain-suffix", [" <mallory@victim-evil.example>"],
     "a domain that ends like the signer's", BAD_SIGNATURE),
    ("domain-fullwidth", [" <victim@ｖictim.example>"],
     "a domain in letters that only look like ASCII", BAD_FROM),
    ("domain-homograph", [" <victim@xn--vctim-q9a.example>"],
     "a domain that only looks like the victim's", BAD_SIGNATURE),
    ("local-part-long", [f" <{'v' * 65}@evil.example>"],
     "a local-part of 65 octets", BAD_FROM),
    ("domain-long", [f" <m@{'v.' * 126}evil.example>"],
     "a domain of more than 255 octets", BAD_FROM),
    ("literal-name", [" <victim@[victim.example]>"],
     "a domain that only looks like an address literal", BAD_FROM),
    ("literal-ipv4-range", [" <victim@[192.0.2.256]>"],
     "an address literal that is no address", BAD_FROM),
    ("literal-ipv4-short", [" <victim@[192.0.2]>"],
     "an address literal that is half an address", BAD_FROM),
    ("literal-ipv6-untagged", [" <victim@[2001:db8::1]>"],
     "an IPv6 literal without its tag", None),
    ("control", [" <mallory\x07@evil.example>"], "a control character",
     MALFORMED),
    ("semicolon-list", [f" {EVIL}; {VICTIM}"],
     "two authors as one mail program separates them", BAD_FROM),
    ("newline-smuggled", [f" <{EVIL}>\n <{VICTIM}>"],
     "a second address in the folded line", BAD_FROM),
    ("percent", [" <victim%victim.example@evil.example.>"],
     "routing by percent, and a dot at the end", BAD_FROM),
    ("bang", [" <victim.example!victim>"], "routing by bang", BAD_FROM),
    ("mailto", [" <mailto:mallory@evil.example>"], "a URL", BAD_FROM),
    ("equals-victim", [f" <{VICTIM}>"], "the victim's address, plainly: only "
     "the signature tells", BAD_SIGNATURE),
]

ALLOWED = [
    ("display-address", f' "{VICTIM}" <{EVIL}>',
     "a quoted name may look like an address: clients show it as a name"),
    ("quoted-angle", f' "a > b, c; (d)" <{EVIL}>',
     "every special character inside quotes"),
    ("encoded-comma", f" =?utf-8?q?Doe=2C_Jane?= <{EVIL}>",
     "an encoded comma in the name"),
    ("comments", f" (x (y)) <{EVIL}> (v)", "comments around the address"),
    ("comment-name", f" {EVIL} (Mail Delivery System)",
     "a name in a comment, as Postfix writes it"),
    ("folded", f"\n Mallory\n\t<{EVIL}>\n ", "folded as RFC 5322 allows"),
    ("dotted-phrase", f" J. R. Mallory <{EVIL}>",
     "dots in a name (RFC 5322 4.1)"),
    ("upper-case-domain", " <mallory@EVIL.Example>", "domains have no case"),
    ("no-space", f"<{EVIL}>", "no blank behind the colon"),
    ("plus", " <mallory+note@evil.example>", "a plus in the local-part"),
    ("local-part-utf8", " <vıctim@evil.example>",
     "octets above 127 in the local-part (RFC 6532): the signer's to give"),
    ("name-utf8", f" Мэллори <{EVIL}>",
     "octets above 127 in the name, as SMTPUTF8 writes it"),
]


def outbound(suite):
    other = OTHER_FROM
    rows = [
        ("other", [" <other@alice.example>"], "another address than the "
         "login", other),
        ("other-domain", [" <alice@relay.example>"], "another domain", other),
        ("plus", [" <alice+x@alice.example>"], "a detail that the login has "
         "not", other),
        ("encoded-word", [f" =?utf-8?q?=3C{AUTHOR.replace('@', '=40')}=3E?= "
                          f"<{VICTIM}>"],
         "the login's address in an encoded word", other),
        ("two-fields", [f" <{AUTHOR}>", f" <{VICTIM}>"], "two From fields",
         BAD_FROM),
        ("list", [f" <{AUTHOR}>, <{VICTIM}>"], "two authors", BAD_FROM),
        ("group", [f" x: {AUTHOR};"], "a group", BAD_FROM),
        ("none", [], "no From field", BAD_FROM),
        ("display", [f" {AUTHOR} <{VICTIM}>"],
         "the login's address for a name, without quotes", BAD_FROM),
        ("quoted-display", [f' "{AUTHOR}" <{VICTIM}>'],
         "the login's address for a name", other),
    ]
    for name, froms, why, reply in rows:
        suite.case(f"from-outbound-{name}", message(*froms), why,
                   expect="reject", reply=reply, direction="outbound")


def cases(suite):
    for name, froms, why, reply in INBOUND:
        suite.case(f"from-{name}", message(*froms), why, expect="reject",
                   reply=reply, sign="evil.example", mail_from=EVIL)
    for name, value, why in ALLOWED:
        suite.case(f"from-allowed-{name}", message(value), why,
                   sign="evil.example", mail_from=EVIL)
    outbound(suite)
    literal = message(" <victim@[192.0.2.7]>")
    suite.case("from-literal-elsewhere", literal, "an address literal from "
               "another address than that", expect="reject", reply="554",
               sign=False, mail_from="victim@[192.0.2.7]",
               client_address="198.51.100.9", also=[
                   {"client_address": "192.0.2.7", "expect": "accept",
                    "reply": None,
                    "why": "an address literal from that very address"},
                   {"client_address": "", "why": "an address literal from "
                    "nobody knows where"}])
    six = message(" <victim@[IPv6:2001:DB8:0::0:7]>")
    suite.case("from-literal-ipv6-elsewhere", six, "an IPv6 literal from "
               "another address than that", expect="reject", reply="554",
               sign=False, mail_from="victim@[IPv6:2001:db8::7]",
               client_address="2001:db8::8", also=[
                   {"client_address": "2001:db8::7", "expect": "accept",
                    "reply": None, "why": "the same address, written shorter"}])
