// Several keys at one name: which are tried, and how often.

#include <catch2/catch.hpp>

#include "answers_of_a_cache.h"
#include "dkim/limits.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

constexpr const char* kName = "r._domainkey.example.org";

std::string new_record(KeyType type = KeyType::kRsa) {
  const auto made = generate_signing_key(type, "example.org", "r");
  REQUIRE(made.key != nullptr);
  return made.key->record();
}

}  // namespace

TEST_CASE("of two keys at one name either may verify") {
  World world;
  world.sign();
  const std::string right = world.signing.keys[0]->record();
  const std::string other = new_record();
  for (const auto& records : {std::vector<std::string>{right, other},
                              std::vector<std::string>{other, right}}) {
    world.dns.add(kName, records);
    CHECK(world.verify().status == Status::kPass);
  }
}

TEST_CASE("keys of another length or type cost no step") {
  World world;
  world.sign();
  world.dns.add(
      kName, {test_key("rsa1024.pem", "a.example", "r")->record(),
              test_key("rsa4096.pem", "a.example", "r")->record(),
              new_record(KeyType::kEd25519), world.signing.keys[0]->record()});
  CHECK(world.verify().status == Status::kPass);
}

TEST_CASE("a third key that could be it is not tried") {
  World world;
  world.sign();
  world.dns.add(kName,
                {new_record(), new_record(), world.signing.keys[0]->record()});
  CHECK(kMaxKeySteps == 2);
  CHECK(world.verify().cause == Cause::kSignature);
  // A person who asks is told.
  world.verifying.every_signature = true;
  CHECK(world.verify().status == Status::kPass);
}

TEST_CASE("a fresh lookup that brings the same keys costs nothing more") {
  World world;
  world.sign();
  const std::string right = world.signing.keys[0]->record();
  TableResolver cached;
  cached.add(kName, {new_record(), new_record(), right});
  TableResolver fresh = cached;
  AnswersOfACache resolver(cached, fresh);
  CHECK(verify_with(resolver, world).cause == Cause::kSignature);
  // A key that was not there before is tried, whatever was tried of the others.
  TableResolver replaced;
  replaced.add(kName, {right});
  cached.add(kName, {new_record(), new_record()});
  AnswersOfACache rotated(cached, replaced);
  CHECK(verify_with(rotated, world).status == Status::kPass);
}

TEST_CASE("a key whose restrictions were lifted is tried again") {
  World world;
  world.sign();
  const std::string key = world.signing.keys[0]->record();
  TableResolver cached;
  cached.add(kName, {"h=sha1; " + key});
  TableResolver fresh;
  fresh.add(kName, {key});
  AnswersOfACache resolver(cached, fresh);
  CHECK(verify_with(resolver, world).status == Status::kPass);
}

TEST_CASE("a signature of another length than its key does not match") {
  World world;
  world.sign();
  for (const std::size_t octets : {0UL, 1UL, 128UL, 255UL, 257UL, 512UL}) {
    INFO(octets);
    World broken = world;
    std::string& field = signature_of(broken);
    field.erase(field.rfind("b=") + 2);
    // Base64 of zeros.
    field += octets == 0 ? "AA==" : std::string((octets * 4 + 2) / 3, 'A');
    CHECK(broken.verify().cause == Cause::kSignature);
  }
}

}  // namespace dkim::testing
