#include "dkim/canonicalization.h"

#include <catch2/catch.hpp>
#include <random>

#include "dkim/blank_scan.h"
#include "slow_canonicalization.h"

namespace dkim::testing {
namespace {

class StringSink : public OctetSink {
 public:
  void write(std::string_view octets) override { text.append(octets); }
  std::string text;
};

std::string canonical(Canonicalization form, std::string_view body,
                      std::size_t first, std::size_t chunk) {
  BodyCanonicalizer canonicalizer(form);
  StringSink sink;
  canonicalizer.write(body.substr(0, first), sink);
  for (body.remove_prefix(std::min(first, body.size())); !body.empty();
       body.remove_prefix(std::min(chunk, body.size()))) {
    canonicalizer.write(body.substr(0, chunk), sink);
  }
  canonicalizer.finish(sink);
  CHECK(canonicalizer.length() == sink.text.size());
  return sink.text;
}

void demand_every_split(std::string_view body) {
  for (const auto form :
       {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
    const std::string expected = slow_canonical_body(form, body);
    for (std::size_t first = 0; first <= body.size(); ++first) {
      REQUIRE(canonical(form, body, first, SIZE_MAX) == expected);
    }
    REQUIRE(canonical(form, body, 0, 1) == expected);
    REQUIRE(canonical(form, body, 0, 2) == expected);
    REQUIRE(canonical(form, body, 0, 3) == expected);
  }
}

}  // namespace

TEST_CASE("bodies have the canonical form of RFC 6376 3.4") {
  struct Row {
    std::string_view body;
    std::string_view simple;
    std::string_view relaxed;
  };
  const Row rows[] = {
      {"", "\r\n", ""},
      {"\r\n", "\r\n", ""},
      {"\r\n\r\n", "\r\n", ""},
      {" \r\n", " \r\n", ""},
      {" \t", " \t\r\n", ""},
      {"a", "a\r\n", "a\r\n"},
      {"a\r\n\r\n\r\n", "a\r\n", "a\r\n"},
      {"\r\n\r\na\r\n", "\r\n\r\na\r\n", "\r\n\r\na\r\n"},
      // RFC 6376 3.4.5
      {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n", " C\r\nD E\r\n"},
      {"a\r\n \r\n\t\r\n", "a\r\n \r\n\t\r\n", "a\r\n"},
      {"a \rb\r\n", "a \rb\r\n", "a \rb\r\n"},
      {"a\tb\r\n", "a\tb\r\n", "a b\r\n"},
      {"a\n\n", "a\n\n\r\n", "a\n\n\r\n"},
      {"a \r", "a \r\r\n", "a \r\r\n"},
  };
  for (const Row& row : rows) {
    INFO(row.body);
    CHECK(canonical(Canonicalization::kSimple, row.body, 0, SIZE_MAX) ==
          row.simple);
    CHECK(canonical(Canonicalization::kRelaxed, row.body, 0, SIZE_MAX) ==
          row.relaxed);
    demand_every_split(row.body);
  }
}

TEST_CASE("random bodies are canonicalized alike at every split") {
  std::mt19937 random(1);
  constexpr std::string_view kOctets("a \t\r\n", 5);
  for (int i = 0; i < 3000; ++i) {
    std::string body;
    const std::size_t size = random() % 24;
    while (body.size() < size) {
      if (random() % 3 == 0) {
        body += "\r\n";
      } else {
        body += kOctets[random() % kOctets.size()];
      }
    }
    demand_every_split(body);
  }
}

TEST_CASE("long runs of everything are canonicalized alike") {
  for (const std::string_view piece :
       {"\r\n", " ", "a  b ", "\t", "a\r\n", " \r\n", "\r", "\n", "ab"}) {
    std::string body;
    while (body.size() < 10'000) body += piece;
    for (const std::string_view end : {"", "x", "\r\n"}) {
      const std::string whole = body + std::string(end);
      for (const auto form :
           {Canonicalization::kSimple, Canonicalization::kRelaxed}) {
        const std::string expected = slow_canonical_body(form, whole);
        for (const std::size_t chunk : {7UL, 1000UL, 65535UL}) {
          REQUIRE(canonical(form, whole, 0, chunk) == expected);
        }
      }
    }
  }
}

TEST_CASE("the fast scan and its scalar twin find the same blanks") {
  std::mt19937 random(2);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 70, 'a');
    for (char& c : text) {
      if (random() % 8 == 0) c = "\t \r\n  "[random() % 6];
    }
    for (std::size_t from = 0; from <= text.size(); from += 1 + random() % 5) {
      REQUIRE(find_changing_blank(text, from) ==
              find_changing_blank_scalar(text, from));
    }
  }
}

TEST_CASE("header fields have the canonical form of RFC 6376 3.4") {
  struct Row {
    std::string_view name;
    std::string_view body;
    std::string_view relaxed;
  };
  const Row rows[] = {
      {"A", " X", "a:X\r\n"},
      {"B ", " Y\t\r\n\tZ  ", "b:Y Z\r\n"},  // RFC 6376 3.4.5
      {"Subject", "", "subject:\r\n"},
      {"Subject", " \r\n ", "subject:\r\n"},
      {"X", "a\r\n  b\r\n\tc", "x:a b c\r\n"},
      {"X", " \xc3\xa9  \xc3\xa9", "x:\xc3\xa9 \xc3\xa9\r\n"},
      {"X", " a\rb\nc", "x:a\rb\nc\r\n"},
  };
  for (const Row& row : rows) {
    std::string simple;
    std::string relaxed;
    canonicalize_field(Canonicalization::kSimple, row.name, row.body, simple);
    canonicalize_field(Canonicalization::kRelaxed, row.name, row.body, relaxed);
    CHECK(relaxed == row.relaxed);
    CHECK(simple ==
          std::string(row.name) + ":" + std::string(row.body) + "\r\n");
  }
}

}  // namespace dkim::testing
