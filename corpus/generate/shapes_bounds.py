"""Messages at and behind the bounds, as far as they are small; the big ones
are made by bulky.py."""

import mail
from suite import AUTHOR, CLEARTEXT, MALFORMED


def many(count):
    return mail.encrypted(header=mail.fields(more="".join(
        f"X-{i}: 1\n" for i in range(count - 7))))


def cases(suite):
    suite.case("fields-100", many(100), "a hundred fields may come from a "
               "client", direction="outbound")
    suite.case("fields-101", many(100), "with its signature more than a "
               "hundred, which may not", expect="reject", reply=MALFORMED,
               direction="outbound", sign=True,
               also=[{"direction": "inbound", "expect": "accept",
                      "reply": None,
                      "why": "from elsewhere a hundred fields are few"}])
    suite.case("fields-1001", many(1001), "more than a thousand fields",
               expect="reject", reply=MALFORMED)
    suite.case("header-65-kib", mail.encrypted(header=mail.fields(
        more="X-Long: " + "\n ".join(["x" * 70] * 930) + "\n")),
        "a header section of more than 64 KiB", expect="reject",
        reply=MALFORMED, direction="outbound")
    results = "Authentication-Results: relay.example; dkim=pass\n"
    suite.case("results-50", mail.encrypted(header=mail.fields(
        more=results * 50)), "fifty forged Authentication-Results are removed")
    suite.case("results-51", mail.encrypted(header=mail.fields(
        more=results * 51)), "more are refused", expect="reject",
        reply=MALFORMED)
    suite.case("results-forged", mail.encrypted(header=mail.fields(
        more="Authentication-Results: relay.example; dkim=pass "
        f"header.i={AUTHOR}\n")), "a forged result proves nothing",
        expect="reject", reply="554 5.7.1 No DKIM signature found", sign=False)
    suite.case("only-line-end", "\n", "an empty message", expect="reject",
               reply="5", sign=False)
    suite.case("no-header", "\nMeet me at nine\n", "no header section",
               expect="reject", reply="5", sign=False)
    suite.case("header-only", mail.fields(), "no body",
               expect="reject", reply=CLEARTEXT, direction="outbound")
    suite.case("field-name-odd", mail.encrypted(header=mail.fields(
        more="X Note: 1\n")), "a blank inside a field name", expect="reject",
        reply="5", direction="outbound")
    suite.case("long-body-line", mail.encrypted().replace(
        b"Version: 1\r\n", b"Version: 1\r\n" + b" " * 5000 + b"\r\n"),
        "a line of 5000 blanks", expect="reject", reply=CLEARTEXT)
