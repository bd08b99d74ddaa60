#!/usr/bin/python3
"""Makes the messages that are too big to keep: bulky.py [FOLDER].

FOLDER (default build/corpus-bulky) gets messages, DNS files and a
manifest.jsonl as the other folders of the corpus have.  Each is an input that
once crashed, hung or exhausted some mail program; the verdict must come, in
bounded time and memory.  About 120 MB, made in less than a minute.
"""

import pathlib
import sys

import dkim_cases
import keys
import mail
import openpgp
import shapes_limits
from suite import (AUTHOR, BAD_FROM, BAD_SIGNATURE, CLEARTEXT, MALFORMED, ROOT,
                   Suite, octets)

B = mail.BOUNDARY
SIGNED_BASE = dkim_cases.signed()


def refuse(suite, name, message, why, reply, **row):
    row.setdefault("sign", False)
    suite.case(name, message, why, expect="reject", reply=reply, **row)


def mime(suite):
    nested = b"".join(
        f'Content-Type: multipart/mixed; boundary="b{i}"\r\n\r\n--b{i}\r\n'
        .encode() for i in range(10000)) + b"Content-Type: text/plain\r\n\r\nx"
    refuse(suite, "nested-10000", octets(mail.fields()) + nested,
           "ten thousand nested multiparts", CLEARTEXT)
    messages = b"Content-Type: message/rfc822\r\n\r\n" * 10000
    refuse(suite, "nested-messages-10000", octets(mail.fields()) + messages,
           "ten thousand nested messages", CLEARTEXT)
    part = f"\r\n--{B}\r\n\r\nx".encode()
    refuse(suite, "parts-200000", mail.whole(
        mail.fields() + mail.content_type(), part * 200000),
        "two hundred thousand parts", CLEARTEXT)
    refuse(suite, "boundary-lines-almost", mail.whole(
        mail.fields() + mail.content_type(),
        f"--{B[:-1]}\r\n".encode() * 200000),
        "lines that are almost the boundary", CLEARTEXT)
    refuse(suite, "body-one-line-20-mb", mail.whole(
        mail.fields() + mail.content_type(), b"x" * 20_000_000),
        "a body of 20 MB in one line", CLEARTEXT)
    refuse(suite, "body-nul-5-mb", mail.whole(
        mail.fields() + mail.content_type(), bytes(5_000_000)),
        "a body of 5 MB of NUL", CLEARTEXT)
    refuse(suite, "body-line-ends-5-mb", mail.whole(
        mail.fields() + mail.content_type(), b"\r\n" * 2_500_000),
        "a body of 5 MB of line ends", CLEARTEXT)


def headers(suite):
    both = [{"direction": "outbound"}]
    refuse(suite, "fields-50000", mail.encrypted(header=mail.fields(
        more="".join(f"X-{i}: 1\n" for i in range(50000)))),
        "fifty thousand header fields", MALFORMED, also=both)
    refuse(suite, "field-1-mb", mail.encrypted(header=mail.fields(
        more="X-Long: " + "x" * 1_000_000 + "\n")),
        "a header line of 1 MB", MALFORMED, also=both)
    refuse(suite, "field-1-mb-folded", mail.encrypted(header=mail.fields(
        more="X-Long: " + "\n ".join(["x" * 70] * 14000) + "\n")),
        "a folded header field of 1 MB", MALFORMED, also=both)
    refuse(suite, "field-name-1-mb", mail.encrypted(header=mail.fields(
        more="X" * 1_000_000 + ": 1\n")), "a field name of 1 MB", MALFORMED,
        also=both)
    refuse(suite, "header-without-end-10-mb", octets(mail.fields()) +
           b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 300000,
           "a header section of 10 MB and no body", MALFORMED, also=both)
    refuse(suite, "results-20000", mail.encrypted(header=mail.fields(
        more="Authentication-Results: relay.example; dkim=pass\n" * 20000)),
        "twenty thousand Authentication-Results", MALFORMED)
    parameters = "".join(f"; p{i}=x" for i in range(20000))
    refuse(suite, "type-20000-parameters", mail.encrypted(
        type_field=mail.content_type().rstrip("\n") + parameters + "\n"),
        "a Content-Type of twenty thousand parameters", "5")


def authors(suite):
    def author(name, value, why, reply="5"):
        refuse(suite, f"from-{name}", mail.encrypted(header=mail.fields(
            None, more=f"From: {value}\n")), why, reply)

    fold = "\n ".join
    # Within a field's bound, and far behind it.
    author("groups-45000", fold(["a:" * 500] * 90), "a group nested 45,000 "
           "deep, as much as a field may hold", BAD_FROM)
    author("groups-100000", fold(["a:" * 500] * 200),
           "a group nested 100,000 deep")
    author("comments-90000", fold(["(" * 900] * 100),
           "a comment nested 90,000 deep", BAD_FROM)
    author("addresses-4000", fold([f"<a{i}@x.example>," for i in range(4000)])
           + " <a@x.example>", "four thousand authors", BAD_FROM)
    author("quotes-90000", '"' + fold(["\\a" * 450] * 100) +
           f'" <{AUTHOR}', "a quotation of 90,000 octets, no end of the "
           "address", BAD_FROM)
    author("encoded-words-3000", fold(
        ["=?utf-8?q?=3Ca=40b=3E?="] * 3000), "three thousand encoded words",
        BAD_FROM)
    to = fold(["a:" * 500] * 90)
    suite.case("to-groups-45000", mail.encrypted(header=mail.fields(
        to=to)), "a group nested 45,000 deep in To: dropped, or too large",
        expect="either", direction="outbound", also=["inbound"])


def signatures(suite):
    field = SIGNED_BASE[:-len(dkim_cases.BASE)]
    broken = dkim_cases.signed(change=dkim_cases.set_tag(
        "bh", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="))
    broken = broken[:-len(dkim_cases.BASE)]
    dns = dkim_cases.records()

    def case(name, message, why, reply, expect="reject", records=None):
        suite.case(name, message, why, expect=expect, reply=reply, sign=False,
                   dns=f"{name}.dns.json")
        suite.write_dns(f"{name}.dns.json", records or dns)

    case("signatures-5000", broken * 5000 + dkim_cases.BASE,
         "five thousand signatures of the author's domain: the header section "
         "is too large", MALFORMED)
    case("signatures-400", broken * 400 + dkim_cases.BASE,
         "four hundred broken signatures: few keys are looked up, none helps",
         BAD_SIGNATURE)
    selectors = b"".join(
        field.replace(b"s=s1;", f"s=s{i};".encode()) for i in range(1000, 1300))
    case("selectors-300", selectors + dkim_cases.BASE,
         "three hundred selectors, which would be three hundred lookups",
         BAD_SIGNATURE)
    lengths = b"".join(dkim_cases.signed(length=i)[:-len(
        dkim_cases.BASE)] for i in range(100))
    case("lengths-100", lengths + dkim_cases.BASE,
         "a hundred signatures, each with another l=", BAD_SIGNATURE)
    big = keys.record("rsa-2048") + "; n=" + "x" * 100_000
    case("record-100-kb", SIGNED_BASE, "a key record of 100 KB: refused, or "
         "its one note ignored", None, "either", {dkim_cases.NAME: [big]})
    case("record-100-kb-p", SIGNED_BASE, "a key of 100 KB", "5", "reject",
         {dkim_cases.NAME: ["v=DKIM1; p=" + "QUJD" * 25_000]})
    case("record-20000-tags", SIGNED_BASE, "a record of twenty thousand tags",
         None, "either", {dkim_cases.NAME: [
             "v=DKIM1; " + "".join(f"a{i}=b; " for i in range(20000)) +
             f"p={keys.public_value('rsa-2048')}"]})
    case("records-1000", SIGNED_BASE, "a thousand records", None, "either",
         {dkim_cases.NAME: ["v=spf1 -all"] * 999 + [keys.record("rsa-2048")]})
    long_tag = dkim_cases.signed(signed=["From"] + ["X-None"] * 8000)
    case("h-8000-names", long_tag, "a signature over eight thousand absent "
         "fields", None, "either")


def pgp(suite):
    def case(name, body, why, expect="reject", reply=CLEARTEXT):
        suite.case(name, mail.encrypted(body), why, expect=expect,
                   reply=reply if expect == "reject" else None)

    cipher = openpgp.noise("ten megabytes", 10_000_000)
    case("encrypted-10-mb", quick_armor(openpgp.pkesk() +
                                        openpgp.seipd(cipher)),
         "10 MB of ciphertext", "accept")
    case("encrypted-10-mb-partial", quick_armor(
        openpgp.pkesk() + openpgp.partial_packet(18, b"\1" + cipher, 9)),
        "10 MB of ciphertext in lengths of 512", "accept")
    text = (mail.LURE.encode() * 80)[:4096]
    middle = cipher[:5_000_000] + text + cipher[5_004_096:]
    case("text-in-10-mb", quick_armor(openpgp.pkesk() +
                                      openpgp.seipd(middle)),
         "4 KiB of text in the middle of 10 MB")
    case("armor-lines-without-end", "-----BEGIN PGP MESSAGE-----\n" +
         "Comment: x\n" * 200_000, "two hundred thousand armor headers")
    case("armor-one-line-5-mb", "-----BEGIN PGP MESSAGE-----\n\n" +
         "A" * 5_000_000 + "\n-----END PGP MESSAGE-----\n",
         "armor in a line of 5 MB")
    case("packets-empty-500000", quick_armor(b"\xca\x00" * 500_000),
         "half a million empty Marker packets")


def quick_armor(octets_):
    """Armor without CRC24, which is slow in Python."""
    return openpgp.armor(octets_, crc=False)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                          ROOT.parent / "build" / "corpus-bulky")
    suite = Suite(folder)
    for cases in (mime, headers, authors, signatures, pgp,
                  shapes_limits.bulky):
        cases(suite)
    suite.write({"s1._domainkey.alice.example": [keys.record("rsa-2048")]})
    print(f"{len(suite.rows)} cases in {folder}")


if __name__ == "__main__":
    main()
