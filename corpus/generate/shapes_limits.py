"""The bounds of docs/security.md, in pairs: a message exactly at a bound, and
one an octet, a field or a letter beyond it."""

import mail
import signing
from suite import CLEARTEXT, IDENTIFIER, MALFORMED, named, octets

NULL = {"mail_from": ""}


def pair(suite, name, make, bound, why, reply=CLEARTEXT, **row):
    """`make` gives the message of a size, or what else there is to count."""
    suite.case(f"limit-{name}-at", make(bound), f"{bound} {why}", **row)
    suite.case(f"limit-{name}-beyond", make(bound + 1), f"{bound + 1} {why}",
               expect="reject", reply=reply, **row)


def words(suite, name, make, good, bad, why, **row):
    """The same for a list of words: one of it, and one that is not."""
    suite.case(f"limit-{name}-at", make(good), f"{why}: one of the list", **row)
    suite.case(f"limit-{name}-beyond", make(bad), f"{why}: none of the list",
               expect="reject", reply=CLEARTEXT, **row)


def many(count):
    return mail.encrypted(header=mail.fields(more="".join(
        f"X-{i}: 1\n" for i in range(count - 7))))


def header_size(message):
    return message.index(b"\r\n\r\n") + 2


def padded(make, size, measure=header_size, name="size", sign=True):
    """The message of make(fields) that measures exactly `size`, signed."""
    def measured(more):
        message = named(make(more), name)
        return measure(signing.sign(message, domain="alice.example")
                       if sign else message)

    # Fields far below the bound of one, and a last one for what is left.
    full = "X-Pad: " + "\n ".join(["x" * 70] * 500) + "\n"
    more = full * max(0, (size - measured("")) // (len(octets(full)) + 99))
    left = size - measured(more + "X-Pad: \n")
    while left > 900:
        more += "X-Pad: " + "x" * 800 + "\n"
        left = size - measured(more + "X-Pad: \n")
    more += "X-Pad: " + "x" * left + "\n"
    assert measured(more) == size
    return make(more)


def encrypted(more):
    return mail.encrypted(header=mail.fields(more=more))


def header(suite):
    pair(suite, "header-fields", lambda n: many(n - 1), 1000,
         "fields with the signature", MALFORMED)
    pair(suite, "client-fields", many, 100, "fields of a client", MALFORMED,
         direction="outbound")
    pair(suite, "message-id", lambda n: mail.encrypted(header=mail.fields(
        message_id="<" + "x" * (n - 12) + "@localhost>")), 250,
        "octets of a Message-ID", MALFORMED, direction="outbound")
    pair(suite, "boundary", lambda n: mail.encrypted(boundary="b" * n), 70,
         "octets of a boundary", "5", also=["outbound"])


def parts(suite):
    """What stands in the frame of an encrypted message, as others write it."""
    def field(text):
        return mail.encrypted(second=mail.data_part(
            part_fields=mail.DATA_FIELDS + text))

    pair(suite, "content-id", lambda n: field(
        "Content-ID: <" + "0123456789abcdef" * 4 + "0" * (n - 64) +
        "@localhost>\n"), 64, "characters of a Content-ID")
    words(suite, "part-charset", lambda word: mail.encrypted(
        second=mail.data_part(part_fields="Content-Type: application/octet-"
                              f"stream; charset={word}\n")),
          "windows-1252", "windows-12520", "charset of a part")
    words(suite, "description", lambda word: field(
        f"Content-Description: {word}\n"), "OpenPGP encrypted message",
        "OpenPGP encrypted message 9", "description of a part")
    words(suite, "file-name", lambda word: field(
        f"Content-Disposition: inline; filename=\"{word}\"\n"),
        "encrypted.asc", "encrypted9.asc", "file name of a part")
    stock = "This is an OpenPGP/MIME encrypted message (RFC 4880 and 3156)"
    words(suite, "preamble", lambda word: mail.encrypted(
        preamble=word + "\n"), stock, stock + " 9", "preamble")
    pair(suite, "armor-header", lambda n: mail.encrypted(mail.payload(
        "gpg-cv25519").replace("MESSAGE-----\n", "MESSAGE-----\nVersion: " +
                               "Openpgpprogramxyz"[:n] + " 1.0\n", 1)), 16,
        "letters of a program in an armor header line")


def secure_join(suite):
    boundary = "18eab09ba9ac91e7"

    def request(more):
        part = mail.part("Content-Type: text/plain\n",
                         "Secure-Join: vc-request")
        return mail.whole(
            mail.fields(to="<bob@relay.example>", message_id=f"<{IDENTIFIER}"
                        "@localhost>", more="Secure-Join: vc-request\n" + more)
            + mail.content_type(boundary, "multipart/mixed"),
            mail.multipart([part], boundary=boundary))

    body = len("Secure-Join: vc-request")
    pair(suite, "secure-join", lambda n: padded(request, n - body),
         20 * 1024, "octets of a Secure-Join request")
    suite.case("limit-secure-join-client-at", padded(
        request, 20 * 1024 - body, sign=False), "20480 octets of a client's "
        "Secure-Join request", direction="outbound")
    suite.case("limit-secure-join-client-beyond", padded(
        request, 20 * 1024 - body + 1, sign=False), "20481 octets of a "
        "client's Secure-Join request", direction="outbound",
        expect="reject", reply=CLEARTEXT)


def lines(size):
    """So many octets, in lines."""
    line = "0123456789abcde " * 3 + "0123456789abcd\n"  # 64 with its CRLF
    whole = line * (size // 64)
    rest = size - len(octets(whole))
    if rest == 0:
        return whole[:-1] + "yz"
    return whole + "x" * rest


RECIPIENT_FIELDS = ("Final-Recipient: rfc822; carol@alice.example\n"
                    "Action: failed\nStatus: 5.2.2\n")
STATUS = "Reporting-MTA: dns; mail.alice.example\n\n" + RECIPIENT_FIELDS


def bounce(text="No.", status=STATUS, returned=None):
    """With nothing in it that counts but what is given."""
    parts_ = [mail.part("Content-Type: text/plain\n", text),
              mail.part("Content-Type: message/delivery-status\n", status)]
    if returned is not None:
        parts_.append(mail.part("Content-Type: text/rfc822-headers\n",
                                returned))
    head = mail.fields("MAILER-DAEMON@alice.example", to="bob@relay.example",
                       more="Content-Type: multipart/report; report-type="
                       "delivery-status; boundary=\"r\"\n")
    return mail.whole(head, mail.multipart(parts_, boundary="r"))


def status_of(size):
    """Status fields of so many octets, each Diagnostic-Code below its bound."""
    group = RECIPIENT_FIELDS + "Diagnostic-Code: smtp; " + "x" * 400 + "\n\n"
    text = "Reporting-MTA: dns; mail.alice.example\n\n"
    while len(octets(text + group)) + 400 < size:
        text += group
    text += RECIPIENT_FIELDS + "Diagnostic-Code: "
    return text + "x" * (size - len(octets(text)))


def bounces(suite):
    pair(suite, "bounce-text", lambda n: bounce(lines(n)), 1024,
         "octets of text in a bounce", **NULL)
    folded = "X: y\n" + (" " + "y" * 61 + "\n") * 15
    pair(suite, "bounce-returned", lambda n: bounce("", returned=folded + " " +
         "y" * (n - len(octets(folded)) - 3) + "\n"), 1024,
         "octets of a returned header section in a bounce", **NULL)
    pair(suite, "bounce-diagnostic", lambda n: bounce(
        status=STATUS + "Diagnostic-Code: " + "x" * n + "\n"), 512,
        "octets of a Diagnostic-Code", **NULL)
    pair(suite, "bounce-status", lambda n: bounce(status=status_of(n)), 4096,
         "octets of status fields in a bounce", **NULL)


def cases(suite):
    header(suite)
    parts(suite)
    secure_join(suite)
    bounces(suite)


def bulky(suite):
    """Those that are too big to keep."""
    pair(suite, "header-section", lambda n: padded(encrypted, n), 256 * 1024,
         "octets of a header section", MALFORMED)
    pair(suite, "client-header", lambda n: padded(encrypted, n, sign=False),
         64 * 1024, "octets of a client's header section", MALFORMED,
         direction="outbound")
    pair(suite, "header-field", lambda n: encrypted(
        "X-Long: " + "\n ".join(["x" * 70] * 1400) + "x" *
        (n - 8 - 70 - 1399 * 73 - 2) + "\n"), 102400, "octets of a field",
        MALFORMED)


def own(cases_, header_fields):
    """A bounce that returns this header section of our own, signed."""
    def message(size):
        counted = len(octets(STATUS.rstrip("\n"))) + len(header_fields)
        return bounce(lines(size - counted), STATUS.rstrip("\n"),
                      header_fields)

    cases_.add("limit-at", message(65536), "65536 octets in all, with our "
               "signed header section")
    cases_.add("limit-beyond", message(65537), "65537 octets in all, with our "
               "signed header section", True)
