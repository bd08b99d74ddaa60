// The small readers: tag-lists, base64, domain names, header sections.

#include <catch2/catch.hpp>

#include "dkim/base64.h"
#include "dkim/cause_text.h"
#include "dkim/domain_name.h"
#include "dkim/header_section.h"
#include "dkim/limits.h"
#include "dkim/tag_list.h"

namespace dkim::testing {

TEST_CASE("base64 is read with white space and without padding") {
  struct Row {
    std::string_view text;
    std::optional<std::string> octets;
  };
  const Row rows[] = {
      {"", ""},
      {"QUJD", "ABC"},
      {"QU JD\r\n\t", "ABC"},
      {"QUI=", "AB"},
      {"QUI", "AB"},
      {"QQ==", "A"},
      {"QQ=", "A"},
      {"QQ", "A"},
      {"Q", std::nullopt},
      {"QUJD=", std::nullopt},
      {"QQ===", std::nullopt},
      {"QQ=Q", std::nullopt},
      {"QU-D", std::nullopt},
      {"QUJD\x80", std::nullopt},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(decode_base64(row.text) == row.octets);
  }
}

TEST_CASE("base64 comes back as it went") {
  std::string octets;
  for (int i = 0; i < 300; ++i) {
    octets.push_back(static_cast<char>(i * 7));
    CHECK(decode_base64(encode_base64(octets)) == octets);
  }
  CHECK(encode_base64("AB") == "QUI=");
}

TEST_CASE("base64 is the same wherever blanks stand in it") {
  std::string octets;
  for (int i = 0; i < 100; ++i) octets.push_back(static_cast<char>(i * 37));
  const std::string plain = encode_base64(octets);
  for (std::size_t at = 0; at <= plain.size(); ++at) {
    for (const char* blank : {" ", "\r\n\t", "\t\t\t\t\t"}) {
      std::string folded = plain;
      folded.insert(at, blank);
      folded.insert(folded.size() / 2, blank);
      REQUIRE(decode_base64(folded) == octets);
    }
    std::string foreign = plain;
    foreign.insert(at, "!");
    REQUIRE_FALSE(decode_base64(foreign));
  }
}

TEST_CASE("control characters in a tag's value are found wherever they stand") {
  for (std::size_t at = 0; at < 40; ++at) {
    for (int octet = 0; octet < 256; ++octet) {
      std::string text = "a=x" + std::string(40, 'v') + "x";
      text[3 + at] = static_cast<char>(octet);
      const TagList list = parse_tag_list(text, TagListMode::kSignature);
      const bool is_fine = (octet >= 0x20 && octet != 0x7f) || octet == '\t' ||
                           octet == '\r' || octet == '\n';
      INFO(at << ' ' << octet);
      if (octet == ';') continue;  // another tag begins
      REQUIRE((list.defect == TagListDefect::kNone) == is_fine);
    }
  }
}

TEST_CASE("a tag-list is read alike folded and unfolded") {
  const TagList list =
      parse_tag_list(" a = 1 ;\r\n\tb=x y\r\n z;", TagListMode::kSignature);
  CHECK(list.defect == TagListDefect::kNone);
  CHECK(list.value("a") == "1");
  CHECK(list.value("b") == "x y\r\n z");
  CHECK_FALSE(list.value("c"));
}

TEST_CASE("domain names are compared in A-labels") {
  CHECK(canonical_domain("Example.ORG") == "example.org");
  CHECK(canonical_domain("_a.example") == "_a.example");
  CHECK(canonical_domain("b\xc3\xbc"
                         "cher.example") == "xn--bcher-kva.example");
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("a."), std::string(".a"),
        std::string("a..b"), std::string("a b"), std::string("[192.0.2.1]"),
        std::string(64, 'a') + ".b", std::string("a\0b", 3),
        std::string("\xff.example"), std::string("\xc3\xbc\0x", 4)}) {
    CHECK_FALSE(canonical_domain(bad));
  }
  std::string longest(kMaxLabelSize, 'a');
  while (longest.size() < kMaxDomainNameSize) longest += ".a";
  longest.resize(kMaxDomainNameSize);
  CHECK(canonical_domain(longest).has_value() != longest.ends_with('.'));
  CHECK_FALSE(canonical_domain(longest + ".bb"));
  CHECK(is_same_or_below("a.example.org", "example.org"));
  CHECK(is_same_or_below("example.org", "example.org"));
  CHECK_FALSE(is_same_or_below("badexample.org", "example.org"));
  CHECK_FALSE(is_same_or_below("org", "example.org"));
}

TEST_CASE("h= chooses instances from the bottom up") {
  HeaderSection section;
  section.add("A", "1");
  section.add("b", "2");
  section.add("a ", "3");
  section.add("C", "4");
  section.add("A", "5");
  using Chosen = std::vector<std::size_t>;
  CHECK(section.choose({"a"}) == Chosen{4});
  CHECK(section.choose({"A", "a"}) == Chosen{4, 2});
  CHECK(section.choose({"a", "b", "a", "a", "a", "a"}) == Chosen{4, 1, 2, 0});
  CHECK(section.choose({"x", "c", "c"}) == Chosen{3});
  CHECK(section.choose({}).empty());
  CHECK(section.choose({"a", "a", "a"}, 4) == Chosen{2, 0});
  CHECK(section.choose({"a", "a", "a"}, 2) == Chosen{4, 0});
  CHECK(section.choose({"c", "c"}, 3).empty());
  section.add("a", "6");
  CHECK(section.choose({"a"}) == Chosen{5});
  CHECK(section.field(1).body == "2");
}

TEST_CASE("the cause text is one printable line") {
  CHECK(cause_text("s", "example.org", Cause::kNoRecord) ==
        "s._domainkey.example.org: no key record in the DNS");
  CHECK(cause_text("", "", Cause::kSyntax) ==
        "DKIM-Signature: syntax error in the signature");
  CHECK(cause_text("a\r\nb", "x\xff", Cause::kExpired) ==
        "a??b._domainkey.x?: the signature has expired");
  CHECK(cause_text(std::string(500, 's'), std::string(500, 'd'),
                   Cause::kKeyStrictAuid)
            .size() <= kMaxCauseText);
}

}  // namespace dkim::testing
