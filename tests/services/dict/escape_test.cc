#include "deploy/services/dict/escape.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  dict::append_escaped(text, out);
  return out;
}

}  // namespace

TEST_CASE("octets that would end a field are escaped") {
  CHECK(escaped("").empty());
  CHECK(escaped("plain \\ \" % text") == "plain \\ \" % text");
  CHECK(escaped(std::string("\0\x01\t\r\n", 5)) ==
        "\x01"
        "0\x01"
        "1\x01t\x01r\x01n");
}

TEST_CASE("what was escaped is as it was") {
  std::string all;
  for (int octet = 0; octet < 256; ++octet) all += static_cast<char>(octet);
  CHECK(dict::unescape(escaped(all)) == all);
  CHECK(dict::unescape(dict::unescape(escaped(escaped(all)))) == all);
}

TEST_CASE("an escape that does not exist loses only its \\x01") {
  CHECK(dict::unescape("a\x01zb") == "azb");
  CHECK(dict::unescape("a\x01") == "a");
}
