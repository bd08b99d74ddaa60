#include "mime/author.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using mime::AuthorDefect;
using mime::parse_addr_spec;
using mime::parse_author;

struct GoodAuthor {
  std::string field_body;
  std::string addr_spec;
};

struct BadAuthor {
  std::string field_body;
  AuthorDefect defect;
};

std::string repeat(std::string_view text, std::size_t times) {
  std::string repeated;
  repeated.reserve(text.size() * times);
  while (times-- > 0) repeated += text;
  return repeated;
}

TEST_CASE("The author is the mailbox of every allowed spelling") {
  const std::vector<GoodAuthor> rows = {
      {" a@b.org", "a@b.org"},
      {"a@B.ORG", "a@b.org"},
      {" A.b+C@b.org ", "A.b+C@b.org"},
      {" <wrffkoaw7@_a.example>", "wrffkoaw7@_a.example"},
      {" Alice <a@b.org>", "a@b.org"},
      {" Alice B. C. <a@b.org>", "a@b.org"},
      {" \"Alice\" <a@b.org>", "a@b.org"},
      {" \"a > b\" <x@y.org>", "x@y.org"},
      {" \"v@w.org, <v@w.org>\" <x@y.org>", "x@y.org"},
      {" \"a \\\" <b@c> \" <x@y.org>", "x@y.org"},
      {" =?utf-8?q?Last=2C_First?= <x@y.org>", "x@y.org"},
      {" =?utf-8?q?=3Ca=40evil=2Eexample=3E?= <victim@nine.example>",
       "victim@nine.example"},
      {" =?utf-8?b?PGFAZXZpbD4=?= <x@y.org>", "x@y.org"},
      {"\r\n Alice\r\n\t<a@b.org>", "a@b.org"},
      {" \"Ali\r\n ce\" <a@b.org>", "a@b.org"},
      {" a@b.org (Alice)", "a@b.org"},
      {" (one (two)) Alice (three) <a@b.org> (four)", "a@b.org"},
      {" Alice < a@b.org >", "a@b.org"},
      {" user@[1.2.3.4]", "user@[1.2.3.4]"},
      {" <user@[IPv6:2001:DB8::1]>", "user@[ipv6:2001:db8::1]"},
      {" \"john.doe\"@b.org", "john.doe@b.org"},
      {" \"john doe\"@b.org", "\"john doe\"@b.org"},
      {" J\xc3\xbcrgen <a@b.org>", "a@b.org"},
      {" \"J\xc3\xbcrgen\" <a@b.org>", "a@b.org"},
      {" J\xfcrgen <a@b.org>", "a@b.org"},
      {" j\xc3\xbcrgen@b.org", "j\xc3\xbcrgen@b.org"},
      {" a@B\xc3\x9c.Example", "a@b\xc3\x9c.example"},
      {" a@localhost", "a@localhost"},
      {" a@x-1.y_2.org", "a@x-1.y_2.org"},
      {" !#$%&'*+-/=?^_`{|}~@b.org", "!#$%&'*+-/=?^_`{|}~@b.org"},
  };
  for (const GoodAuthor& row : rows) {
    CAPTURE(row.field_body);
    const auto result = parse_author(row.field_body);
    CHECK(to_string(result.defect) == "none");
    CHECK(result.mailbox.addr_spec() == row.addr_spec);
  }
}

TEST_CASE("Whatever is not one mailbox is refused by name") {
  const std::vector<BadAuthor> rows = {
      {"", AuthorDefect::kEmpty},
      {" ", AuthorDefect::kEmpty},
      {" (only a comment)", AuthorDefect::kEmpty},
      {" <>", AuthorDefect::kEmpty},
      {" Alice < >", AuthorDefect::kEmpty},
      {" a@b.org, c@d.org", AuthorDefect::kSeveral},
      {" a@b.org,", AuthorDefect::kSeveral},
      {" , a@b.org", AuthorDefect::kSeveral},
      {" Last, First <a@b.org>", AuthorDefect::kSeveral},
      {" <a@b.org>, <c@d.org>", AuthorDefect::kSeveral},
      {" friends: a@b.org;", AuthorDefect::kGroup},
      {" \"hidden-recipients\": ;", AuthorDefect::kGroup},
      {" <@a.org,@b.org:c@d.org>", AuthorDefect::kRoute},
      {" <@a.org:c@d.org>", AuthorDefect::kRoute},
      {" a@b@c", AuthorDefect::kSyntax},
      {" <a@b@c>", AuthorDefect::kSyntax},
      {" <a@b> <c@d>", AuthorDefect::kSyntax},
      {" a@b <c@d>", AuthorDefect::kSyntax},
      {" Alice <a@b", AuthorDefect::kSyntax},
      {" Alice a@b.org", AuthorDefect::kSyntax},
      {" a@b.org x", AuthorDefect::kSyntax},
      {" a@b.org;", AuthorDefect::kSyntax},
      {" Alice", AuthorDefect::kSyntax},
      {" \"Alice <a@b.org>", AuthorDefect::kSyntax},
      {" [x] <a@b.org>", AuthorDefect::kSyntax},
      {" a@b.org (open", AuthorDefect::kSyntax},
      {" a@evil.org (<victim@b.org>)", AuthorDefect::kSyntax},
      {" Alice (x@y, z) <a@b.org>", AuthorDefect::kSyntax},
      {" <a(c)@b.org>", AuthorDefect::kSyntax},
      {" <a@b.org(c)>", AuthorDefect::kSyntax},
      {" <<a@b.org>>", AuthorDefect::kBadLocalPart},
      {" a @b.org", AuthorDefect::kBadLocalPart},
      {" a@ b.org", AuthorDefect::kBadDomain},
      {" @b.org", AuthorDefect::kBadLocalPart},
      {" .a@b.org", AuthorDefect::kBadLocalPart},
      {" a.@b.org", AuthorDefect::kBadLocalPart},
      {" a..b@b.org", AuthorDefect::kBadLocalPart},
      {" \"\"@b.org", AuthorDefect::kBadLocalPart},
      {" <\"a@b\"@c.org>", AuthorDefect::kBadLocalPart},
      {" =?utf-8?q?v=40b.example?=@c.org", AuthorDefect::kBadLocalPart},
      {" x \"<v@b.example> (\" <a@c.org> (c)", AuthorDefect::kSyntax},
      {" (x) \"<v@b.example>\" <a@c.org>", AuthorDefect::kSyntax},
      {" \"<v@b.example>\" x <a@c.org>", AuthorDefect::kSyntax},
      {" =?utf-8?q?x?= \"v@b.example,\" <a@c.org>", AuthorDefect::kSyntax},
      {" a@b\xe2\x80\x8b.org", AuthorDefect::kEightBit},
      {" a\xc2\xad@b.org", AuthorDefect::kEightBit},
      {" a@\xef\xbd\x82.org", AuthorDefect::kEightBit},
      {" \xe2\x80\xae"
       "a@b.org",
       AuthorDefect::kEightBit},
      {" \"a\\\"b\"@c.org", AuthorDefect::kBadLocalPart},
      {" a.\"b\"@b.org", AuthorDefect::kBadLocalPart},
      {" \"a\tb\"@b.org", AuthorDefect::kBadLocalPart},
      {" <\"a\r\n b\"@b.org>", AuthorDefect::kBadLocalPart},
      {" a@", AuthorDefect::kBadDomain},
      {" a@b..org", AuthorDefect::kBadDomain},
      {" a@b.org.", AuthorDefect::kBadDomain},
      {" a@-b.org", AuthorDefect::kBadDomain},
      {" a@b!.org", AuthorDefect::kBadDomain},
      {" a@1.2.3.4", AuthorDefect::kBadDomain},
      {" h@[nine.example.org]", AuthorDefect::kBadDomain},
      {" h@[1.2.3]", AuthorDefect::kBadDomain},
      {" h@[1.2.3.4", AuthorDefect::kBadDomain},
      {" h@[2001:db8::1]", AuthorDefect::kBadDomain},
      {" h@[]", AuthorDefect::kBadDomain},
      {" h@[1.2.3.4].org", AuthorDefect::kSyntax},
      {" a@b.org\r\nX: y", AuthorDefect::kControlCharacter},
      {" a\r@b.org", AuthorDefect::kControlCharacter},
      {std::string(" a\0@b.org", 9), AuthorDefect::kControlCharacter},
      {" \"x\x1b\" <a@b.org>", AuthorDefect::kControlCharacter},
      {" a\xc2\x85@b.org", AuthorDefect::kControlCharacter},
      {" \xff@b.org", AuthorDefect::kEightBit},
      {" a@b\xfc.org", AuthorDefect::kEightBit},
      {" a@b\xc0\xae.org", AuthorDefect::kEightBit},
      {" " + std::string(65, 'a') + "@b.org", AuthorDefect::kTooLong},
      {" a@" + repeat("abcdefg.", 32) + "org", AuthorDefect::kTooLong},
      {" a@" + std::string(64, 'b') + ".org", AuthorDefect::kBadDomain},
  };
  for (const BadAuthor& row : rows) {
    CAPTURE(row.field_body);
    const auto result = parse_author(row.field_body);
    CHECK(to_string(result.defect) == to_string(row.defect));
    CHECK(result.mailbox.local_part.empty());
    CHECK(result.mailbox.domain.empty());
  }
}

TEST_CASE("Deep nesting in an author field is refused in linear time") {
  const std::vector<BadAuthor> rows = {
      {repeat("a:", 100'000), AuthorDefect::kGroup},
      {repeat("(", 100'000), AuthorDefect::kSyntax},
      {repeat("<", 100'000), AuthorDefect::kBadLocalPart},
      {repeat("a ", 100'000), AuthorDefect::kSyntax},
      {repeat("\"a\" ", 100'000), AuthorDefect::kSyntax},
      {repeat("a@", 100'000), AuthorDefect::kSyntax},
      {repeat("() ", 100'000), AuthorDefect::kEmpty},
      {repeat("@a,", 100'000), AuthorDefect::kBadLocalPart},
  };
  for (const BadAuthor& row : rows) {
    CAPTURE(row.field_body.substr(0, 8));
    CHECK(to_string(parse_author(row.field_body).defect) ==
          to_string(row.defect));
  }
  const std::string comments =
      repeat("(", 100'000) + repeat(")", 100'000) + " a@b.org";
  CHECK(parse_author(comments).mailbox.addr_spec() == "a@b.org");
}

TEST_CASE("An addr-spec alone has nothing around it") {
  CHECK(parse_addr_spec("a@b.org").mailbox.addr_spec() == "a@b.org");
  CHECK(parse_addr_spec("\"a\"@B.org").mailbox.addr_spec() == "a@b.org");
  CHECK(parse_addr_spec("u@[192.0.2.1]").mailbox.has_address_literal());
  for (const std::string_view text :
       {"", " a@b.org", "a@b.org ", "<a@b.org>", "a@b.org,c@d.org", "a@b@c",
        "(c)a@b.org", "a", "a@b.org\r\n b", "@x.org:a@b.org"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_addr_spec(text));
  }
}

TEST_CASE("The address of a literal is canonical, and nothing else is one") {
  using mime::address_of_literal;
  CHECK(address_of_literal("192.0.2.1") == "192.0.2.1");
  CHECK(address_of_literal("[192.0.2.1]") == "192.0.2.1");
  CHECK(address_of_literal("IPv6:2001:DB8:0:0::1") == "2001:db8::1");
  CHECK(address_of_literal("[ipv6:::ffff:192.0.2.1]") == "::ffff:192.0.2.1");
  for (const std::string_view text :
       {"", "nine.example.org", "1.2.3", "1.2.3.4.5", "01.2.3.4", "2001:db8::1",
        "IPv6:1.2.3.4", "IPv6:", "IPv6:fe80::1%eth0", "256.1.1.1"}) {
    CAPTURE(text);
    CHECK(address_of_literal(text).empty());
  }
}

}  // namespace
