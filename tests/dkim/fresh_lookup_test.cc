// A key that came out of a cache is looked up afresh once before it costs a
// message.

#include <catch2/catch.hpp>
#include <map>

#include "dkim/shared_lookup.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

// Answers out of a "cache" at first, and out of a table afresh.
class CachingResolver : public KeyResolver {
 public:
  CachingResolver(KeyAnswer cached, KeyResolver& fresh)
      : cached_(std::move(cached)), fresh_(fresh) {
    cached_.cached = true;
  }
  std::unique_ptr<KeyLookup> start(std::string_view name,
                                   Freshness freshness) override {
    if (freshness == Freshness::kCacheAllowed) return make_lookup(cached_);
    ++fresh_lookups;
    return fresh_.start(name, freshness);
  }
  int fresh_lookups = 0;

 private:
  KeyAnswer cached_;
  KeyResolver& fresh_;
};

KeyAnswer found(const std::string& record) {
  return found_answer({std::string(record)});
}

}  // namespace

TEST_CASE("a cached answer that refuses is asked for again once") {
  const std::string old_key =
      test_key("rsa4096.pem", "example.org", "r")->record();
  const std::string small_key = "p=" + read_data("rsa512.b64");
  for (const KeyAnswer& cached : {absent_answer(), found(old_key), found("p="),
                                  found("junk"), found(small_key)}) {
    World world;
    world.sign();
    CachingResolver resolver(cached, world.dns);
    CHECK(verify_with(resolver, world).status == Status::kPass);
    CHECK(resolver.fresh_lookups == 1);
  }
}

TEST_CASE("a cached answer that passes is not asked for again") {
  World world;
  world.sign();
  CachingResolver resolver(found(world.signing.keys[0]->record()), world.dns);
  CHECK(verify_with(resolver, world).status == Status::kPass);
  CHECK(resolver.fresh_lookups == 0);
}

TEST_CASE("a body that does not match costs no fresh lookup") {
  World world;
  world.sign();
  world.message.body += "x";
  CachingResolver resolver(absent_answer(), world.dns);
  CHECK(verify_with(resolver, world).cause == Cause::kBodyHash);
  CHECK(resolver.fresh_lookups == 0);
}

TEST_CASE("when the fresh lookup fails the refusal is temporary") {
  World world;
  world.sign();
  world.dns.fail("r._domainkey.example.org", TableFailure::kServfail);
  CachingResolver resolver(absent_answer(), world.dns);
  const VerificationResult result = verify_with(resolver, world);
  CHECK(result.status == Status::kTemperror);
  CHECK(result.cause_text ==
        "r._domainkey.example.org: key lookup failed in the DNS");
}

TEST_CASE("when the fresh answer refuses too the refusal stands") {
  World world;
  world.sign();
  world.dns.add("r._domainkey.example.org", {"p="});
  CachingResolver resolver(absent_answer(), world.dns);
  CHECK(verify_with(resolver, world).cause == Cause::kRevoked);
}

TEST_CASE("temporary trouble with one signature does not hide another") {
  World world;
  world.signing.keys = {test_key("rsa2048.pem", "example.org", "r"),
                        test_key("ed25519.pem", "example.org", "e")};
  world.sign();
  world.dns.add("e._domainkey.example.org", {world.signing.keys[1]->record()});
  world.dns.fail("r._domainkey.example.org", TableFailure::kTimeout);
  CHECK(world.verify().status == Status::kPass);
  world.dns.fail("e._domainkey.example.org", TableFailure::kNxdomain);
  CHECK(world.verify().status == Status::kTemperror);
}

TEST_CASE("of two good signatures the second is not needed") {
  World world;
  world.signing.keys = {test_key("ed25519.pem", "example.org", "e"),
                        test_key("rsa2048.pem", "example.org", "r")};
  world.sign();
  world.dns.add("e._domainkey.example.org", {world.signing.keys[0]->record()});
  const VerificationResult result = world.verify();
  CHECK(result.status == Status::kPass);
  CHECK(result.signatures[0].cause == Cause::kNotNeeded);
  CHECK(result.signatures[1].status == Status::kPass);
}

}  // namespace dkim::testing
