"""Delivery status notifications (RFC 3464): those that mail systems write,
and text that is sent under their name."""

import mail
from suite import (BAD_SIGNATURE, CLEARTEXT, IDENTIFIER, UNSIGNED, octets,
                   payload)

DAEMON = "MAILER-DAEMON@alice.example"
POSTFIX = """This is the mail system at host mail.alice.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

For further assistance, please send mail to postmaster.

If you do so, please include this problem report. You can
delete your own text from the attached returned message.

                   The mail system

<carol@alice.example>: mailbox is full
"""
STATUS = """Reporting-MTA: dns; mail.alice.example
X-Postfix-Queue-ID: 4Qk7Zq1L2mz9
X-Postfix-Sender: rfc822; bob@relay.example
Arrival-Date: Mon, 23 Nov 2026 15:57:40 +0000 (UTC)

Final-Recipient: rfc822; carol@alice.example
Original-Recipient: rfc822;carol@alice.example
Action: failed
Status: 5.2.2
Diagnostic-Code: x-unix; mailbox is full
"""
RETURNED = """Return-Path: <bob@relay.example>
MIME-Version: 1.0
From: <bob@relay.example>
To: "hidden-recipients": ;
Subject: [...]
Date: Mon, 23 Nov 2026 15:57:39 +0000
Message-ID: <0d0f0e4c-1111-4222-8333-0a0b0c0d0e0f@localhost>
Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";
 boundary="b2"
"""
B = "4Qk7Zq1L2mz9.1795449491/mail.alice.example"


def text_part(body=POSTFIX):
    return mail.part("Content-Description: Notification\n"
                     "Content-Type: text/plain; charset=us-ascii\n", body)


def status_part(body=STATUS):
    return mail.part("Content-Description: Delivery report\n"
                     "Content-Type: message/delivery-status\n", body)


def headers_part(body=RETURNED):
    return mail.part("Content-Description: Undelivered Message Headers\n"
                     "Content-Type: text/rfc822-headers\n", body)


def message_part(body):
    return mail.part("Content-Description: Undelivered Message\n"
                     "Content-Type: message/rfc822\n", body)


def report(*parts, subject="Undelivered Mail Returned to Sender",
           report_type="; report-type=delivery-status", author=DAEMON,
           preamble="This is a MIME-encapsulated message.\n\n",
           kind="report"):
    parts = parts or (text_part(), status_part(), headers_part())
    header = mail.fields(
        f"{author} (Mail Delivery System)", to="bob@relay.example",
        subject=subject, message_id=f"<{IDENTIFIER}@mail.alice.example>",
        more="Auto-Submitted: auto-replied\n"
        f"Content-Type: multipart/{kind}{report_type};\n\tboundary=\"{B}\"\n")
    return mail.whole(header, mail.multipart(parts, boundary=B,
                                             preamble=preamble))


def good(suite):
    encrypted = octets(RETURNED) + b"\r\n" + mail.multipart(
        [mail.version_part(), mail.data_part(payload("gpg-rsa2048"))],
        boundary="b2")
    exim = STATUS.replace(
        "X-Postfix-Queue-ID: 4Qk7Zq1L2mz9\nX-Postfix-Sender: rfc822; "
        "bob@relay.example\nArrival-Date: Mon, 23 Nov 2026 15:57:40 +0000 "
        "(UTC)\n", "").replace("x-unix; mailbox is full",
                               "smtp; 552 mailbox is full")
    rows = [
        ("postfix", report(), "as Postfix writes it"),
        ("message", report(text_part(), status_part(),
                           message_part(encrypted)),
         "with the whole encrypted message"),
        ("no-returned", report(text_part(), status_part()),
         "nothing returned"),
        ("exim", report(text_part("This message was created automatically by "
                                  "mail delivery software.\n\n  carol@alice."
                                  "example\n    mailbox is full\n"),
                        status_part(exim), headers_part(), preamble=""),
         "as Exim writes it"),
        ("delayed", report(text_part(), status_part(STATUS.replace(
            "failed", "delayed").replace("5.2.2", "4.4.1"))),
         "a warning of delay"),
        ("two-recipients", report(text_part(), status_part(
            STATUS + "\nFinal-Recipient: rfc822; dave@alice.example\n"
            "Action: failed\nStatus: 5.1.1\n")), "two recipients"),
        ("longest-text", report(text_part("x" * 60 + "\n" + "y" * 60 + "\n" +
                                          "z " * 340 + "\n"), status_part()),
         "a text that stays below 1 KiB with all that is around it"),
    ]
    for name, message, why in rows:
        suite.case(f"bounce-{name}", message, why, mail_from="")
    suite.case("bounce-internal", report(
        text_part("one line of many\n" * 500), status_part()),
        "Postfix's own bounce is never refused", direction="internal",
        mail_from="")
    suite.case("bounce-internal-cleartext", mail.whole(
        mail.fields("MAILER-DAEMON@relay.example", subject="note") +
        "Content-Type: text/plain\n", mail.LURE),
        "what Postfix itself says is never refused", direction="internal",
        mail_from="")


def bad(suite):
    lure = mail.LURE
    readable = octets("From: bob@relay.example\nSubject: note\n\n" +
                      lure * 60)
    no = STATUS.replace
    rows = [
        ("long-text", report(text_part(POSTFIX + lure * 20), status_part()),
         "a text of more than 1 KiB"),
        ("long-diagnostic", report(text_part(), status_part(no(
            "x-unix; mailbox is full", "x-unix; " + lure.strip() * 9))),
         "a Diagnostic-Code of more than 512 octets"),
        ("no-reporting-mta", report(text_part(), status_part(no(
            "Reporting-MTA: dns; mail.alice.example\n", ""))),
         "no Reporting-MTA"),
        ("no-final-recipient", report(text_part(), status_part(no(
            "Final-Recipient: rfc822; carol@alice.example\n", ""))),
         "no Final-Recipient"),
        ("no-action", report(text_part(), status_part(no(
            "Action: failed\n", ""))), "no Action"),
        ("no-status", report(text_part(), status_part(no(
            "Status: 5.2.2\n", ""))), "no Status"),
        ("no-status-part", report(text_part(), headers_part()),
         "no delivery-status part"),
        ("status-empty", report(text_part(), status_part("")),
         "an empty delivery-status part"),
        ("status-prose", report(text_part(), status_part(lure)),
         "text for the status fields"),
        ("status-extension-prose", report(text_part(), status_part(
            STATUS + f"X-Note: {lure}" * 60)), "text in extension fields"),
        ("no-parts", mail.whole(report().split(b"\r\n\r\n", 1)[0] + b"\r\n",
                                lure * 60), "no parts"),
        ("fourth-part", report(text_part(), status_part(), headers_part(),
                               mail.text_part(lure * 40)),
         "a part of text behind the three"),
        ("readable-message", report(text_part(), status_part(),
                                    message_part(readable)),
         "a returned message that can be read"),
        ("readable-headers", report(text_part(), status_part(), headers_part(
            RETURNED + "".join(f"X-Note-{i}: {lure}" for i in range(80)))),
         "returned fields that hold a text"),
        ("attachment", report(text_part(), status_part(), mail.part(
            "Content-Type: application/pdf\nContent-Transfer-Encoding: "
            "base64\n", "JVBERi0xLjQK\n" * 400)), "an attachment"),
        ("html", report(mail.part(
            "Content-Type: text/html\n", f"<p>{lure}</p>" * 40),
            status_part()), "a page of HTML"),
        ("preamble", report(preamble=lure * 20), "text before the parts"),
        ("not-report", report(kind="mixed", report_type=""),
         "the parts under multipart/mixed"),
        ("report-type-other", report(
            report_type="; report-type=disposition-notification"),
            "another report type"),
    ]
    for name, message, why in rows:
        suite.case(f"bounce-bad-{name}", message, why, expect="reject",
                   reply=CLEARTEXT, mail_from="")
    suite.case("bounce-bad-reverse-path", report(), "a bounce has the null "
               "reverse-path", expect="reject", reply=CLEARTEXT,
               mail_from=DAEMON)
    suite.case("bounce-bad-outbound", report(author="alice@alice.example"),
               "clients send no bounces", expect="reject", reply=CLEARTEXT,
               direction="outbound")
    suite.case("bounce-unsigned", report(), "a bounce needs a signature as "
               "all mail does", expect="reject", reply=UNSIGNED, sign=False,
               mail_from="")
    suite.case("bounce-foreign", report(), "a bounce signed by another "
               "domain than its author's", expect="reject",
               reply=BAD_SIGNATURE, sign="evil.example", mail_from="")
    suite.case("bounce-unsigned-text", mail.whole(
        mail.fields(DAEMON, subject="Undelivered Mail") +
        "Auto-Submitted: auto-replied\nContent-Type: text/plain\n", lure),
        "a text that calls itself a bounce", expect="reject", reply=CLEARTEXT,
        sign=False, mail_from="")


def cases(suite):
    good(suite)
    bad(suite)
