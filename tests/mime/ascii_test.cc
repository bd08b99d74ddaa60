#include "mime/ascii.h"

#include <catch2/catch.hpp>
#include <string>

namespace mime_test {
namespace {

TEST_CASE("a text of any length is lower-cased octet by octet") {
  for (std::size_t size = 0; size <= 20; ++size) {
    for (int octet = 0; octet < 256; ++octet) {
      for (std::size_t place = 0; place < size; ++place) {
        std::string text(size, 'Z');
        text[place] = static_cast<char>(octet);
        std::string expected(size, 'z');
        expected[place] = octet >= 'A' && octet <= 'Z'
                              ? static_cast<char>(octet + 32)
                              : static_cast<char>(octet);
        if (mime::to_lower(text) == expected) continue;
        FAIL("octet " << octet << " at " << place << " of " << size);
      }
    }
  }
  CHECK(mime::to_lower("Ann@[IPv6:2001:DB8::A]") == "ann@[ipv6:2001:db8::a]");
}

}  // namespace
}  // namespace mime_test
