// What dear messages cost the verifier in CPU time, measured beside a message
// with as many octets and one good signature: at most twice as much.
//
// The least of several rounds is compared, which leaves out what others do on
// the machine; a sanitizer changes what each step costs, so under one only
// the results are looked at (abuse_test.cc has the counts).

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>

#include "answers_of_a_cache.h"
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

// With keys out of a cache, which are asked for again before they cost a
// message.
void verify_once(World& world) {
  AnswersOfACache resolver(world.dns, world.dns);
  verify_with(resolver, world, 65'535);
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
    verify_once(dear);
    const double middle = cpu_seconds();
    verify_once(usual);
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

using Change = std::function<void(World&)>;

struct Row {
  std::string_view what;
  std::size_t body;  // octets
  Change dear;
  Status status;
  // One good signature to compare with; by default a usual one.
  Change usual{};
};

void put(World& world, std::size_t count, const std::string& field) {
  world.message.fields.insert(world.message.fields.begin(), count,
                              {"DKIM-Signature", field});
}

void put_usual(World& world) { put(world, 1, other_signature(world, "")); }

// `count` broken signatures by as many selectors with these records each.
void put_broken(World& world, int count, const std::string& tags,
                const std::vector<std::string>& records) {
  const std::string field = broken(other_signature(world, tags));
  for (int i = 0; i < count; ++i) {
    const std::string selector = "r" + std::to_string(i);
    std::string another = field;
    replace(another, "s=r;", "s=" + selector + ";");
    put(world, 1, another);
    world.dns.add(selector + "._domainkey.example.org", records);
  }
}

Change broken_by_selectors(int count) {
  return [count](World& world) {
    const std::string key = world.signing.keys[0]->record();
    put_broken(world, count, "", {key, key, key, key});
  };
}

// A world whose only key is this long.
void use_key(World& world, const std::string& file) {
  world.signing.keys = {test_key(file, "example.org", "r")};
  world.dns.add("r._domainkey.example.org", {world.signing.keys[0]->record()});
}

// A header section of 200 KB that is signed as a whole.
constexpr std::string_view kAllOfX = " h=from:x:x:x:x;";
void add_large_fields(World& world) {
  for (int i = 0; i < 4; ++i) {
    world.message.fields.emplace_back("X", std::string(50'000, 'x'));
  }
}

std::string many_names(int count) {
  std::string names = " h=from";
  for (int i = 0; i < count; ++i) names += ":x" + std::to_string(i);
  return names + ";";
}

// Its own h= instead of the one that is there.
std::string signature_over(const World& world, const std::string& names) {
  return sign_template(world,
                       " v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; "
                       "s=r; bh=@bh@;" +
                           names,
                       *world.signing.keys[0]);
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
      {"two broken signatures by two selectors, four keys each", 5000,
       broken_by_selectors(2), Status::kFail},
      {"four broken signatures by four selectors, four keys each", 5000,
       broken_by_selectors(4), Status::kFail},
      {"ten broken signatures by ten selectors, four keys each", 5000,
       broken_by_selectors(10), Status::kFail},
      {"ten broken signatures with keys of 4096 bits", 5000,
       [](World& world) {
         use_key(world, "rsa4096.pem");
         const std::string key = world.signing.keys[0]->record();
         put_broken(world, 10, "", {key, key, key, key});
       },
       Status::kFail,
       [](World& world) {
         use_key(world, "rsa4096.pem");
         put_usual(world);
       }},
      {"four signatures over a header section of 200 KB", 5000,
       [](World& world) {
         add_large_fields(world);
         put(world, 4, broken(signature_over(world, std::string(kAllOfX))));
       },
       Status::kFail,
       [](World& world) {
         add_large_fields(world);
         put(world, 1, signature_over(world, std::string(kAllOfX)));
       }},
      {"four signatures of 500 names each", 5000,
       [](World& world) {
         put(world, 4, broken(signature_over(world, many_names(500))));
       },
       Status::kFail,
       [](World& world) {
         put(world, 1, signature_over(world, many_names(500)));
       }},
      {"four signatures of 120 names each", 5000,
       [](World& world) {
         put(world, 4, broken(signature_over(world, many_names(120))));
       },
       Status::kFail,
       [](World& world) {
         put(world, 1, signature_over(world, many_names(120)));
       }},
      {"ten signatures of 16 KB", 5000,
       [](World& world) {
         put(world, 10,
             broken(other_signature(world,
                                    " z=" + std::string(15'500, 'x') + ";")));
       },
       Status::kFail,
       [](World& world) {
         put(world, 1,
             other_signature(world, " z=" + std::string(15'500, 'x') + ";"));
       }},
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
      {"a text of 60 KB instead of a key record", 5000,
       record("v=DKIM1; n=" + std::string(60'000, 'x')), Status::kPolicy},
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
      {"30 MB in both canonicalizations at once", 30'000'000,
       [](World& world) {
         std::string simple =
             " v=1; a=rsa-sha256; c=relaxed/simple; "
             "d=example.org; s=r; h=From; bh=@bh@;";
         put(world, 1, other_signature(world, ""));
         put(world, 1, sign_template(world, simple, *world.signing.keys[0]));
       },
       Status::kPass},
  };
  for (const Row& row : rows) {
    INFO(row.what);
    World dear;
    dear.message.body.clear();
    const std::string line = std::string(70, 'x') + "\r\n";
    while (dear.message.body.size() < row.body) dear.message.body += line;
    World usual;
    usual.message.body = dear.message.body;
    (row.usual ? row.usual : put_usual)(usual);
    row.dear(dear);
    // As many octets, but in fields that are no signature.
    bool first = true;
    for (const auto& [name, body] : dear.message.fields) {
      if (name != "DKIM-Signature") continue;
      if (!first) usual.message.fields.emplace_back("X-Same-Size..", body);
      first = false;
    }
    REQUIRE(usual.verify().status == Status::kPass);
    CHECK(to_string(dear.verify().status) == to_string(row.status));
    if (!kMeasures) continue;
    Costs costs = measure(dear, usual, row.body > 1'000'000 ? 3 : 100);
    // A machine with much else to do is given time.
    for (int i = 0; i < 5 && costs.dear > 2 * costs.usual; ++i) {
      costs = measure(dear, usual, row.body > 1'000'000 ? 3 : 100);
    }
    INFO("dear " << costs.dear * 1e6 << " us, one signature "
                 << costs.usual * 1e6 << " us");
    CHECK(costs.dear <= 2 * costs.usual);
  }
}

}  // namespace dkim::testing
