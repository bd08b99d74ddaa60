"""Messages that do not pretend: cleartext of every ordinary kind, and
encryption that is not PGP/MIME."""

import base64

import mail
from suite import CLEARTEXT, payload

PLAIN = mail.fields("Alice <alice@alice.example>", to="bob@relay.example",
                    subject="Tonight")
TEXT = "Content-Type: text/plain; charset=utf-8\n"


def cases(suite):
    text, html = mail.LURE, f"<p>{mail.LURE}</p>\n"
    boundary = "b1"

    def parts(kind, *some, more=""):
        return mail.whole(
            PLAIN + f'Content-Type: multipart/{kind}; boundary="{boundary}"'
            f"{more}\n", mail.multipart(some, boundary=boundary))

    text_part = mail.text_part()
    html_part = mail.part("Content-Type: text/html\n", html)
    signature = mail.part(
        'Content-Type: application/pgp-signature; name="signature.asc"\n',
        payload("gpg-not-clearsigned").split("-----BEGIN PGP SIG")[1].join(
            ["-----BEGIN PGP SIG", ""]))
    secret = base64.encodebytes(b"\x30\x82\x04\x00" + bytes(600)).decode()
    rows = [
        ("text", mail.whole(PLAIN + TEXT, text), "plain text"),
        ("untyped", mail.whole(PLAIN, text), "no Content-Type at all"),
        ("no-mime-version", mail.whole(PLAIN.replace(
            "MIME-Version: 1.0\n", "") + TEXT, text), "no MIME at all"),
        ("html", mail.whole(PLAIN + "Content-Type: text/html\n", html),
         "HTML"),
        ("empty", mail.whole(PLAIN + TEXT, ""), "an empty body is not "
         "encrypted; its Subject can be read"),
        ("alternative", parts("alternative", text_part, html_part),
         "text and HTML"),
        ("attachment", parts("mixed", text_part, mail.part(
            'Content-Type: image/png; name="x.png"\n'
            "Content-Transfer-Encoding: base64\n", secret)),
         "text with a picture"),
        ("signed", parts("signed", text_part, signature,
                         more='; protocol="application/pgp-signature"; '
                         "micalg=pgp-sha256"), "signed, not encrypted"),
        ("inline-pgp", mail.whole(PLAIN + TEXT, payload("gpg-cv25519")),
         "inline OpenPGP is not PGP/MIME: text fits around it"),
        ("inline-pgp-and-text", mail.whole(
            PLAIN + TEXT, text + payload("gpg-cv25519")),
         "inline OpenPGP with text around it"),
        ("pgp-attached", parts("mixed", text_part, mail.data_part(
            None, 'Content-Type: application/octet-stream; '
            'name="encrypted.asc"\n')), "text with an encrypted attachment"),
        ("pgp-attached-both-parts", parts(
            "mixed", mail.version_part(), mail.data_part()),
         "the two parts under multipart/mixed, as Exchange rewrites them"),
        ("pgp-under-application", mail.whole(
            PLAIN + "Content-Type: application/pgp-encrypted\n",
            "Version: 1\n" + payload("gpg-cv25519")),
         "one part of the right type"),
        ("smime", mail.whole(
            PLAIN + "Content-Type: application/pkcs7-mime; "
            'smime-type=enveloped-data; name="smime.p7m"\n'
            "Content-Transfer-Encoding: base64\n", secret),
         "S/MIME is not what relays carry"),
        ("smime-multipart", mail.whole(
            PLAIN + 'Content-Type: multipart/encrypted; boundary="b1"; '
            'protocol="application/pkcs7-mime"\n', mail.multipart(
                [mail.version_part(), mail.data_part()], boundary="b1")),
         "another protocol under multipart/encrypted"),
        ("read-receipt", parts("report", text_part, mail.part(
            "Content-Type: message/disposition-notification\n",
            "Final-Recipient: rfc822;bob@relay.example\n"
            "Disposition: manual-action/MDN-sent-manually; displayed\n"),
            more="; report-type=disposition-notification"),
         "a read receipt in the clear"),
        ("calendar", mail.whole(
            PLAIN + "Content-Type: text/calendar; method=REQUEST\n",
            "BEGIN:VCALENDAR\nSUMMARY:the old harbour at nine\n"
            "END:VCALENDAR\n"), "an invitation"),
        ("message-partial", mail.whole(
            PLAIN + 'Content-Type: message/partial; id="x"; number=1; '
            "total=2\n", text), "a message to be put together later"),
        ("tnef", mail.whole(
            PLAIN + 'Content-Type: application/ms-tnef; name="winmail.dat"\n'
            "Content-Transfer-Encoding: base64\n", secret), "winmail.dat"),
        ("unknown-type", mail.whole(
            PLAIN + "Content-Type: x-note/x-note\n", text), "an unknown type"),
        ("chat-headers-only", mail.whole(mail.fields(
            more="Chat-Version: 1.0\nChat-Verified: 1\n") + TEXT, text),
         "Delta Chat's fields around plain text"),
        ("latin1", mail.whole(PLAIN + TEXT, "Wir sehen uns am Hafen "
                              .encode() + b"\xfcm neun\r\n"),
         "text in another charset than it says"),
    ]
    for name, message, why in rows:
        suite.case(f"plain-{name}", message, why, expect="reject",
                   reply=CLEARTEXT, also=["outbound"])
    suite.case("plain-unsigned", mail.whole(PLAIN + TEXT, text),
               "cleartext without signature: 523 comes before the DKIM reply",
               expect="reject", reply=CLEARTEXT, sign=False)
    suite.case("plain-local", mail.whole(PLAIN + TEXT, text),
               "mail by a program of this host is judged as outbound",
               expect="reject", reply=CLEARTEXT, direction="local")
