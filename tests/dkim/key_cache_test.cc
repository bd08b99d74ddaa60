#include "dkim/key_cache.h"

#include <malloc.h>

#include <catch2/catch.hpp>

#include "dkim/dns_answer.h"
#include "dkim/limits.h"
#include "dkim/public_key.h"
#include "dkim/shared_lookup.h"
#include "test_world.h"

namespace dkim::testing {
namespace {

using std::chrono::seconds;
const KeyCache::Time kStart{seconds(1000)};
constexpr std::size_t kPlenty = 1'000'000'000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kHasUsualAllocator = false;
#else
constexpr bool kHasUsualAllocator = true;
#endif

// A name as dear as names come: keys of 4096 bits, as many as are kept.
KeyAnswer dear_answer() {
  return found_answer(std::vector<std::string>(
      kMaxKeyRecords, test_key("rsa4096.pem", "a.example", "s")->record()));
}

// A key grows when it verifies for the first time.
void use(const KeyAnswer& answer) {
  if (!answer.records) return;
  for (const KeyRecord& record : *answer.records) {
    if (!record.public_key) continue;
    const std::string zeros(static_cast<std::size_t>(record.bits) / 8, '\0');
    CHECK_FALSE(verify_digest(record.public_key, Digest{}, zeros));
  }
}

}  // namespace

TEST_CASE("a cached answer holds until its time and says it is cached") {
  KeyCache cache(10, kPlenty);
  cache.insert("a", absent_answer(), kStart, seconds(10));
  CHECK(cache.find("a", kStart)->cached);
  CHECK(cache.find("a", kStart + seconds(9)));
  CHECK_FALSE(cache.find("a", kStart + seconds(10)));
  CHECK(cache.find_stale("a", kStart + seconds(10), seconds(5)));
  CHECK_FALSE(cache.find_stale("a", kStart + seconds(15), seconds(5)));
  CHECK_FALSE(cache.find("b", kStart));
}

TEST_CASE("an answer from the network is recent for a while") {
  KeyCache cache(10, kPlenty);
  cache.insert("a", absent_answer(), kStart, seconds(10));
  CHECK_FALSE(cache.find_recent("a", kStart, seconds(5)));
  cache.insert("a", absent_answer(), kStart, seconds(10), Freshness::kFresh);
  REQUIRE(cache.find_recent("a", kStart, seconds(5)));
  CHECK_FALSE(cache.find_recent("a", kStart + seconds(4), seconds(5))->cached);
  CHECK_FALSE(cache.find_recent("a", kStart + seconds(5), seconds(5)));
  KeyAnswer of_unknown_age = absent_answer();
  of_unknown_age.cached = true;
  cache.insert("b", of_unknown_age, kStart, seconds(10));
  CHECK_FALSE(cache.find_recent("b", kStart, seconds(5)));
}

TEST_CASE("the cache keeps its size and lets go what was not used") {
  KeyCache cache(3, kPlenty);
  const auto life = seconds(10);
  for (const char* name : {"a", "b", "c"}) {
    cache.insert(name, absent_answer(), kStart, life);
  }
  CHECK(cache.find("a", kStart));
  cache.insert("d", absent_answer(), kStart, life);
  CHECK(cache.size() == 3);
  CHECK(cache.find("a", kStart));
  CHECK_FALSE(cache.find("b", kStart));
  cache.insert("a", absent_answer(), kStart, life);
  CHECK(cache.size() == 3);
  cache.erase("a");
  CHECK_FALSE(cache.find("a", kStart));
  for (int i = 0; i < 10'000; ++i) {
    cache.insert(std::to_string(i), absent_answer(), kStart, life);
  }
  CHECK(cache.size() == 3);
  KeyCache nothing(0, kPlenty);
  nothing.insert("a", absent_answer(), kStart, life);
  CHECK(nothing.size() == 0);
}

TEST_CASE("the cache is bounded in octets too, whatever a name brings") {
  constexpr std::size_t most = 1'000'000;
  KeyCache cache(10'000, most);
  for (int i = 0; i < 200; ++i) {
    cache.insert(std::to_string(i), dear_answer(), kStart, seconds(10));
    REQUIRE(cache.octets() <= most);
  }
  CHECK(cache.size() > 20);
  CHECK(cache.size() < 100);
  CHECK(cache.find("199", kStart));
  CHECK_FALSE(cache.find("0", kStart));
  while (cache.size() > 0) {
    const std::size_t before = cache.size();
    for (int i = 0; i < 200; ++i) cache.erase(std::to_string(i));
    REQUIRE(cache.size() < before);
  }
  CHECK(cache.octets() == 0);
  // One that is too large by itself is not kept, and costs no other.
  KeyCache small(10, 1000);
  small.insert("small", absent_answer(), kStart, seconds(10));
  small.insert("large", dear_answer(), kStart, seconds(10));
  CHECK(small.find("small", kStart));
  CHECK_FALSE(small.find("large", kStart));
}

TEST_CASE("what the cache counts is what the allocator gave") {
  if (!kHasUsualAllocator) {
    SUCCEED("a sanitizer has an allocator of its own");
    return;
  }
  const auto usual = [] {
    return found_answer({test_key("rsa2048.pem", "a.example", "s")->record()});
  };
  const std::vector<std::function<KeyAnswer()>> kinds = {
      absent_answer, usual, dear_answer, [] {
        return found_answer({"v=DMARC1; p=none; " + std::string(4000, 'x')});
      }};
  for (const auto& make : kinds) {
    KeyCache cache(10'000, kPlenty);
    const std::size_t before = mallinfo2().uordblks;
    for (int i = 0; i < 100; ++i) {
      const KeyAnswer answer = make();
      use(answer);
      cache.insert("s._domainkey.domain" + std::to_string(i) + ".example",
                   answer, kStart, seconds(10));
    }
    const std::size_t given = mallinfo2().uordblks - before;
    INFO("counted " << cache.octets() << ", given " << given);
    CHECK(cache.octets() >= given * 2 / 3);
    CHECK(cache.octets() <= given * 3 / 2);
  }
}

TEST_CASE("a lookup is awaited no longer than its deadline") {
  auto shared = std::make_shared<SharedLookup>();
  const auto lookup = make_lookup(shared);
  CHECK_FALSE(lookup->ready());
  const auto past = std::chrono::steady_clock::time_point::min();
  CHECK(lookup->wait_until(past).failure == LookupFailure::kTimeout);
  shared->settle(absent_answer());
  shared->settle(temporary_failure(LookupFailure::kServfail));
  CHECK(lookup->ready());
  CHECK(lookup->wait_until(past).status == LookupStatus::kAbsent);
}

TEST_CASE("a DNS message cut anywhere is no answer and no harm") {
  using namespace std::string_view_literals;
  // A CNAME, and a TXT record of two strings, names compressed.
  const std::string message(
      "\x00\x01\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00"
      "\x01"
      "a\x00\x00\x10\x00\x01"
      "\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x03\x01"
      "b\x00"
      "\x01"
      "b\x00\x00\x10\x00\x01\x00\x00\x01\x2c\x00\x06\x02xy\x02zw"sv);
  const auto whole = parse_dns_answer(message);
  REQUIRE(whole);
  CHECK(whole->texts == std::vector<std::string>{"xyzw"});
  CHECK(whole->ttl == 60);
  for (std::size_t size = 0; size < message.size(); ++size) {
    CHECK_FALSE(parse_dns_answer(std::string_view(message).substr(0, size)));
  }
}

}  // namespace dkim::testing
