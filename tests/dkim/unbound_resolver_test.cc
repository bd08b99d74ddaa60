#include "dkim/unbound_resolver.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "dkim/limits.h"
#include "dns_server.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Kind = DnsRecord::Kind;

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + seconds(20);
}

// A resolver that forwards to a server of our own, with a clock of our own.
class Bench {
 public:
  explicit Bench(UnboundOptions options = {}) {
    options.forwarders = {server.forwarder()};
    options.unbound_options.emplace_back("outbound-msg-retry:", "1");
    options.now = [this] {
      return std::chrono::steady_clock::time_point(seconds(clock.load()));
    };
    auto result = UnboundResolver::create(std::move(options));
    REQUIRE(result.error.empty());
    resolver = std::move(result.resolver);
  }

  KeyAnswer ask(const std::string& name,
                Freshness freshness = Freshness::kCacheAllowed) {
    return resolver->start(name, freshness)->wait_until(soon());
  }

  DnsServer server;
  std::atomic<int> clock = 1'000'000;
  std::unique_ptr<UnboundResolver> resolver;
};

DnsRecord key_record(const std::string& pem, std::uint32_t ttl = 300) {
  return {Kind::kTxt, {test_key(pem, "a.example", "s")->record()}, {}, ttl};
}

constexpr const char* kName = "s._domainkey.a.example";

}  // namespace

TEST_CASE("a key is found, in several strings and behind a CNAME") {
  Bench bench;
  bench.server.set(kName, key_record("rsa4096.pem"));
  bench.server.set("c.example", {Kind::kCname, {}, kName, 300});
  for (const char* name : {kName, "c.example"}) {
    const KeyAnswer answer = bench.ask(name);
    REQUIRE(answer.status == LookupStatus::kFound);
    CHECK_FALSE(answer.cached);
    REQUIRE(answer.records->size() == 1);
    CHECK(answer.records->at(0).bits == 4096);
  }
}

TEST_CASE("absent, failing and silent names are told apart") {
  UnboundOptions options;
  options.timeout = milliseconds(700);
  Bench bench(options);
  bench.server.set("nodata.example", {Kind::kNodata, {}, {}, 30});
  bench.server.set("servfail.example", {Kind::kServfail, {}, {}, 0});
  bench.server.set("silent.example", {Kind::kSilent, {}, {}, 0});
  CHECK(bench.ask("nxdomain.example").status == LookupStatus::kAbsent);
  CHECK(bench.ask("nodata.example").status == LookupStatus::kAbsent);
  CHECK(bench.ask("servfail.example").failure == LookupFailure::kServfail);
  const KeyAnswer silent = bench.ask("silent.example");
  CHECK(silent.status == LookupStatus::kTemperror);
}

TEST_CASE("a lookup ends at its own deadline, and others do not wait for it") {
  Bench bench;
  bench.server.set("silent.example", {Kind::kSilent, {}, {}, 0});
  const auto lookup =
      bench.resolver->start("silent.example", Freshness::kCacheAllowed);
  const KeyAnswer answer = lookup->wait_until(no_wait());
  CHECK(answer.failure == LookupFailure::kTimeout);
  CHECK(bench.ask("nxdomain.example").status == LookupStatus::kAbsent);
}

TEST_CASE("a key is cached for its TTL") {
  Bench bench;
  bench.server.set(kName, key_record("rsa1024.pem", 60));
  CHECK_FALSE(bench.ask(kName).cached);
  bench.clock = 1'000'059;
  CHECK(bench.ask(kName).cached);
  CHECK(bench.resolver->counters().queries == 1);
  CHECK(bench.resolver->counters().cache_hits == 1);
  bench.clock = 1'000'060;
  bench.ask(kName);
  CHECK(bench.resolver->counters().queries == 2);
}

TEST_CASE("an absent name is cached no longer than its SOA says") {
  Bench bench;
  bench.ask("nxdomain.example");
  bench.clock = 1'000'000 + DnsServer::kNegativeTtl - 1;
  CHECK(bench.ask("nxdomain.example").cached);
  CHECK(bench.resolver->counters().queries == 1);
  bench.clock = 1'000'000 + DnsServer::kNegativeTtl;
  bench.ask("nxdomain.example");
  CHECK(bench.resolver->counters().queries == 2);
}

TEST_CASE("libunbound's own cache is told as cached") {
  UnboundOptions options;
  options.cache_capacity = 0;
  Bench bench(options);
  bench.server.set(kName, key_record("rsa1024.pem"));
  CHECK_FALSE(bench.ask(kName).cached);
  CHECK(bench.ask(kName).cached);
  CHECK(bench.server.asked(kName) == 1);
}

TEST_CASE("a fresh lookup goes past every cache") {
  Bench bench;
  const auto bits = [&bench](Freshness freshness) {
    const KeyAnswer answer = bench.ask(kName, freshness);
    return answer.status == LookupStatus::kFound ? answer.records->at(0).bits
                                                 : 0;
  };
  bench.server.set(kName, key_record("rsa1024.pem"));
  CHECK(bits(Freshness::kCacheAllowed) == 1024);
  bench.server.set(kName, key_record("rsa2048.pem"));
  CHECK(bits(Freshness::kCacheAllowed) == 1024);
  bench.clock = bench.clock + 5;
  CHECK(bits(Freshness::kFresh) == 2048);
  CHECK(bits(Freshness::kCacheAllowed) == 2048);
  bench.server.remove(kName);
  bench.clock = bench.clock + 5;
  CHECK(bits(Freshness::kFresh) == 0);
  bench.server.set(kName, key_record("rsa4096.pem"));
  bench.clock = bench.clock + 5;
  CHECK(bits(Freshness::kFresh) == 4096);
  // The usual lookups are as they were: their answers are kept for their TTL.
  bench.ask("other.example");
  CHECK(bench.ask("other.example").cached);
}

TEST_CASE("an answer of this moment is fresh enough") {
  Bench bench;
  bench.server.set(kName, key_record("rsa1024.pem"));
  bench.ask(kName);
  for (int i = 0; i < 100; ++i) {
    CHECK_FALSE(bench.ask(kName, Freshness::kFresh).cached);
  }
  CHECK(bench.server.asked(kName) == 1);
}

TEST_CASE("that a key is absent is asked twice before it costs a message") {
  Bench bench;
  const World world = [] {
    World signed_world;
    signed_world.sign();
    return signed_world;
  }();
  const std::string name = "r._domainkey.example.org";
  const auto cause = [&] {
    Verifier verifier(world.verifying, *bench.resolver);
    for (const auto& [field, body] : world.message.fields) {
      verifier.header_field(field, body);
    }
    verifier.end_of_header("example.org", kNow);
    verifier.body(world.message.body);
    return verifier.finish(soon()).cause;
  };
  CHECK(cause() == Cause::kNoRecord);
  CHECK(bench.server.asked(name) == 2);
  // A moment later it is known, and no flood of such messages asks again.
  for (int i = 0; i < 20; ++i) CHECK(cause() == Cause::kNoRecord);
  CHECK(bench.server.asked(name) == 2);
  // The first answer was wrong: the message passes by the second.
  bench.server.set(name, {Kind::kTxt,
                          {test_key("rsa2048.pem", "a.example", "r")->record()},
                          {},
                          300});
  bench.clock = bench.clock + 5;
  CHECK(cause() == Cause::kNone);
}

TEST_CASE("10,000 domains are looked up and the memory of them is bounded") {
  UnboundOptions options;
  options.cache_capacity = 1000;
  Bench bench(options);
  std::vector<std::unique_ptr<KeyLookup>> lookups;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = "s._domainkey.d" + std::to_string(i) + ".example";
    if (i % 2 == 0) bench.server.set(name, {Kind::kTxt, {"p="}, {}, 300});
    lookups.push_back(bench.resolver->start(name, Freshness::kCacheAllowed));
    // As many as messages may be under way at the same time.
    if (lookups.size() < 500) continue;
    for (const auto& lookup : lookups) {
      REQUIRE(lookup->wait_until(soon()).status != LookupStatus::kTemperror);
    }
    lookups.clear();
    REQUIRE(bench.resolver->counters().cached_names <= 1000);
  }
  CHECK(bench.resolver->counters().cached_names == 1000);
  CHECK(bench.resolver->counters().queries == 10'000);
}

TEST_CASE("10,000 domains that bring as much as they can stay within bounds") {
  UnboundOptions options;
  options.cache_octets = 2'000'000;
  Bench bench(options);
  const std::string key = test_key("rsa4096.pem", "a.example", "s")->record();
  const std::string policy = "v=DMARC1; p=none; " + std::string(4000, 'x');
  std::vector<std::unique_ptr<KeyLookup>> lookups;
  for (int i = 0; i < 10'000; ++i) {
    const std::string name = "s._domainkey.d" + std::to_string(i) + ".example";
    // All kinds of dear answers; most are absent, which is quicker.
    if (i % 100 == 0) {
      bench.server.set(name, {Kind::kTxt, {key, key, key, key}});
    } else if (i % 100 == 1) {
      bench.server.set(name, {Kind::kTxt, {policy, policy, policy, policy}});
    }
    lookups.push_back(bench.resolver->start(name, Freshness::kCacheAllowed));
    if (lookups.size() < 500) continue;
    for (const auto& lookup : lookups) {
      REQUIRE(lookup->wait_until(soon()).status != LookupStatus::kTemperror);
    }
    lookups.clear();
    REQUIRE(bench.resolver->counters().cached_octets <= options.cache_octets);
  }
  CHECK(bench.resolver->counters().cached_octets > options.cache_octets / 2);
}

TEST_CASE("records of giants are answers, and no keys") {
  Bench bench;
  const std::string key = test_key("rsa2048.pem", "a.example", "s")->record();
  const auto ask = [&](std::vector<std::string> texts) {
    static int asked = 0;
    const std::string name = "s" + std::to_string(++asked) + ".a.example";
    bench.server.set(name, {Kind::kTxt, std::move(texts)});
    return bench.ask(name);
  };
  // A key record of 16 KB, a text of 50 KB, a key behind either.
  const std::string large =
      "v=DKIM1; n=" + std::string(16'000, 'x') + "; " + key;
  KeyAnswer answer = ask({large});
  REQUIRE(answer.status == LookupStatus::kFound);
  CHECK(answer.records->at(0).cause == Cause::kKeyTooLarge);
  answer = ask({std::string(50'000, 'x')});
  REQUIRE(answer.status == LookupStatus::kFound);
  CHECK(answer.records->at(0).cause == Cause::kKeyTooLarge);
  answer = ask({std::string(40'000, 'x'), "v=spf1 -all", key});
  REQUIRE(answer.status == LookupStatus::kFound);
  CHECK(std::any_of(
      answer.records->begin(), answer.records->end(),
      [](const KeyRecord& record) { return record.cause == Cause::kNone; }));
  // Many records; the resolver hands them over in any order.
  std::vector<std::string> many = {key};
  while (many.size() < kMaxTextRecords) {
    many.push_back("token" + std::to_string(many.size()));
  }
  answer = ask(many);
  REQUIRE(answer.status == LookupStatus::kFound);
  REQUIRE(answer.records->size() == 1);
  CHECK(answer.records->at(0).cause == Cause::kNone);
  while (many.size() < 1000) {
    many.push_back("token" + std::to_string(many.size()));
  }
  answer = ask(many);
  REQUIRE(answer.status == LookupStatus::kFound);
  CHECK(answer.records->size() <= kMaxKeyRecords);
}

TEST_CASE("a replaced key verifies at once, through the fresh lookup") {
  Bench bench;
  World world;
  world.sign();
  const std::string name = "r._domainkey.example.org";
  bench.server.set(name, key_record("rsa4096.pem"));
  bench.ask(name);
  bench.clock = bench.clock + 10;
  bench.server.set(name, key_record("rsa2048.pem"));
  Verifier verifier(world.verifying, *bench.resolver);
  for (const auto& [field, body] : world.message.fields) {
    verifier.header_field(field, body);
  }
  verifier.end_of_header("example.org", kNow);
  verifier.body(world.message.body);
  CHECK(verifier.finish(soon()).status == Status::kPass);
}

TEST_CASE("a stale key serves while the DNS is down, when allowed") {
  for (const int grace : {0, 100}) {
    UnboundOptions options;
    options.stale_grace = seconds(grace);
    Bench bench(options);
    bench.server.set(kName, key_record("rsa1024.pem"));
    // A fresh answer does not go through libunbound's cache, whose clock is
    // not ours.
    bench.ask(kName, Freshness::kFresh);
    bench.server.set(kName, {Kind::kServfail, {}, {}, 0});
    bench.clock = 1'000'350;
    const KeyAnswer answer = bench.ask(kName);
    CHECK((answer.status == LookupStatus::kFound) == (grace > 0));
    bench.clock = 1'000'400;
    CHECK(bench.ask(kName).status == LookupStatus::kTemperror);
  }
}

TEST_CASE("a stale key is told before a silent DNS has timed out") {
  UnboundOptions options;
  options.stale_grace = seconds(100);
  options.stale_wait = milliseconds(50);
  options.unbound_options = {{"outbound-msg-retry:", "5"},
                             {"unknown-server-time-limit:", "5000"}};
  Bench bench(options);
  bench.server.set(kName, key_record("rsa1024.pem"));
  bench.ask(kName, Freshness::kFresh);
  bench.server.set(kName, {Kind::kSilent, {}, {}, 0});
  bench.clock = 1'000'350;
  const auto lookup = bench.resolver->start(kName, Freshness::kCacheAllowed);
  const auto deadline = std::chrono::steady_clock::now() + seconds(5);
  CHECK(lookup->wait_until(deadline).status == LookupStatus::kFound);
}

TEST_CASE("many threads ask for one name and it is one query") {
  Bench bench;
  bench.server.set(kName, key_record("rsa1024.pem"));
  std::vector<std::thread> threads;
  std::atomic<int> found = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&bench, &found] {
      for (int k = 0; k < 50; ++k) {
        found += bench.ask(kName).status == LookupStatus::kFound ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found == 400);
  CHECK(bench.server.asked(kName) == 1);
}

TEST_CASE("lookups under way are bounded, and end when the resolver goes") {
  UnboundOptions options;
  options.max_lookups = 2;
  auto bench = std::make_unique<Bench>(options);
  std::vector<std::unique_ptr<KeyLookup>> lookups;
  for (const char* name : {"a.example", "b.example", "c.example"}) {
    bench->server.set(name, {Kind::kSilent, {}, {}, 0});
    lookups.push_back(bench->resolver->start(name, Freshness::kCacheAllowed));
  }
  CHECK(lookups[2]->ready());
  CHECK(lookups[2]->wait_until(no_wait()).failure == LookupFailure::kServfail);
  bench.reset();
  CHECK(lookups[0]->wait_until(soon()).status == LookupStatus::kTemperror);
}

TEST_CASE("an answer that DNSSEC refuses is a temporary error") {
  // A trust anchor over a zone that is not signed.
  UnboundOptions options;
  options.unbound_options = {
      {"trust-anchor:",
       "a.example. DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC68"
       "3457104237C7F8EC8D"}};
  Bench bench(options);
  bench.server.set(kName, key_record("rsa1024.pem"));
  bench.server.set("a.example", {Kind::kNodata, {}, {}, 300});
  const KeyAnswer answer = bench.ask(kName);
  CHECK(answer.status == LookupStatus::kTemperror);
  CHECK(answer.failure == LookupFailure::kBogus);
  CHECK(answer.records == nullptr);
}

TEST_CASE("settings that libunbound does not know are an error in words") {
  UnboundOptions options;
  options.unbound_options = {{"no-such-option:", "1"}};
  const auto result = UnboundResolver::create(options);
  CHECK(result.resolver == nullptr);
  CHECK(result.error.find("no-such-option") != std::string::npos);
  options = {};
  options.unbound_options = {{"trust-anchor:", "nonsense"}};
  CHECK_FALSE(UnboundResolver::create(options).error.empty());
  options = {};
  options.resolv_conf = "/nonexistent/resolv.conf";
  CHECK_FALSE(UnboundResolver::create(options).error.empty());
}

}  // namespace dkim::testing
