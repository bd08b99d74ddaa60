"""Secure-Join requests: the one cleartext that a client sends, in exactly one
form, and the same frame misused as a carrier."""

import mail
from suite import CLEARTEXT, IDENTIFIER, octets

BOUNDARY = "18eab09ba9ac91e7_38c1c549372646d7_9ad2e7bf0d22763b"
NUMBER = "xsD-urhYVzvtxI9JSWl1h9gD"
MESSAGE_ID = f"{IDENTIFIER}@localhost"
PART = ('Content-Type: text/plain; charset="utf-8"\n'
        f"Message-ID: <{MESSAGE_ID}>\nContent-Transfer-Encoding: 7bit\n")
MIXED = f'Content-Type: multipart/mixed; \n\tboundary="{BOUNDARY}"\n'


def request(step="vc-request", *, body=None, part_fields=PART, more="",
            number=NUMBER, type_field=MIXED, preamble="\n", epilogue="\n",
            parts=(), field=None):
    """A request as Delta Chat core 1.160 writes it, unless told otherwise."""
    body = f"Secure-Join: {step}" if body is None else body
    header = mail.fields(
        to="<bob@relay.example>", subject="Message from alice@alice.example",
        message_id=f"<{MESSAGE_ID}>", more=f"References: <{MESSAGE_ID}>\n"
        f"Chat-Version: 1.0\nSecure-Join: {field or step}\n" +
        (f"Secure-Join-Invitenumber: {number}\n" if number else "") + more)
    return mail.whole(octets(header) + octets(type_field), mail.multipart(
        [mail.part(part_fields, body), *parts], boundary=BOUNDARY,
        preamble=preamble, epilogue=epilogue))


def cases(suite):
    both = ["outbound"]
    rows = [
        ("vc-request", request(), "a contact request"),
        ("vg-request", request("vg-request"), "a group request"),
        ("line-ends", request(body="Secure-Join: vc-request\n\n"),
         "line ends behind the word"),
        ("plain-part", request(part_fields="Content-Type: text/plain\n"),
         "the part without charset and Message-ID"),
    ]
    for name, message, why in rows:
        suite.case(f"secure-join-{name}", message, why, also=both)
    lure = mail.LURE.strip()
    text = mail.text_part()
    html = mail.part("Content-Type: text/html\n", f"<p>{lure}</p>\n")
    rows = [
        ("body-text", request(body=mail.LURE), "text for a body"),
        ("body-more", request(body=f"Secure-Join: vc-request\n\n{lure}"),
         "text behind the word"),
        ("body-before", request(body=f"{lure}\nSecure-Join: vc-request"),
         "text before the word"),
        ("body-lengthened", request(body="Secure-Join: vc-request at nine"),
         "text on the line of the word"),
        ("body-empty", request(body=""), "an empty body"),
        ("body-other-step", request(body="Secure-Join: vg-request"),
         "field and body differ"),
        ("body-far", request(body="Secure-Join: vc-request" + "\n" * 3000 +
                             lure), "text behind 3000 empty lines"),
        ("step-auth-required", request("vc-auth-required"),
         "a later step, which is always encrypted"),
        ("step-with-auth", request("vc-request-with-auth"),
         "a later step, which is always encrypted"),
        ("step-prose", request("come at nine tonight"), "prose for a step"),
        ("step-absent", request().replace(b"\r\nSecure-Join: vc-request\r\n",
                                          b"\r\n", 1), "no Secure-Join field"),
        ("preamble", request(preamble=mail.LURE), "text before the part"),
        ("epilogue", request(epilogue="\n" + mail.LURE),
         "text behind the part"),
        ("second-part", request(parts=[text]), "a second part of text"),
        ("second-part-html", request(parts=[html]), "a second part of HTML"),
        ("part-field", request(part_fields=PART + f"X-Note: {lure}\n"),
         "text in the part's header section"),
        ("part-description", request(part_fields=PART +
                                     f"Content-Description: {lure}\n"),
         "text in the part's description"),
        ("part-message-id", request(part_fields=PART.replace(
            MESSAGE_ID, "come.to.the.old.harbour@at.nine")),
         "text in the part's Message-ID"),
        ("part-name", request(part_fields='Content-Type: text/plain; '
                              f'name="{lure}"\n'), "text in a file name"),
        ("part-html", request(part_fields="Content-Type: text/html\n"),
         "the part is HTML"),
        ("alternative", request(type_field=MIXED.replace(
            "mixed", "alternative")), "another multipart"),
        ("not-multipart", mail.whole(
            mail.fields(more="Secure-Join: vc-request\n") +
            "Content-Type: text/plain\n", "Secure-Join: vc-request\n"),
         "no multipart: clients never wrote it so"),
    ]
    for name, message, why in rows:
        suite.case(f"secure-join-bad-{name}", message, why, expect="reject",
                   reply=CLEARTEXT, also=both)
    suite.case("secure-join-two-recipients", request(), "a request goes to "
               "one recipient", expect="reject", reply=CLEARTEXT,
               rcpt_to=["bob@relay.example", "carol@relay.example"], also=both)
    prose = request(number="come-to-the-old-harbour at nine! " + "x" * 40)
    suite.case("secure-join-number-prose", prose, "an invitation number "
               "outside its grammar: dropped or refused on its way out",
               expect="either", direction="outbound")
    suite.case("secure-join-more-fields", request(
        more="X-Note: come at nine\nUser-Agent: x\n"),
        "further fields are removed on the way out", direction="outbound")
