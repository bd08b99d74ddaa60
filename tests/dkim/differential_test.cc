// The two engines are each other's oracle: random messages, signed by either,
// changed or not, cut anywhere, must have one verdict.
//
// Named disagreements, which the generator leaves out: a bare CR or a bare LF
// in a body.  RFC 6376 3.4.3 and 3.4.4 speak of white space and CRLF only, so
// here both are ordinary octets; libopendkim drops some of them.  RFC
// 5321 2.3.8 allows neither in mail, and Postfix lets neither through to a
// milter.

#include <catch2/catch.hpp>
#include <random>

#include "test_world.h"

namespace dkim::testing {
namespace {

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string text(std::size_t size, std::string_view octets) {
    std::string text;
    while (text.size() < size) text += octets[below(octets.size())];
    return text;
  }

  std::string field_body() {
    std::string body = below(4) == 0 ? "" : " ";
    const std::size_t words = below(6);
    for (std::size_t i = 0; i < words; ++i) {
      body += text(1 + below(12), "abcXYZ019.,;:@<>=\"()\xc3\xa9");
      body += kBlanks[below(std::size(kBlanks))];
    }
    return body;
  }

  std::string body() {
    std::string body;
    const std::size_t pieces = below(30);
    for (std::size_t i = 0; i < pieces; ++i) {
      body += below(3) == 0 ? std::string(kEnds[below(std::size(kEnds))])
                            : text(below(20), "ab .=+/-\xff");
    }
    return below(4) == 0 ? body : body + "\r\n";
  }

  Fields fields() {
    Fields fields = {{"From", " a@example.org" + text(below(3), " ")}};
    const std::size_t count = below(12);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = below(fields.size() + 1);
      fields.emplace(fields.begin() + static_cast<std::ptrdiff_t>(at),
                     kNames[below(std::size(kNames))], field_body());
    }
    return fields;
  }

  Canonicalization form() {
    return below(2) == 0 ? Canonicalization::kSimple
                         : Canonicalization::kRelaxed;
  }

 private:
  static constexpr std::string_view kBlanks[] = {
      " ", "  ", "\t", "\r\n ", "\r\n\t", " \r\n  ", " \t "};
  static constexpr std::string_view kEnds[] = {
      "\r\n", "\r\n\r\n", " \r\n", "\t\r\n", "\r\n \r\n", "  ", "\t"};
  static constexpr const char* kNames[] = {
      "To",      "Subject", "SUBJECT", "Date", "Cc",         "Message-ID",
      "X-Other", "List-Id", "list-id", "To",   "References", "Received"};
  std::mt19937 random_;
};

// Something small, which may or may not matter to the signature.
void change(Generator& random, World& world) {
  Fields& fields = world.message.fields;
  std::string& body = world.message.body;
  const std::size_t field = random.below(fields.size());
  switch (random.below(9)) {
    case 0:
      body += "\r\n";
      break;
    case 1:
      body += random.text(1, "x ");
      break;
    case 2:
      body.insert(random.below(body.size() + 1), " ");
      break;
    case 3:
      fields[field].second += " ";
      break;
    case 4:
      fields[field].second.insert(random.below(fields[field].second.size() + 1),
                                  "y");
      break;
    case 5:
      fields.emplace(fields.begin(), "Subject", " new");
      break;
    case 6:
      fields.emplace_back("X-Other", " new");
      break;
    case 7:
      if (fields[field].first != "DKIM-Signature") {
        fields.erase(fields.begin() + static_cast<std::ptrdiff_t>(field));
      }
      break;
    default:
      break;
  }
}

void make_world(Generator& random, World& world) {
  static const auto kRsa = test_key("rsa1024.pem", "example.org", "r");
  static const auto kEd25519 = test_key("ed25519.pem", "example.org", "e");
  world.dns.add("r._domainkey.example.org", {kRsa->record()});
  world.dns.add("e._domainkey.example.org", {kEd25519->record()});
  world.signing.keys = {random.below(2) == 0 ? kRsa : kEd25519};
  world.signing.header_canonicalization = random.form();
  world.signing.body_canonicalization = random.form();
  const bool opendkim_can =
      world.signing.keys[0]->type() == KeyType::kRsa ||
      world.signing.header_canonicalization == Canonicalization::kRelaxed;
  if (opendkim_can && random.below(4) == 0) {
    world.signing.engine = EngineKind::kOpendkim;
  }
  world.message = {random.fields(), random.body()};
}

std::string verdict(World& world, EngineKind engine, std::size_t chunk) {
  world.verifying.engine = engine;
  const VerificationResult result = world.verify(chunk);
  return std::string(to_string(result.status)) + " " +
         std::string(to_string(result.cause));
}

}  // namespace

TEST_CASE("native and libopendkim give one verdict on random messages") {
  std::size_t passed = 0;
  std::size_t failed = 0;
  for (unsigned seed = 0; seed < 2000; ++seed) {
    INFO("seed " << seed);
    Generator random(seed);
    World world;
    make_world(random, world);
    world.sign();
    const bool changed = random.below(3) != 0;
    if (changed) change(random, world);
    const std::string native =
        verdict(world, EngineKind::kNative, 1 + random.below(40));
    const std::string opendkim =
        verdict(world, EngineKind::kOpendkim, 1 + random.below(40));
    INFO([&] {
      std::string text;
      for (auto& [n, b] : world.message.fields) text += n + ":" + b + "\n";
      return text + "\n" + world.message.body + "|";
    }());
    REQUIRE(native == opendkim);
    if (!changed) REQUIRE(native == "pass none");
    ++(native == "pass none" ? passed : failed);
  }
  CHECK(passed > 700);
  CHECK(failed > 400);
}

}  // namespace dkim::testing
