"""Delivery status notifications in the forms that mail systems give them: the
tree, the types, the order of the fields.  The texts are ours.

Each style is a function of the part fields' media type and the octets of what
is returned, and gives the whole notification.
"""

import base64
import binascii
import quopri

import mail
from suite import IDENTIFIER, octets

HOST = "mail.alice.example"
ICON = base64.encodebytes(binascii.unhexlify(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44"
    "ae426082")).decode("ascii")
REPLY = "550 5.1.1 No such mailbox here"


def outer(subject, boundary, author=f"Mail Delivery <MAILER-DAEMON@{HOST[5:]}>",
          more="", parameters=""):
    return mail.fields(
        author, to="bob@relay.example", subject=subject,
        message_id=f"<{IDENTIFIER}@{HOST}>",
        more="Auto-Submitted: auto-replied\n" + more +
        "Content-Type: multipart/report; report-type=delivery-status;"
        f"{parameters}\n\tboundary=\"{boundary}\"\n")


def container(kind, boundary, parts, parameters=""):
    """A multipart as a part."""
    return mail.part(
        f"Content-Type: multipart/{kind};{parameters} "
        f"boundary=\"{boundary}\"\n",
        mail.multipart(parts, boundary=boundary))


def text(body, kind="plain", charset="us-ascii", more=""):
    return mail.part(f"Content-Type: text/{kind}; charset=\"{charset}\"\n" +
                     more, body)


def printable(body, kind):
    encoded = quopri.encodestring(octets(body).replace(b"\r\n", b"\n"))
    return text(encoded.decode("ascii"), kind, "us-ascii",
                "Content-Transfer-Encoding: quoted-printable\n")


def status(*fields, more="", recipient=()):
    """Status fields: of the message, then of its one recipient."""
    recipient = recipient or (
        "Final-Recipient: rfc822; carol@alice.example", "Action: failed",
        "Status: 5.1.1", f"Diagnostic-Code: smtp; {REPLY}")
    return mail.part("Content-Type: message/delivery-status\n" + more,
                     "\n".join((f"Reporting-MTA: dns; {HOST}", *fields, "",
                                *recipient, "")))


def report(header, boundary, parts, preamble=""):
    return mail.whole(header, mail.multipart(parts, boundary=boundary,
                                             preamble=preamble))


def page(rows):
    return ("<html>\n<head><title>report</title></head>\n<body>\n"
            "<table style=\"border-collapse:collapse;max-width:36em\">\n" +
            "<tr><td style=\"padding:1em 2em;font-family:sans-serif\">Nobody "
            "has the name carol at alice.example.</td></tr>\n" * rows +
            "</table>\n</body>\n</html>\n")


def gmail(kind, returned):
    """A tree in which a picture stands beside the alternatives; no
    MIME-Version."""
    header = outer("Delivery Status Notification (Failure)", "00a1",
                   more="X-Failed-Recipients: carol@alice.example\n"
                   ).replace("MIME-Version: 1.0\n", "")
    words = "** No such address **\n\nNobody has the name carol here.\n"
    icon = mail.part(
        "Content-Type: image/png; name=\"icon.png\"\nContent-Disposition: "
        "attachment; filename=\"icon.png\"\nContent-Transfer-Encoding: "
        "base64\nContent-ID: <icon.png>\n", ICON * 12)
    return report(header, "00a1", [
        container("related", "00b2", [
            container("alternative", "00c3", [
                text(words, charset="UTF-8"),
                printable(page(12), "html")]), icon]),
        status("Received-From-MTA: dns; bob@relay.example",
               "Arrival-Date: Mon, 23 Nov 2026 07:57:40 -0800 (PST)",
               "X-Original-Message-ID: <1@localhost>"),
        mail.part(f"Content-Type: {kind}\n", returned)])


def exchange(kind, returned, rows=20, more=""):
    """Alternatives, both quoted-printable, with the returned fields once more
    in the text."""
    words = ("The message was not delivered to carol.\n\nDetails for "
             f"administrators:\n{HOST} said: {REPLY}\n\nFields of the "
             "message:\n" + mail.fields("bob@relay.example"))
    return report(outer("Undeliverable: [...]", "5f0c-11",
                        more="Content-Language: en-US\n" + more), "5f0c-11", [
        container("alternative", "6e0d-22", [
            printable(words, "plain"), printable(page(rows), "html")],
            " differences=Content-Type;\n\t"),
        status("Received-From-MTA: dns; relay.example",
               "Arrival-Date: Mon, 23 Nov 2026 15:57:40 +0000", recipient=(
                   "Final-Recipient: rfc822;carol@alice.example",
                   "Action: failed", "Status: 5.1.1",
                   f"Diagnostic-Code: smtp;{REPLY}", "X-Display-Name: carol",
                   "")),
        mail.part(f"Content-Type: {kind}\n", returned)])


def m365(kind, returned):
    """The same, larger, with long fields of its own around what it got."""
    noise = "QUJDREVGR0g" * 80
    trace = "".join(f"X-MS-Exchange-Field-{i}: {noise}\n" for i in range(6))
    return exchange(kind, octets(trace) + octets(returned), 180,
                    "X-MS-Exchange-Message-Is-Ndr:\n" + trace)


def exim(kind, returned):
    """Fields in lower case, Action in front of Final-Recipient."""
    return report(outer("Mail delivery failed: returning message", "77-eximdsn",
                        more="X-Failed-Recipients: carol@alice.example\n"),
                  "77-eximdsn", [
        mail.part("Content-type: text/plain; charset=us-ascii\n",
                  "A message that you sent was not delivered:\n\n  "
                  f"carol@alice.example\n    {REPLY}\n"),
        status(recipient=("Action: failed",
                          "Final-Recipient: rfc822;carol@alice.example",
                          "Status: 5.0.0", f"Remote-MTA: dns; {HOST}",
                          f"Diagnostic-Code: smtp; {REPLY}")),
        mail.part(f"Content-type: {kind}\n", returned)])


def sendmail(kind, returned):
    """A text without any part field; a comment behind the host."""
    return report(outer("Returned mail: see transcript for details", "D7.88/x"),
                  "D7.88/x", [
        mail.part("", "A message of Mon, 23 Nov 2026 was not delivered.\n\n"
                  "   ----- The addresses -----\n<carol@alice.example>\n\n"
                  f"   ----- The transcript -----\n>>> RCPT\n<<< {REPLY}\n"),
        status("Received-From-MTA: DNS; relay.example",
               "Arrival-Date: Mon, 23 Nov 2026 15:57:40 GMT", recipient=(
                   "Final-Recipient: RFC822; carol@alice.example",
                   "Action: failed", "Status: 5.1.1 (no mailbox)",
                   f"Remote-MTA: DNS; {HOST}",
                   f"Diagnostic-Code: SMTP; {REPLY}",
                   "Last-Attempt-Date: Mon, 23 Nov 2026 15:57:41 GMT")),
        mail.part(f"Content-Type: {kind}\n", returned)],
        "This is a MIME-encapsulated message\n\n")


def described(kind, returned):
    """Three parts with descriptions, the last in 8bit."""
    return report(outer("Delivery failed", "12/x"), "12/x", [
        text(f"Not delivered to <carol@alice.example>:\n{REPLY}\n",
             more="Content-Description: Notification\n"
             "Content-Transfer-Encoding: 8bit\n"),
        status(more="Content-Description: Delivery Report\n"),
        mail.part(f"Content-Type: {kind}\nContent-Description: Message "
                  "headers\nContent-Transfer-Encoding: 8bit\n", returned)])


def composed(kind, returned):
    """By a composer that encodes a part as soon as a line ends in a blank."""
    encoded = base64.encodebytes(octets(returned)).decode("ascii")
    fields = (f"Reporting-MTA: dns;{HOST}\n\nFinal-Recipient: rfc822;carol@"
              "alice.example\nAction: failed\nStatus: 5.1.1\n"
              f"Diagnostic-Code: smtp;{REPLY} \nRemote-MTA: dns;{HOST}\n")
    fields = quopri.encodestring(fields.encode()).decode("ascii")
    return report(outer("Failed to deliver message", "18_9f_77"), "18_9f_77", [
        text(f"Not delivered: <carol@alice.example>, {REPLY}\n",
             more="Content-Transfer-Encoding: 7bit\n"),
        mail.part("Content-Type: message/delivery-status\nContent-Transfer-"
                  "Encoding: quoted-printable\n", fields),
        mail.part(f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n",
                  encoded)])


def gateway(kind, returned):
    """Another's report, with the notice of a gateway behind its text."""
    return report(outer("Undelivered", "gw1"), "gw1", [
        container("mixed", "gw2", [
            text(f"Not delivered to carol@alice.example: {REPLY}\n"),
            text("<p>Checked on its way out.</p>\n", "html")]),
        status(), mail.part(f"Content-Type: {kind}\n", returned)])


STYLES = [
    ("gmail", gmail, "alternatives and a picture in multipart/related"),
    ("exchange", exchange, "quoted-printable alternatives"),
    ("m365", m365, "30 KiB of alternatives, long fields around ours"),
    ("exim", exim, "as Exim orders its fields"),
    ("sendmail", sendmail, "a text without part fields"),
    ("described", described, "as OpenSMTPD and maddy describe their parts"),
    ("composed", composed, "status and returned fields transfer-encoded"),
    ("gateway", gateway, "two texts in multipart/mixed"),
]
