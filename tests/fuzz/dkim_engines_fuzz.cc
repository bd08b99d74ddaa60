// Both engines have one opinion of a message: it is signed, one octet of it
// becomes another one, and it is verified by each, in pieces of any size.
//
// The first three octets choose canonicalizations, pieces, and what changes;
// the rest is a message.  What no mail server hands on is left out: bare CR
// and LF, a NUL in a header field, a field without a name (RFC 5321 2.3.8,
// RFC 5322 2.2).  So are VT and FF in a header field, which are no white space
// (RFC 6376 2.8) but are taken for it by libopendkim.  Of a wrong body hash and
// a wrong signature libopendkim may tell the other one first, so only pass is
// compared there.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dkim/signer.h"
#include "dkim/table_resolver.h"
#include "dkim/verifier.h"
#include "tests/fuzz/check.h"

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;
constexpr std::int64_t kNow = 1'700'000'000;

struct World {
  World() {
    const auto made =
        dkim::generate_signing_key(dkim::KeyType::kEd25519, "example.org", "s");
    fuzz::check(made.key != nullptr, "a key can be made");
    options.keys = {made.key};
    resolver.add("s._domainkey.example.org", {made.key->record()});
  }
  dkim::SignerOptions options;
  dkim::TableResolver resolver;
};

struct Message {
  Fields fields;
  std::string body;
};

// The octets of a line that may stand in a header field.
std::string printable(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != '\0' && (c < '\n' || c > '\r')) kept.push_back(c);
  }
  return kept;
}

Message to_message(std::string_view input) {
  Message message;
  message.fields.emplace_back("From", " a@example.org");
  while (!input.empty()) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    const std::string line = printable(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
    if (line.empty()) break;
    std::string& last = message.fields.back().second;
    if (line[0] == ' ' || line[0] == '\t') {
      // A line of blanks alone is none of a field (RFC 5322 3.2.2).
      if (line.find_first_not_of(" \t") != std::string::npos) {
        last += "\r\n" + line;
      }
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string name = line.substr(0, colon);
    if (colon == std::string::npos || name.empty() ||
        !std::all_of(name.begin(), name.end(),
                     [](char c) { return c > ' ' && c < '\x7f'; })) {
      continue;
    }
    message.fields.emplace_back(name, line.substr(colon + 1));
  }
  for (const char c : input) {
    if (c == '\n') {
      message.body += "\r\n";
    } else if (c != '\r') {
      message.body += c;
    }
  }
  if (!message.body.ends_with("\r\n")) message.body += "\r\n";
  return message;
}

bool sign(World& world, Message& message) {
  dkim::Signer signer(world.options, kNow);
  for (const auto& [name, body] : message.fields) {
    signer.header_field(name, body);
  }
  signer.end_of_header();
  signer.body(message.body);
  dkim::SigningResult result = signer.finish();
  if (!result.error.empty()) return false;  // too many fields
  message.fields.emplace(message.fields.begin(), "DKIM-Signature",
                         std::move(result.field_bodies[0]));
  return true;
}

// Another octet in the place of one that is no line end.
void change(Message& message, unsigned where, unsigned what) {
  const std::size_t field = where % (message.fields.size() + 1);
  std::string& text = field == message.fields.size()
                          ? message.body
                          : message.fields[field].second;
  if (text.empty()) return;
  char& octet = text[std::size_t{what} * 31 % text.size()];
  const bool begins_line = &octet != text.data() && *(&octet - 1) == '\n';
  if (octet == '\r' || octet == '\n' || begins_line) return;
  octet = "a \t=;:9Z"[what % 8];
}

dkim::VerificationResult verify(World& world, dkim::EngineKind engine,
                                const Message& message, std::size_t chunk) {
  dkim::VerifierOptions options;
  options.engine = engine;
  dkim::Verifier verifier(options, world.resolver);
  // That the author is known early changes nothing.
  if (chunk % 2 == 1) verifier.expect_author("example.org");
  for (const auto& [name, body] : message.fields) {
    verifier.header_field(name, body);
  }
  verifier.end_of_header("example.org", kNow);
  std::string_view rest = message.body;
  while (!rest.empty()) {
    verifier.body(rest.substr(0, chunk));
    rest.remove_prefix(std::min(chunk, rest.size()));
  }
  return verifier.finish(std::chrono::steady_clock::time_point::min());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  if (size < 3) return 0;
  static World world;
  const auto form = [octets](unsigned bit) {
    return (octets[0] & bit) != 0 ? dkim::Canonicalization::kRelaxed
                                  : dkim::Canonicalization::kSimple;
  };
  world.options.header_canonicalization = form(1);
  world.options.body_canonicalization = form(2);
  Message message = to_message(
      std::string_view(reinterpret_cast<const char*>(octets) + 3, size - 3));
  if (!sign(world, message)) return 0;
  const bool changes = octets[1] != 0;
  if (changes) change(message, octets[1], octets[2]);
  const std::size_t chunk = 1 + (octets[0] >> 2U);
  const auto native =
      verify(world, dkim::EngineKind::kNative, message, SIZE_MAX);
  const auto pieces = verify(world, dkim::EngineKind::kNative, message, chunk);
  const auto other = verify(world, dkim::EngineKind::kOpendkim, message, chunk);
  const auto passes = [](const dkim::VerificationResult& result) {
    return result.status == dkim::Status::kPass;
  };
  fuzz::check(native.cause == pieces.cause,
              "pieces give the result of the whole");
  fuzz::check(passes(native) == passes(other), "both engines agree");
  fuzz::check(
      native.cause == other.cause || native.cause == dkim::Cause::kBodyHash,
      "both engines tell one cause");
  // The input may have signatures of its own, which come before ours or not.
  fuzz::check(changes || native.signature_fields > 1 || passes(native),
              "what is signed passes");
  return 0;
}
