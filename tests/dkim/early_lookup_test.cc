// Key lookups that begin with the DKIM-Signature field: when, of which names,
// how many, and what becomes of them.

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "counting_resolver.h"
#include "dkim/limits.h"
#include "dkim/unbound_resolver.h"
#include "dns_server.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

constexpr const char* kName = "r._domainkey.example.org";

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + std::chrono::seconds(20);
}

World signed_world() {
  World world;
  world.sign();
  return world;
}

// A name server on the loopback and a resolver that asks it.
struct Network {
  Network() {
    UnboundOptions options;
    options.forwarders = {server.forwarder()};
    auto made = UnboundResolver::create(std::move(options));
    REQUIRE(made.error.empty());
    resolver = std::move(made.resolver);
  }
  void publish(const World& world, std::chrono::milliseconds delay = {}) {
    server.set(kName, {DnsRecord::Kind::kTxt,
                       {world.signing.keys[0]->record()},
                       {},
                       300,
                       delay});
  }
  DnsServer server;
  std::unique_ptr<UnboundResolver> resolver;
};

void feed(Verifier& verifier, const Fields& fields, std::size_t from = 0) {
  for (std::size_t i = from; i < fields.size(); ++i) {
    verifier.header_field(fields[i].first, fields[i].second);
  }
}

// The signature as it is, with another selector.
std::string with_selector(std::string field, int number) {
  replace(field, " s=r;", " s=r" + std::to_string(number) + ";");
  return field;
}

}  // namespace

TEST_CASE("a key is asked for as soon as its signature field has been read") {
  Network network;
  const World world = signed_world();
  network.publish(world);
  Verifier verifier(world.verifying, *network.resolver);
  verifier.expect_author("Example.ORG");
  REQUIRE(world.message.fields[0].first == "DKIM-Signature");
  verifier.header_field("DKIM-Signature", world.message.fields[0].second);
  // The rest of the header section has not come.
  REQUIRE(network.server.is_asked(kName));
  feed(verifier, world.message.fields, 1);
  verifier.end_of_header("example.org", kNow);
  verifier.body(world.message.body);
  CHECK(verifier.finish(soon()).status == Status::kPass);
  CHECK(network.server.asked(kName) == 1);
  CHECK(network.resolver->counters().queries == 1);
}

TEST_CASE("an author that is known late has the lookups begun late") {
  const World world = signed_world();
  TableResolver table = world.dns;
  CountingResolver resolver(table);
  Verifier verifier(world.verifying, resolver);
  verifier.header_field("DKIM-Signature", world.message.fields[0].second);
  CHECK(resolver.names().empty());
  verifier.expect_author("other.example");
  CHECK(resolver.names().empty());
  verifier.expect_author("example.org");
  CHECK(resolver.names() == std::vector<std::string>{kName});
  feed(verifier, world.message.fields, 1);
  verifier.end_of_header("example.org", kNow);
  verifier.body(world.message.body);
  CHECK(verifier.finish(no_wait()).status == Status::kPass);
  CHECK(resolver.names().size() == 1);
}

TEST_CASE("only the keys of the expected author are looked up early") {
  World world = signed_world();
  std::string service = signature_of(world);
  replace(service, "d=example.org", "d=service.example");
  std::string malformed = signature_of(world);
  replace(malformed, "v=1", "v=2");
  CountingResolver resolver(world.dns);
  Verifier verifier(world.verifying, resolver);
  verifier.expect_author("example.org");
  verifier.header_field("DKIM-Signature", service);
  verifier.header_field("DKIM-Signature", malformed);
  verifier.header_field("DKIM-Signature", std::string(100'000, 'x'));
  CHECK(resolver.names().empty());
  // What is no domain expects nobody.
  for (const char* nobody : {"", "[192.0.2.7]", "a..b", "\xff"}) {
    verifier.expect_author(nobody);
    verifier.header_field("DKIM-Signature", signature_of(world));
    CHECK(resolver.names().empty());
  }
}

TEST_CASE("an expected author decides nothing") {
  const World world = signed_world();
  for (const char* expected :
       {"example.org", "other.example", "", "sub.example.org"}) {
    for (const char* author : {"example.org", "other.example", ""}) {
      INFO("expected " << expected << ", is " << author);
      TableResolver table = world.dns;
      Verifier verifier(world.verifying, table);
      verifier.expect_author(expected);
      feed(verifier, world.message.fields);
      verifier.end_of_header(author, kNow);
      const bool aligned = std::string_view(author) == "example.org";
      CHECK(verifier.wants_body() == aligned);
      verifier.body(world.message.body);
      const VerificationResult result = verifier.finish(no_wait());
      CHECK(result.cause == (aligned ? Cause::kNone : Cause::kNotAligned));
      CHECK(result.signatures.at(0).aligned == aligned);
    }
  }
}

TEST_CASE(
    "long signatures of a guessed author take nothing from the real one") {
  World world = signed_world();
  // Those of a mailing service whose domain the reverse-path has.
  std::string service = signature_of(world);
  replace(service, "d=example.org", "d=service.example");
  std::string names = "h=X-1";
  for (int i = 2; i <= 100; ++i) names += ":X-" + std::to_string(i);
  replace(service, "h=", names + ":");
  for (int selector = 0; selector < 2; ++selector) {
    world.message.fields.insert(
        world.message.fields.begin(),
        {"DKIM-Signature", with_selector(service, selector)});
  }
  TableResolver table = world.dns;
  Verifier verifier(world.verifying, table);
  verifier.expect_author("service.example");
  feed(verifier, world.message.fields);
  verifier.end_of_header("example.org", kNow);
  verifier.body(world.message.body);
  CHECK(verifier.finish(no_wait()).status == Status::kPass);
}

TEST_CASE("signatures without end begin a few lookups and no more") {
  const World world = signed_world();
  const std::string& field = world.message.fields[0].second;
  TableResolver table = world.dns;
  CountingResolver resolver(table);
  Verifier verifier(world.verifying, resolver);
  verifier.expect_author("example.org");
  for (int i = 0; i < 5000; ++i) {
    verifier.header_field("DKIM-Signature", with_selector(field, i));
  }
  CHECK(resolver.names().size() == kMaxEarlyLookups);
  // Nor does an author that changes all the time begin others.
  for (int i = 0; i < 100; ++i) {
    verifier.expect_author(i % 2 == 0 ? "other.example" : "example.org");
  }
  CHECK(resolver.names().size() == kMaxEarlyLookups);
  feed(verifier, world.message.fields);
  verifier.end_of_header("example.org", kNow);
  verifier.body(world.message.body);
  verifier.finish(no_wait());
  const std::set<std::string> names(resolver.names().begin(),
                                    resolver.names().end());
  CHECK(names.size() <= kMaxEarlyLookups + kMaxCandidates);
  // Each once, and once afresh before it costs the message.
  CHECK(resolver.names().size() <= 2 * names.size());
}

TEST_CASE("one name is asked for once however many signatures want it") {
  World world = signed_world();
  world.message.fields.insert(world.message.fields.begin(), 9,
                              world.message.fields[0]);
  world.message.body += "x";  // so that none passes
  CountingResolver resolver(world.dns);
  Verifier verifier(world.verifying, resolver);
  verifier.expect_author("example.org");
  feed(verifier, world.message.fields);
  verifier.end_of_header("example.org", kNow);
  verifier.body(world.message.body);
  CHECK(verifier.finish(no_wait()).cause == Cause::kBodyHash);
  CHECK(resolver.names() == std::vector<std::string>{kName});
}

TEST_CASE("a verifier that goes leaves its lookup to end by itself") {
  Network network;
  const World world = signed_world();
  network.publish(world, std::chrono::milliseconds(100));
  {
    Verifier refused(world.verifying, *network.resolver);
    refused.expect_author("example.org");
    refused.header_field("DKIM-Signature", world.message.fields[0].second);
    REQUIRE(network.server.is_asked(kName));
  }
  // The next message waits for the same lookup, or has its answer.
  Verifier next(world.verifying, *network.resolver);
  next.expect_author("example.org");
  feed(next, world.message.fields);
  next.end_of_header("example.org", kNow);
  next.body(world.message.body);
  CHECK(next.finish(soon()).status == Status::kPass);
  CHECK(network.server.asked(kName) == 1);
}

TEST_CASE("a resolver goes while early lookups are under way") {
  auto network = std::make_unique<Network>();
  const World world = signed_world();
  network->server.set(kName, {DnsRecord::Kind::kSilent});
  auto verifier =
      std::make_unique<Verifier>(world.verifying, *network->resolver);
  verifier->expect_author("example.org");
  verifier->header_field("DKIM-Signature", world.message.fields[0].second);
  REQUIRE(network->server.is_asked(kName));
  network->resolver.reset();
  verifier.reset();
}

}  // namespace dkim::testing
