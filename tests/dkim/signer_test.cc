#include "dkim/signer.h"

#include <catch2/catch.hpp>

#include "dkim/domain_name.h"
#include "dkim/signature.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

std::vector<std::string> sign(const World& world, std::size_t chunk) {
  Signer signer(world.signing, world.signed_at);
  for (const auto& [name, body] : world.message.fields) {
    signer.header_field(name, body);
  }
  signer.end_of_header();
  std::string_view body = world.message.body;
  for (; !body.empty(); body.remove_prefix(std::min(chunk, body.size()))) {
    signer.body(body.substr(0, chunk));
  }
  const SigningResult result = signer.finish();
  CHECK(result.error.empty());
  return result.field_bodies;
}

std::vector<std::string> signed_names(const std::string& field) {
  std::vector<std::string> names;
  for (const auto name : parse_signature(field).signed_fields) {
    names.emplace_back(name);
  }
  return names;
}

long count(const std::vector<std::string>& names, std::string_view name) {
  return std::count(names.begin(), names.end(), name);
}

}  // namespace

TEST_CASE("the signature covers what relays sign and oversign") {
  World world;
  world.message.fields.emplace_back("Received", " from a by b");
  world.message.fields.emplace_back("X-Other", " x");
  world.message.fields.emplace_back("Autocrypt", " addr=a@example.org");
  const auto names = signed_names(sign(world, SIZE_MAX).at(0));
  CHECK(count(names, "from") == 2);
  CHECK(count(names, "to") == 2);
  CHECK(count(names, "autocrypt") == 2);
  CHECK(count(names, "reply-to") == 1);
  CHECK(count(names, "list-unsubscribe") == 1);
  CHECK(count(names, "content-type") == 1);
  CHECK(count(names, "message-id") == 0);
  CHECK(count(names, "received") == 0);
  CHECK(count(names, "x-other") == 0);
}

TEST_CASE("the fields of RFC 6376 5.4.1 are signed, and oversigned") {
  for (const std::string_view name :
       {"from", "reply-to", "subject", "date", "to", "cc", "resent-date",
        "resent-from", "resent-to", "resent-cc", "in-reply-to", "references",
        "list-id", "list-help", "list-unsubscribe", "list-subscribe",
        "list-post", "list-owner", "list-archive"}) {
    INFO(name);
    World world;
    const bool is_there =
        std::any_of(world.message.fields.begin(), world.message.fields.end(),
                    [name](const auto& field) {
                      return equals_ignoring_case(field.first, name);
                    });
    if (!is_there) world.message.fields.emplace_back(name, " <a@b.example>");
    world.sign();
    CHECK(count(signed_names(signature_of(world)), name) == 2);
    CHECK(world.verify().status == Status::kPass);
    world.message.fields.emplace_back(name, " another");
    CHECK(world.verify().cause == Cause::kSignature);
  }
  for (const std::string_view name :
       {"return-path", "received", "comments", "keywords"}) {
    INFO(name);
    World world;
    world.message.fields.emplace_back(name, " x");
    world.sign();
    world.message.fields.pop_back();
    CHECK(world.verify().status == Status::kPass);
  }
}

TEST_CASE("Received is not signed even when it is asked for") {
  World world;
  world.message.fields.emplace_back("Received", " from a by b");
  world.signing.signed_fields.emplace_back("Received");
  world.signing.oversigned_fields.emplace_back("received");
  world.sign();
  CHECK(count(signed_names(signature_of(world)), "received") == 0);
  world.message.fields.pop_back();
  CHECK(world.verify().status == Status::kPass);
}

TEST_CASE("every instance of a signed field is signed") {
  World world;
  world.message.fields.emplace_back("To", " carol@example.net");
  world.sign();
  CHECK(count(signed_names(signature_of(world)), "to") == 3);
  CHECK(world.verify().status == Status::kPass);
  world.message.fields.pop_back();
  CHECK(world.verify().cause == Cause::kSignature);
}

TEST_CASE("lines of a signature are short and its field is complete") {
  World world;
  world.signing.keys = {test_key("rsa4096.pem", "example.org", "long-selector"),
                        test_key("ed25519.pem", "example.org", "e")};
  world.signing.lifetime_seconds = 3600;
  const auto fields = sign(world, SIZE_MAX);
  REQUIRE(fields.size() == 2);
  for (const std::string& field : fields) {
    CHECK(field.starts_with(" v=1; "));
    CHECK_FALSE(field.ends_with("\r\n"));
    std::size_t begin = 0;
    while (begin < field.size()) {
      const std::size_t end = std::min(field.find("\r\n", begin), field.size());
      CHECK(end - begin <= 78);
      begin = end + 2;
      if (begin < field.size()) CHECK(field[begin] == '\t');
    }
    const Signature signature = parse_signature(field);
    CHECK(signature.cause == Cause::kNone);
    CHECK(signature.timestamp == kNow);
    CHECK(signature.expiration == kNow + 3600);
  }
  CHECK(parse_signature(fields[0]).algorithm == "rsa-sha256");
  CHECK(parse_signature(fields[1]).algorithm == "ed25519-sha256");
}

TEST_CASE("t= and x= may be left out") {
  World world;
  world.signing.timestamp = false;
  const std::string field = sign(world, SIZE_MAX).at(0);
  const Signature signature = parse_signature(field);
  CHECK_FALSE(signature.timestamp);
  CHECK_FALSE(signature.expiration);
}

TEST_CASE("any chunking gives the same signatures") {
  World world;
  const auto whole = sign(world, SIZE_MAX);
  for (std::size_t chunk = 1; chunk < world.message.body.size(); ++chunk) {
    REQUIRE(sign(world, chunk) == whole);
  }
}

TEST_CASE("both engines sign for both verifiers") {
  for (const auto signing : {EngineKind::kNative, EngineKind::kOpendkim}) {
    for (const auto verifying : {EngineKind::kNative, EngineKind::kOpendkim}) {
      World world;
      world.signing.engine = signing;
      world.verifying.engine = verifying;
      world.signing.keys.push_back(test_key("ed25519.pem", "example.org", "e"));
      world.dns.add("e._domainkey.example.org",
                    {world.signing.keys[1]->record()});
      world.sign();
      CHECK(world.verify().status == Status::kPass);
      world.message.fields.erase(world.message.fields.begin());
      CHECK(world.verify().status == Status::kPass);
    }
  }
}

TEST_CASE(
    "a message without any field to sign but oversigned names is signed") {
  World world;
  world.message.fields.clear();
  world.sign();
  CHECK(world.verify().status == Status::kPass);
}

TEST_CASE("a signature that names DKIM-Signature never covers itself") {
  // Alone, oversigned: it says that there is no other (RFC 6376 3.5, 3.7).
  World world;
  world.signing.oversigned_fields.emplace_back("dkim-signature");
  world.sign();
  CHECK(world.verify().status == Status::kPass);
  // Another one beside it, below and on top, is what it forbade.
  const World alone = world;
  world.message.fields.emplace_back("DKIM-Signature", " v=1; d=other.example");
  CHECK(world.verify().cause == Cause::kSignature);
  world = alone;
  world.message.fields.emplace(world.message.fields.begin(), "DKIM-Signature",
                               " v=1; d=other.example");
  CHECK(world.verify().cause == Cause::kSignature);
  // libopendkim takes the field itself for one that h= means.
  world = alone;
  world.verifying.engine = EngineKind::kOpendkim;
  CHECK(world.verify().cause == Cause::kSignature);
}

TEST_CASE("a signature may cover one that was there before") {
  for (const auto engine : {EngineKind::kNative, EngineKind::kOpendkim}) {
    World world;
    world.verifying.engine = engine;
    world.message.fields.emplace(world.message.fields.begin(), "DKIM-Signature",
                                 " v=1; d=other.example; b=QUI=");
    world.signing.signed_fields.emplace_back("dkim-signature");
    world.sign();
    CHECK(world.verify().status == Status::kPass);
    world.message.fields[1].second += "x";
    CHECK(world.verify().cause == Cause::kSignature);
  }
}

TEST_CASE("what cannot be signed is an error in words") {
  World world;
  world.signing.signed_fields = {"to"};
  world.signing.oversigned_fields = {};
  Signer without_from(world.signing, kNow);
  without_from.end_of_header();
  CHECK_FALSE(without_from.finish().error.empty());

  World many;
  Signer signer(many.signing, kNow);
  for (int i = 0; i < 1000; ++i) signer.header_field("To", " a@b.example");
  signer.end_of_header();
  CHECK(signer.finish().error == "too many header fields to sign");

  World simple;
  simple.signing.engine = EngineKind::kOpendkim;
  simple.signing.header_canonicalization = Canonicalization::kSimple;
  simple.signing.keys = {test_key("ed25519.pem", "example.org", "e")};
  Signer opendkim(simple.signing, kNow);
  opendkim.header_field("From", " a@example.org");
  opendkim.end_of_header();
  CHECK_FALSE(opendkim.finish().error.empty());
}

}  // namespace dkim::testing
