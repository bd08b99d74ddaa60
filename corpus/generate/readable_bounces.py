"""Text in those places of a delivery status notification that are easily
forgotten when the readable text of one is counted: names, types, and the part
fields of what is returned.

The notifications are short, validly signed, and right but for the one trick.
"""

import mail
from shapes_bounces import message_part, report, status_part
from suite import CLEARTEXT, octets

TEXT = "no such user\n"
STATUS = """Reporting-MTA: dns; alice.example

Final-Recipient: rfc822; x@alice.example
Action: failed
Status: 5.1.1
"""
NAME = mail.LURE.strip(" .\n").replace(" ", "-")


def bounce(text_fields="Content-Type: text/plain\n", returned="Subject: x\n"):
    return report(mail.part(text_fields, TEXT), status_part(STATUS),
                  message_part(returned), subject="Undelivered", preamble="")


def hollow():
    """A returned multipart whose one part is a header section."""
    fields = f"X-A: {mail.LURE.strip() * 14}\n" * 200
    return octets("Subject: x\n") + mail.whole(
        mail.content_type("b2", "multipart/mixed"),
        mail.multipart([mail.part(fields, "")], boundary="b2"))


def cases(suite):
    suite.case("bounce-allowed-short", bounce(), "the notification that the "
               "other bounces here add a text to", mail_from="")
    plain = "Content-Type: text/plain"
    dotted = NAME.replace("-", ".")
    rows = [
        ("hollow-returned-parts", bounce(returned=hollow()),
         "text in the part fields of a returned message that has no bodies"),
        ("text-in-field-names", bounce("".join(
            f"{NAME}.{i}: \n" for i in range(900)) + plain + "\n"),
         "text in the names of part fields of a bounce"),
        ("text-in-media-type", bounce(
            "Content-Type: text/" + f".{dotted}." * 300 + "\n"),
         "text in a media type of a bounce"),
        ("text-in-parameter-names", bounce(plain + "".join(
            f";\n {NAME}{i}*=a" for i in range(60)) + "\n"),
         "text in the names of parameters of a bounce"),
    ]
    for name, message, why in rows:
        suite.case(f"bounce-{name}", message, why, expect="reject",
                   reply=CLEARTEXT, mail_from="")
