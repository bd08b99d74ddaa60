"""The same messages under other envelopes: recipients who take cleartext, who
are unknown, who are written otherwise; submission without or with another
login; and header sections that are reduced on the way out."""

import mail
from shapes_secure_join import request
from suite import (AUTHOR, BAD_FROM, BAD_SIGNATURE, CLEARTEXT, MALFORMED,
                   OTHER_FROM, UNKNOWN, UNSIGNED)

BOB, CAROL = "bob@relay.example", "carol@relay.example"
TEXT = mail.whole(mail.fields(to=BOB, subject="Tonight") +
                  "Content-Type: text/plain\n", mail.LURE)
GOOD = mail.encrypted()


def recipients(suite):
    def text(name, why, expect="reject", reply=CLEARTEXT, **row):
        suite.case(f"recipient-{name}", TEXT, why, expect=expect,
                   reply=None if expect == "accept" else reply, **row)

    text("cleartext", "the recipient takes cleartext", "accept",
         cleartext_ok=[BOB])
    text("cleartext-all", "both recipients take cleartext", "accept",
         cleartext_ok=[BOB, CAROL], rcpt_to=[BOB, CAROL])
    text("cleartext-one-of-two", "one of two takes cleartext",
         cleartext_ok=[BOB], rcpt_to=[BOB, CAROL])
    text("cleartext-other", "another one takes cleartext",
         cleartext_ok=[CAROL])
    text("cleartext-upper-case", "addresses have no case here", "accept",
         cleartext_ok=[BOB], rcpt_to=["BOB@Relay.Example"])
    text("cleartext-detail", "bob+note is bob", "accept", cleartext_ok=[BOB],
         rcpt_to=["bob+note@relay.example"])
    text("enforcing-upper-case", "another case is no other account",
         rcpt_to=["BOB@relay.example"])
    text("enforcing-detail", "a detail is no other account",
         rcpt_to=["bob+note@relay.example"])
    text("enforcing-two-details", "a detail of a detail is none either",
         rcpt_to=["bob+a+b@relay.example"])
    text("unknown-cleartext", "an unknown recipient takes no cleartext",
         unknown=[BOB])
    text("unknown-beside-cleartext", "one takes cleartext, one is unknown",
         unknown=[CAROL], cleartext_ok=[BOB], rcpt_to=[BOB, CAROL])
    text("cleartext-outbound", "that a recipient takes cleartext does not "
         "matter for submission", cleartext_ok=[BOB], direction="outbound")
    suite.case("recipient-cleartext-unsigned", TEXT, "cleartext that is "
               "welcome needs a signature too", expect="reject",
               reply=UNSIGNED, sign=False, cleartext_ok=True)
    suite.case("recipient-cleartext-foreign", TEXT, "cleartext that is "
               "welcome needs the author's signature", expect="reject",
               reply=BAD_SIGNATURE, sign="evil.example", cleartext_ok=True)
    rows = [
        ("unknown", "reject", UNKNOWN, {"unknown": [BOB]},
         "nobody of that name"),
        ("unknown-all", "reject", UNKNOWN,
         {"unknown": [BOB, CAROL], "rcpt_to": [BOB, CAROL]},
         "none of two exists"),
        ("unknown-some", "accept", None,
         {"unknown": [CAROL], "rcpt_to": [BOB, CAROL]},
         "one of two exists: delivery tells the other"),
        ("unknown-detail", "reject", UNKNOWN,
         {"unknown": [BOB], "rcpt_to": ["Bob+x@relay.example"]},
         "nobody of that name, with a detail"),
    ]
    for name, expect, reply, row, why in rows:
        suite.case(f"recipient-{name}", GOOD, why, expect=expect, reply=reply,
                   **row)
    suite.case("recipient-unknown-unsigned", GOOD, "only who has passed all "
               "else learns who exists", expect="reject", reply=UNSIGNED,
               sign=False, unknown=[BOB])
    suite.case("recipient-unknown-outbound", GOOD, "unknown recipients of "
               "submission are delivery's", direction="outbound",
               unknown=[BOB])
    suite.case("recipient-hundred", GOOD, "a hundred recipients",
               rcpt_to=[f"user{i}@relay.example" for i in range(100)])


def logins(suite):
    rows = [
        ("none", {"login": ""}, "530 5.7.0", "submission without login"),
        ("other", {"login": "carol@alice.example"}, "553 5.7.1",
         "the reverse-path is not the login"),
        ("null", {"mail_from": "", "login": AUTHOR}, "553 5.7.1",
         "the null reverse-path is nobody's"),
        ("detail", {"mail_from": "alice+x@alice.example", "login": AUTHOR},
         "553 5.7.1", "a detail is not the login"),
    ]
    for name, row, reply, why in rows:
        suite.case(f"login-{name}", GOOD, why, expect="reject", reply=reply,
                   direction="outbound", **row)
    suite.case("login-upper-case", GOOD, "logins have no case",
               direction="outbound", login="Alice@Alice.Example")
    suite.case("login-reverse-path-upper-case", GOOD, "the reverse-path in "
               "another case", direction="outbound",
               mail_from="Alice@ALICE.example")


def reduction(suite):
    def case(name, more, why, expect="accept", reply=None, **options):
        suite.case(f"header-{name}", mail.encrypted(
            header=mail.fields(more=more, **options)), why, expect=expect,
            reply=reply, direction="outbound")

    rows = [
        ("x-fields", "X-Note: meet me at nine\nX-Mailer: x\nUser-Agent: x\n",
         "fields that no client needs"),
        ("comments-keywords", "Comments: meet me at nine\nKeywords: harbour\n",
         "Comments and Keywords"),
        ("trace", "Received: from [192.0.2.9] by x; " + mail.DATE + "\n"
         "X-Originating-IP: 192.0.2.9\n", "the client's address"),
        ("references-prose", "References: meet me at nine\n"
         "In-Reply-To: <come to the harbour@nine>\n",
         "text in References and In-Reply-To"),
        ("references-many", "References:" + "".join(
            f"\n <{i}@localhost>" for i in range(50)) + "\n",
         "fifty References"),
        ("chat", "Chat-Version: 1.0\nChat-Is-Post-Message: 1\n"
         "Auto-Submitted: auto-replied\n", "fields that Delta Chat needs"),
        ("chat-prose", "Chat-Version: meet me at nine\nAuto-Submitted: no; "
         "note=\"nine\"\n", "text in fields that Delta Chat needs"),
        ("cc-names", 'Cc: "meet me at nine" <carol@relay.example>\n',
         "a name in Cc"),
        ("reply-to", "Reply-To: meet <carol@relay.example>\n"
         "Sender: alice@alice.example\n", "Reply-To and Sender"),
        ("resent", "Resent-From: alice@alice.example\nResent-Date: "
         + mail.DATE + "\n", "Resent- fields"),
        ("authentication-results", "Authentication-Results: relay.example; "
         "dkim=pass\n" * 3, "forged Authentication-Results"),
        ("content", "Content-Description: meet me at nine\n"
         "Content-ID: <meet.me@nine>\nContent-Disposition: inline; "
         'filename="meet me at nine"\n', "Content- fields of the message"),
        ("references-literal", "References: <a@[meet me at nine]>\n"
         'In-Reply-To: <"meet me"@nine.example>\n',
         "text in quotes and brackets of References"),
        ("secure-join", "Secure-Join: vc-request\n"
         "Secure-Join-Invitenumber: meet-me at-nine\n",
         "Secure-Join fields of an encrypted message"),
        ("dkim", "DKIM-Signature: v=1; a=rsa-sha256; d=evil.example; s=x; "
         "h=from; bh=x; b=meet\n", "a signature of somebody's"),
    ]
    for name, more, why in rows:
        case(name, more, f"reduced on the way out: {why}")
    for name, line, why in [
            ("2", "MIME-Version: 2.0\n", "a version that does not exist"),
            ("empty", "MIME-Version:\n", "no version in the field"),
            ("comment", "MIME-Version: 1.0 (meet me at nine)\n",
             "a comment, which leaves without"),
            ("none", "", "no MIME-Version: readers that need one show the "
             "armor, which says nothing")]:
        suite.case(f"header-mime-version-{name}", mail.encrypted(
            header=mail.fields().replace("MIME-Version: 1.0\n", line)),
            f"MIME-Version is not looked at: {why}", also=["outbound"])
    case("subject", "", "any Subject leaves as [...]",
         subject="Meet me at the old harbour")
    case("subject-utf8", "", "a Subject of other octets leaves as [...]",
         subject="Встречаемся в девять")
    case("to-names", "", "names in To are dropped",
         to='"meet me at nine" <bob@relay.example>, (x) carol@relay.example')
    case("to-group-name", "", "the name of a group in To is dropped",
         to='"meet me at nine": bob@relay.example;')
    case("date-comment", "", "a comment in Date is dropped",
         date=mail.DATE + " (meet me at nine)")
    case("date-prose", "", "a Date that is none", date="tonight at nine",
         expect="either")
    case("message-id-none", "", "no Message-ID: none is added (RFC 5322 "
         "3.6.4: it should be there, not must)",
         message_id=None)
    for name, value in [
            ("prose", "<meet me at the old harbour at nine>"),
            ("no-brackets", "meet-me-at-nine"),
            ("long", "<" + "x" * 260 + "@localhost>"),
            ("quoted", '<"meet me at nine"@localhost>'),
            ("comment", "<a@localhost> (meet me at nine)")]:
        case(f"message-id-{name}", "", "a Message-ID outside its grammar is "
             "refused, not replaced", "reject", "5", message_id=value)
    case("message-id-literal", "", "an address literal behind the at sign",
         message_id="<0d0f0e4c@[192.0.2.1]>")
    for name, more in [
            ("subject", "Subject: again\n"), ("date", f"Date: {mail.DATE}\n"),
            ("to", "To: carol@relay.example\n"),
            ("message-id", "Message-ID: <b@localhost>\n"),
            ("mime-version", "MIME-Version: 1.0\n")]:
        suite.case(f"header-twice-{name}", mail.encrypted(
            header=mail.fields(more=more)), f"{name} twice (RFC 5322 3.6)",
            expect="reject", reply=MALFORMED, also=["outbound"])


def programs(suite):
    """What a program of the host hands in: judged as outbound, without login."""
    fields = mail.fields
    rows = [
        ("encrypted", GOOD, "encrypted mail", None),
        ("reduced", mail.encrypted(header=fields(
            subject="Tonight", more="X-Note: meet me at nine\n"
            "Received: from localhost; " + mail.DATE + "\n")),
         "encrypted mail, reduced on the way out", None),
        ("secure-join", request(), "a Secure-Join request", None),
        ("epilogue", mail.encrypted(epilogue="\nу гавани\n"),
         "text behind the closing boundary", CLEARTEXT),
        ("other", mail.encrypted(header=fields("carol@alice.example")),
         "another author than the reverse-path", OTHER_FROM),
        ("two-authors", mail.encrypted(header=fields(
            f"{AUTHOR}, carol@alice.example")), "two authors", BAD_FROM),
        ("fields-101", mail.encrypted(header=fields(
            more="X-Note: 1\n" * 94)), "more than a hundred fields",
         MALFORMED),
        ("message-id-prose", mail.encrypted(header=fields(
            message_id="<come to the harbour at nine>")),
         "a Message-ID outside its grammar", "5"),
    ]
    for name, message, why, reply in rows:
        suite.case(f"local-{name}", message, f"by a program of this host: {why}",
                   expect="reject" if reply else "accept", reply=reply,
                   direction="local")
    suite.case("local-two-recipients", GOOD, "by a program of this host, to "
               "two recipients", direction="local", rcpt_to=[BOB, CAROL])


def cases(suite):
    recipients(suite)
    logins(suite)
    programs(suite)
    reduction(suite)
