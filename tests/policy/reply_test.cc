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

TEST_CASE("a reply may be without an enhanced status code") {
  for (const char* line :
       {"450 4.7.1: Too much mail from <a>", "450 Later", "554 5 x"}) {
    const policy::Reply reply = policy::make_reply(line);
    CHECK(reply.enhanced_status.empty());
    CHECK(to_string(reply) == line);
  }
  CHECK(policy::make_reply("554 5.7.1 No").enhanced_status == "5.7.1");
}

TEST_CASE("a refusal is temporary when its code says so") {
  CHECK(policy::refuse("x", "450 4.7.1 x").verdict ==
        policy::Verdict::kTempfail);
  CHECK(policy::refuse("x", "554 5.7.1 x").verdict == policy::Verdict::kReject);
}

}  // namespace
