#include "policy/policyd/request.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "policy/policyd/limits.h"
#include "tests/policyd/sample_requests.h"

namespace {

using policyd::Attribute;
using policyd::RequestParser;
using policyd_test::recipient_request;
using policyd_test::with;
using policyd_test::without;
using policyd_test::written;

// All that a parser tells, in words.
std::string told(RequestParser& parser, std::string_view chunk) {
  std::string words;
  while (!chunk.empty()) {
    switch (parser.next(chunk)) {
      case RequestParser::Result::kNeedMore:
        break;
      case RequestParser::Result::kBroken:
        return words + "broken: " + parser.broken() + "\n";
      case RequestParser::Result::kRequest:
        for (std::size_t i = 0; i < policyd::kAttributes; ++i) {
          const auto attribute = static_cast<Attribute>(i);
          if (!parser.request().has(attribute)) continue;
          words += std::string(to_string(attribute)) + "=" +
                   std::string(parser.request().value(attribute)) + " ";
        }
        if (parser.request().repeated()) {
          words +=
              "twice " + std::string(to_string(*parser.request().repeated()));
        }
        words += "\n";
    }
  }
  return words;
}

std::string told_at_once(const std::string& octets) {
  RequestParser parser;
  return told(parser, octets);
}

// In pieces, the last of which may be after the break.
std::string told_in_pieces(const std::string& octets,
                           const std::vector<std::size_t>& ends) {
  RequestParser parser;
  std::string words;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    words += told(parser, std::string_view(octets).substr(begin, end - begin));
    if (words.find("broken") != std::string::npos) break;
    begin = end;
  }
  return words;
}

}  // namespace

TEST_CASE("A request of Postfix is taken apart") {
  RequestParser parser;
  const std::string octets = written(recipient_request());
  std::string_view chunk = octets;
  REQUIRE(parser.next(chunk) == RequestParser::Result::kRequest);
  CHECK(chunk.empty());
  const policyd::Request& request = parser.request();
  CHECK(request.value(Attribute::kRequest) == "smtpd_access_policy");
  CHECK(request.value(Attribute::kSaslUsername) == "alice@relay.example");
  CHECK(request.value(Attribute::kSender) == "alice@relay.example");
  CHECK(request.value(Attribute::kRecipient) == "bob@other.example");
  CHECK(request.value(Attribute::kClientAddress) == "192.0.2.7");
  CHECK(request.value(Attribute::kPolicyContext) == "recipient");
  CHECK(request.number(Attribute::kSize) == 4711);
  CHECK(request.number(Attribute::kRecipientCount) == 0);
  CHECK(request.has(Attribute::kQueueId));
  CHECK_FALSE(request.has(Attribute::kLogin));
  CHECK_FALSE(request.repeated());
}

TEST_CASE("Every name is found, and no other") {
  for (std::size_t i = 0; i < policyd::kAttributes; ++i) {
    const auto attribute = static_cast<Attribute>(i);
    const std::string name(to_string(attribute));
    CHECK(policyd::attribute_of(name) == attribute);
    CHECK_FALSE(policyd::attribute_of(name + "x"));
    CHECK_FALSE(policyd::attribute_of(name.substr(1)));
  }
  CHECK_FALSE(policyd::attribute_of(""));
  CHECK_FALSE(policyd::attribute_of("Sender"));
}

TEST_CASE("Requests are the same at every split of their octets") {
  const auto request = recipient_request();
  const std::string cases[] = {
      written(request) + written(with(request, "sender", "")),
      "\n" + written({{"request", "x"}}) + "\n\n",
      "request=a\nrequest=b\nsender=\nsender=c\n\n",
      "request=a=b\nx=\ny==\n\nz=1\n\n",
      "request=a\nno attribute\n\nrequest=b\n\n",
      "request=a\n=value\n\n",
      std::string("request=a\nsender=b\0c\n\nrequest=d\n\n", 33),
      "request=a\r\n\r\n\n",
  };
  for (const std::string& octets : cases) {
    const std::string whole = told_at_once(octets);
    CAPTURE(octets, whole);
    for (std::size_t split = 0; split <= octets.size(); ++split) {
      REQUIRE(told_in_pieces(octets, {split, octets.size()}) == whole);
    }
    std::vector<std::size_t> each;
    for (std::size_t i = 1; i <= octets.size(); ++i) each.push_back(i);
    CHECK(told_in_pieces(octets, each) == whole);
  }
}

TEST_CASE("What cannot be taken apart breaks the connection") {
  const struct {
    std::string octets;
    std::string why;
  } cases[] = {
      {"request=a\nnothing\n\n", "a line without an attribute"},
      {"=a\n\n", "a line without an attribute"},
      {std::string("request=a\0b\n\n", 13), "a NUL octet"},
      {"sender=" + std::string(65536, 'x') + "\n\n", "a request too long"},
      {"sender=" + std::string(65536, 'x'), "a request too long"},
      {std::string(100000, 'x'), "a request too long"},
  };
  for (const auto& each : cases) {
    CHECK(told_at_once(each.octets) == "broken: " + each.why + "\n");
  }
  std::string many;
  for (std::size_t i = 0; i <= policyd::kMaxAttributes; ++i) many += "a=b\n";
  CHECK(told_at_once(many + "\n") == "broken: too many attributes\n");
}

TEST_CASE("A request may be as long as the bound and no longer") {
  const std::string frame = "sender=\n\n";
  const std::string longest(policyd::kMaxRequestOctets - frame.size(), 'x');
  const std::string fits = "sender=" + longest + "\n\n";
  const std::string too_long = "sender=" + longest + "x\n\n";
  for (const std::string& octets : {fits, too_long}) {
    const std::string whole = told_at_once(octets);
    CHECK((whole.find("broken") == std::string::npos) == (octets == fits));
    for (const std::size_t split : {std::size_t{1}, octets.size() - 3,
                                    octets.size() - 2, octets.size() - 1}) {
      CHECK(told_in_pieces(octets, {split, octets.size()}) == whole);
    }
  }
}

TEST_CASE("A number is digits") {
  const struct {
    std::string text;
    std::optional<std::uint64_t> number;
  } cases[] = {
      {"", 0},
      {"0", 0},
      {"1000", 1000},
      {"9999999999", 9999999999},
      {"10000000000", std::nullopt},
      {"-1", std::nullopt},
      {"+1", std::nullopt},
      {"1 ", std::nullopt},
      {"0x10", std::nullopt},
      {"x", std::nullopt},
  };
  for (const auto& each : cases) {
    CAPTURE(each.text);
    policyd::Request request;
    request.set(Attribute::kSize, each.text);
    CHECK(request.number(Attribute::kSize) == each.number);
  }
}

TEST_CASE("A parser between requests holds nothing") {
  RequestParser parser;
  const std::string octets = written(recipient_request());
  CHECK_FALSE(parser.is_midway());
  std::string_view first = std::string_view(octets).substr(0, 100);
  REQUIRE(parser.next(first) == RequestParser::Result::kNeedMore);
  CHECK(parser.is_midway());
  std::string_view second = std::string_view(octets).substr(100);
  REQUIRE(parser.next(second) == RequestParser::Result::kRequest);
  CHECK_FALSE(parser.is_midway());
  CHECK(parser.request().value(Attribute::kInstance) ==
        "5d0b.6557e3b1.8b6c1.0");
}
