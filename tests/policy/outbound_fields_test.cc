// Tests policy/outbound_fields.h: which fields leave, and in what form.

#include "policy/outbound_fields.h"

#include <catch2/catch.hpp>

namespace {

constexpr char kDropped[] = "(dropped)";
constexpr char kKept[] = "(kept)";

std::string reduced(const std::string& name, const std::string& body,
                    bool setup_message = false) {
  const auto field =
      policy::reduce_field(name, body, {"bob@relay.example", setup_message});
  if (!field) return kDropped;
  return field->as_it_is ? kKept : field->body;
}

TEST_CASE("each field of the allow-list has its grammar") {
  struct Row {
    const char* name;
    const char* body;
    const char* wanted;
  };
  const std::string long_id = " <" + std::string(250, 'a') + "@b>";
  const Row rows[] = {
      {"From", " <bob@relay.example>", kKept},
      {"From", " Bob <bob@relay.example>", "<bob@relay.example>"},
      {"FROM", " bob@relay.example", "<bob@relay.example>"},
      {"To", " <a@b.example>", kKept},
      {"To", " Alice <a@b.example>", "<a@b.example>"},
      {"To", " \"hidden-recipients\": ;", kKept},
      {"To", " see you at noon", kDropped},
      {"To", " <\xC3\xA4@b.example>", kDropped},
      {"Subject", " see you at noon", kKept},  // the rules replace it
      {"Date", " Sun, 22 Nov 2026 19:36:54 +0000", kKept},
      {"Date", " 22 Nov 2026 19:36 GMT", kKept},
      {"Date", " tomorrow", kDropped},
      {"Date", " Sun, 22 Nov 2026 19:36:54 +0000 (see you)", kDropped},
      {"Message-ID", " <a.b@c.example>", kKept},
      {"Message-ID", " <see you@noon>", kDropped},
      {"In-Reply-To", " <a@b>", kKept},
      {"References", " <a@b>\r\n <c@d> <e@[192.0.2.1]>", kKept},
      {"References", " <a@b> and so on", kDropped},
      {"References", "", kDropped},
      {"MIME-Version", " 1.0", kKept},
      {"MIME-Version", " 1.0 (see you)", "1.0"},
      {"MIME-Version", " 2.0", "1.0"},
      {"MIME-Version", "", "1.0"},
      {"Content-Transfer-Encoding", " 7bit", kKept},
      {"Content-Transfer-Encoding", " see-you", kDropped},
      {"Auto-Submitted", " auto-replied", kKept},
      {"Auto-Submitted", " see you", kDropped},
      {"Chat-Version", " 1.0", kKept},
      {"Chat-Version", " see you", kDropped},
      {"Chat-Is-Post-Message", " 1", kKept},
      {"Chat-Is-Post-Message", " 2", kDropped},
      {"Secure-Join", " vc-request", kKept},
      {"Secure-Join", " see-you", kDropped},
      {"Secure-Join-Invitenumber", " xsD-urhYVzvtxI9JSWl1h9gD", kKept},
      {"Secure-Join-Invitenumber", " see you", kDropped},
      {"Autocrypt", " addr=eve@relay.example; keydata=xjMEawRDsBYJ", kDropped},
      {"Autocrypt-Setup-Message", " v1", kDropped},
      {"X-Anything", " see you", kDropped},
      {"Received", " from somewhere", kDropped},
      {"User-Agent", " x", kDropped},
      {"Bcc", " <a@b.example>", kDropped},
      {"Comments", " see you", kDropped},
      {"", " see you", kDropped},
      {"Content-Type",
       " multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"
       "\tboundary=\"x\"",
       kKept},
      {"Content-Type",
       " multipart/encrypted; boundary=x; see=you;"
       " protocol=\"application/pgp-encrypted\"",
       "multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"
       "\tboundary=\"x\""},
      {"Content-Type", " multipart/mixed; boundary=x; see=\"you (and me)\"",
       "multipart/mixed;\r\n\tboundary=\"x\""},
      {"Content-Type", " multipart/mixed; boundary=x (see you)", kDropped},
      {"Content-Type", " multipart/mixed; boundary=x; protocol=\"see you\"",
       "multipart/mixed;\r\n\tboundary=\"x\""},
      {"Content-Type", " text/plain", kDropped},
  };
  for (const Row& row : rows) {
    INFO(row.name << ":" << row.body);
    CHECK(reduced(row.name, row.body) == row.wanted);
  }
  CHECK(reduced("Message-ID", long_id) == kDropped);
  CHECK(reduced("Autocrypt-Setup-Message", " v1", true) == kKept);
}

TEST_CASE("references are bounded in number") {
  std::string body;
  for (int i = 0; i < 20; ++i) body += " <a@b>";
  CHECK(reduced("References", body) == kKept);
  CHECK(reduced("References", body + " <a@b>") == kDropped);
}

TEST_CASE("a Message-ID is dot-atoms around its at-sign") {
  for (const char* good : {"<a@b>", "<a.b+c@d-e.f>", "<x@[192.0.2.1]>",
                           "<x@[IPv6:2001:db8::1]>"}) {
    INFO(good);
    CHECK(policy::is_message_id(good));
  }
  for (const char* bad :
       {"", "a@b", "<a>", "<@b>", "<a@>", "<a..b@c>", "<.a@b>", "<a@b.>",
        "<a b@c>", "<a@b> x", "<\"a\"@b>", "<a@b@c>", "<a@[see you]>"}) {
    INFO(bad);
    CHECK_FALSE(policy::is_message_id(bad));
  }
}

}  // namespace
