"""What Postfix tells the sender of a message that it took and then refused.

What a program hands to sendmail(1) is in the queue before a milter sees it, so
a refusal comes back as a bounce.  Its report has the enhanced status code and
the text of the milter's reply, without the code in front of them.
"""

import re


def reason(octets):
    """"5.7.1 Text of the reply", of the first recipient of a bounce."""
    text = re.sub(rb"\r\n[ \t]+", b" ", octets).decode("utf-8", "replace")
    status = re.search(r"(?m)^Status: (\S+)", text)
    diagnostic = re.search(r"(?m)^Diagnostic-Code: X-Postfix; (.*?)\r?$", text)
    if not status or not diagnostic:
        return "no reason in " + text
    return "%s %s" % (status.group(1), diagnostic.group(1))
