// What dear messages cost the verifier in CPU time, measured beside a message
// with as many octets and one good signature: at most twice as much.
//
// The least of several rounds is compared, which leaves out what others do on
// the machine; a sanitizer changes what each step costs, so under one only
// the results are looked at (abuse_test.cc has the counts).

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>

#include "test_world.h"

namespace dkim::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMeasures = false;
#else
constexpr bool kMeasures = true;
#endif

double cpu_seconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) +
         static_cast<double>(time.tv_nsec) * 1e-9;
}

// Both interleaved, so that a slow moment is one of both.
struct Costs {
  double dear = 1e9;
  double usual = 1e9;
};

Costs measure(World& dear, World& usual, int rounds) {
  Costs costs;
  for (int i = 0; i < rounds; ++i) {
    const double start = cpu_seconds();
    dear.verify(65'535);
    const double middle = cpu_seconds();
    usual.verify(65'535);
    costs.dear = std::min(costs.dear, middle - start);
    costs.usual = std::min(costs.usual, cpu_seconds() - middle);
  }
  return costs;
}

std::string other_signature(const World& world, const std::string& tags) {
  return sign_template(world,
                       " v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; "
                       "s=r; h=From; bh=@bh@;" +
                           tags,
                       *world.signing.keys[0]);
}

// A signature whose field is right and whose b= is another one's.
std::string broken(std::string field) {
  const std::size_t at = field.rfind("b=") + 10;
  field[at] = field[at] == 'A' ? 'B' : 'A';
  return field;
}

struct Row {
  std::string_view what;
  std::size_t body;
  std::function<void(World&)> change;
  Status status;
};

void put(World& world, std::size_t count, const std::string& field) {
  world.message.fields.insert(world.message.fields.begin(), count,
                              {"DKIM-Signature", field});
}

}  // namespace

TEST_CASE("a message made to be dear costs at most two signatures") {
  const auto record = [](const std::string& text) {
    return [text](World& world) {
      put(world, 1, other_signature(world, ""));
      world.dns.add("r._domainkey.example.org", {text});
    };
  };
  const Row rows[] = {
      {"100 signatures of the author that are broken", 5000,
       [](World& world) {
         put(world, 100, broken(other_signature(world, "")));
       },
       Status::kFail},
      {"ten signatures of the author that are broken", 5000,
       [](World& world) { put(world, 10, broken(other_signature(world, ""))); },
       Status::kFail},
      {"ten broken signatures by ten selectors, each with four keys", 5000,
       [](World& world) {
         const std::string key = world.signing.keys[0]->record();
         for (int i = 0; i < 10; ++i) {
           const std::string selector = "r" + std::to_string(i);
           std::string field = broken(other_signature(world, ""));
           replace(field, "s=r;", "s=" + selector + ";");
           put(world, 1, field);
           world.dns.add(selector + "._domainkey.example.org",
                         {key, key, key, key});
         }
       },
       Status::kFail},
      {"100 signatures of others", 5000,
       [](World& world) {
         std::string field = other_signature(world, "");
         replace(field, "d=example.org", "d=service.example");
         put(world, 100, field);
       },
       Status::kPolicy},
      {"a tag of 100 KB", 5000,
       [](World& world) {
         put(world, 1, " v=1; z=" + std::string(100'000, 'x'));
       },
       Status::kPermerror},
      {"a key record of 16 KB", 5000,
       record("v=DKIM1; p=" + std::string(16'000, 'A')), Status::kPolicy},
      {"an RSA key of 16,384 bits", 5000,
       record("v=DKIM1; p=" + read_data("rsa16384.b64")), Status::kPolicy},
      {"a selector of 200 labels", 5000,
       [](World& world) {
         std::string field = other_signature(world, "");
         std::string labels = "s=r";
         for (int i = 1; i < 200; ++i) labels += ".r";
         replace(field, "s=r", labels);
         put(world, 1, field);
       },
       Status::kPermerror},
      {"30 MB with 100 different l=", 30'000'000,
       [](World& world) {
         for (int i = 0; i < 100; ++i) {
           put(world, 1,
               other_signature(world, " l=" + std::to_string(i * 1000) + ";"));
         }
       },
       Status::kPolicy},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    World dear;
    dear.message.body.clear();
    const std::string line = std::string(70, 'x') + "\r\n";
    while (dear.message.body.size() < row.body) dear.message.body += line;
    World usual;
    usual.message.body = dear.message.body;
    put(usual, 1, other_signature(usual, ""));
    row.change(dear);
    // As many octets, but in fields that are no signature.
    for (const auto& [name, body] : dear.message.fields) {
      if (name != "DKIM-Signature") continue;
      usual.message.fields.emplace_back("X-Same-Size..", body);
    }
    usual.message.fields.pop_back();
    CHECK(to_string(dear.verify().status) == to_string(row.status));
    if (!kMeasures) continue;
    const Costs costs = measure(dear, usual, row.body > 1'000'000 ? 3 : 100);
    INFO("dear " << costs.dear * 1e6 << " us, one signature "
                 << costs.usual * 1e6 << " us");
    CHECK(costs.dear <= 2 * costs.usual);
  }
}

}  // namespace dkim::testing
