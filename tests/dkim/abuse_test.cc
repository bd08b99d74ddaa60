// Messages made to be dear: many signatures, giant fields, colliding work.
// The bound is in what is counted, not in time.

#include <catch2/catch.hpp>

#include "counting_resolver.h"
#include "dkim/limits.h"
#include "dkim/sha256.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

World signed_world() {
  World world;
  world.sign();
  return world;
}

std::string body_hash_of(const std::string& field) {
  const std::size_t at = field.find("bh=") + 3;
  return field.substr(at, field.find(';', at) - at);
}

}  // namespace

TEST_CASE("of 5,000 signatures ten are looked at and the result says so") {
  World world = signed_world();
  std::string other =
      " v=1; a=rsa-sha256; d=example.com; s=x; h=from; b=QUI=; "
      "bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
  Fields fields(5000, {"DKIM-Signature", other});
  fields.insert(fields.end(), world.message.fields.begin(),
                world.message.fields.end());
  world.message.fields = fields;
  CountingResolver resolver(world.dns);
  const VerificationResult result = verify_with(resolver, world);
  CHECK(result.status == Status::kPolicy);
  CHECK(result.cause == Cause::kTooManySignatures);
  CHECK(result.signature_fields == 5001);
  CHECK(result.signatures.size() == kMaxSignatureFields);
  CHECK(resolver.names().empty());
}

TEST_CASE("5 MB of signatures are too many, and nothing else") {
  World world = signed_world();
  world.message.fields.insert(world.message.fields.begin() + 1, 5000,
                              {"DKIM-Signature", std::string(1000, 'x')});
  const VerificationResult result = world.verify();
  CHECK(result.cause == Cause::kTooManySignatures);
  CHECK(result.signature_fields == 5001);
}

TEST_CASE("an aligned signature among the first ten passes whatever follows") {
  World world = signed_world();
  std::string other =
      " v=1; a=rsa-sha256; d=example.org; s=x; h=from; b=QUI=; "
      "bh=" +
      body_hash_of(signature_of(world));
  world.message.fields.insert(world.message.fields.begin() + 1, 5000,
                              {"DKIM-Signature", other});
  CountingResolver resolver(world.dns);
  CHECK(verify_with(resolver, world).status == Status::kPass);
  // A lookup for each name, of four signatures.
  CHECK(resolver.names() ==
        std::vector<std::string>{"r._domainkey.example.org",
                                 "x._domainkey.example.org"});
}

TEST_CASE("signatures of other domains cause no lookup") {
  World world = signed_world();
  std::string other = signature_of(world);
  replace(other, "d=example.org", "d=lists.example.com");
  world.message.fields.insert(world.message.fields.begin(), 3,
                              {"DKIM-Signature", other});
  CountingResolver resolver(world.dns);
  const VerificationResult result = verify_with(resolver, world);
  CHECK(result.status == Status::kPass);
  CHECK(resolver.names() ==
        std::vector<std::string>{"r._domainkey.example.org"});
  REQUIRE(result.signatures.size() == 4);
  CHECK(result.signatures[0].cause == Cause::kNotAligned);
  CHECK(result.signatures[3].status == Status::kPass);
}

TEST_CASE("signatures with many different l= are refused one by one") {
  World world;
  const SigningKey& key = *world.signing.keys[0];
  Fields fields;
  for (int length = 0; length < 9; ++length) {
    fields.emplace_back(
        "DKIM-Signature",
        sign_template(world,
                      " v=1; a=rsa-sha256; d=example.org; s=r; h=From; "
                      "bh=@bh@; l=" +
                          std::to_string(length) + ";",
                      key));
  }
  world.message.fields.insert(world.message.fields.end(), fields.begin(),
                              fields.end());
  const VerificationResult result = world.verify();
  CHECK(result.cause == Cause::kBodyLength);
  for (std::size_t i = 0; i < result.signatures.size(); ++i) {
    CHECK(
        result.signatures[i].cause ==
        (i < kMaxCandidates ? Cause::kBodyLength : Cause::kTooManySignatures));
  }
}

TEST_CASE("giant fields are results, not work") {
  struct Row {
    std::string_view what;
    std::string field;
    Cause cause;
  };
  const std::string start = " v=1; a=rsa-sha256; d=example.org; s=r; bh=";
  const Row rows[] = {
      {"one tag of 1 MB", " v=1; z=" + std::string(1'000'000, 'x'),
       Cause::kFieldTooLarge},
      {"a tag of 100 KB", " v=1; z=" + std::string(100'000, 'x'),
       Cause::kFieldTooLarge},
      {"8,000 names in h=",
       start + "; h=" +
           [] {
             std::string names = "from";
             for (int i = 0; i < 7000; ++i) names += ":x";
             return names;
           }(),
       Cause::kSyntax},
      {"5,000 tags",
       [] {
         std::string tags = " v=1";
         for (int i = 0; i < 1000; ++i) {
           tags += "; t" + std::to_string(i) + "=x";
         }
         return tags;
       }(),
       Cause::kSyntax},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    World world;
    world.message.fields.emplace_back("DKIM-Signature", row.field);
    const VerificationResult result = world.verify();
    CHECK(result.status == Status::kPermerror);
    if (row.field.size() < 900'000) {
      REQUIRE_FALSE(result.signatures.empty());
      CHECK(to_string(result.signatures[0].cause) == to_string(row.cause));
    }
  }
}

TEST_CASE("a header section beyond the bound is a permanent error") {
  World world = signed_world();
  for (int i = 0; i < 2000; ++i) {
    world.message.fields.emplace_back("X-Large", std::string(1000, 'x'));
  }
  const VerificationResult result = world.verify();
  CHECK(result.status == Status::kPermerror);
  CHECK(result.cause == Cause::kHeaderSectionTooLarge);
}

TEST_CASE("50,000 header fields are chosen from without harm") {
  World world = signed_world();
  for (int i = 0; i < 50'000; ++i) {
    world.message.fields.emplace_back("X" + std::to_string(i), "");
  }
  CHECK(world.verify().status == Status::kPass);
}

TEST_CASE("the cause text keeps foreign octets out of the reply") {
  World world;
  world.message.fields.emplace_back(
      "DKIM-Signature", " v=1; a=rsa-sha256; d=example.org; s=\xff\xfe\xfd" +
                            std::string(300, '%') + "; h=from; bh=AA; b=AA");
  const std::string text = world.verify().cause_text;
  CHECK(text.size() <= 200);
  for (const char c : text) CHECK((c >= 0x20 && c < 0x7f));
}

}  // namespace dkim::testing
