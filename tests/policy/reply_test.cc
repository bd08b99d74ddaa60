// Tests policy/reply.h.

#include "policy/reply.h"

#include <catch2/catch.hpp>
#include <set>

namespace {

TEST_CASE("a reply is one line of printable ASCII, bounded") {
  const policy::Reply reply = policy::make_reply(
      "554 5.7.1 No\r\n250 \xC3\xA4 " + std::string(1000, 'x'));
  CHECK(reply.code == 554);
  CHECK(reply.enhanced_status == "5.7.1");
  CHECK(reply.text.size() == policy::kMaxReplyText);
  CHECK(reply.text.substr(0, 12) == "No??250 ?? x");
}

TEST_CASE("what a sender wrote is cut and made printable") {
  CHECK(policy::quoted("a\r\nb\0c" + std::string(100, 'x')).size() ==
        policy::kMaxQuoted);
  CHECK(policy::quoted("a\tb") == "a?b");
}

TEST_CASE("every reason has a word of its own") {
  std::set<std::string_view> words;
  for (int i = 0; i < policy::kReasonCount; ++i) {
    words.insert(to_string(static_cast<policy::Reason>(i)));
  }
  CHECK(words.size() == policy::kReasonCount);
  CHECK(words.count("unknown") == 0);
}

}  // namespace
