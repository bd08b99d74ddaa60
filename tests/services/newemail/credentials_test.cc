#include "deploy/services/newemail/credentials.h"

#include <array>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <vector>

using newemail::dclogin_url;
using newemail::kLocalPartAlphabet;
using newemail::kPasswordAlphabet;
using newemail::random_text;
using newemail::system_randomness;

TEST_CASE("what is made has its length and its alphabet, and differs") {
  for (const std::string_view alphabet :
       {kLocalPartAlphabet, kPasswordAlphabet}) {
    for (const std::size_t length : {1U, 9U, 12U, 64U, 65U, 500U}) {
      const std::string text = random_text(alphabet, length, system_randomness);
      CHECK(text.size() == length);
      CHECK(text.find_first_not_of(alphabet) == std::string::npos);
    }
  }
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) {
    all.insert(random_text(kLocalPartAlphabet, 9, system_randomness));
  }
  CHECK(all.size() == 1000);
}

TEST_CASE("the alphabets are those of relays") {
  CHECK(kLocalPartAlphabet.size() == 26 + 10);
  // Every printable ASCII character but the blank.
  std::string printable;
  for (char c = '!'; c <= '~'; ++c) printable += c;
  CHECK(std::set<char>(kPasswordAlphabet.begin(), kPasswordAlphabet.end()) ==
        std::set<char>(printable.begin(), printable.end()));
  CHECK(kPasswordAlphabet.size() == printable.size());
}

TEST_CASE("each octet's value counts as often as any other, or not at all") {
  // All octets in their order: then each letter comes equally often.
  unsigned next = 0;
  const auto counting = [&](unsigned char* octets, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      octets[i] = static_cast<unsigned char>(next++ % 256);
    }
    return true;
  };
  // 256 octets have seven times 36 letters.
  const std::string text = random_text(kLocalPartAlphabet, 7 * 36, counting);
  std::array<int, 256> counts{};
  for (const char c : text) ++counts[static_cast<unsigned char>(c)];
  for (const char c : kLocalPartAlphabet) {
    CHECK(counts[static_cast<unsigned char>(c)] == 7);
  }
}

TEST_CASE("without randomness there is nothing") {
  const auto none = [](unsigned char*, std::size_t) { return false; };
  CHECK(random_text(kPasswordAlphabet, 12, none).empty());
}

TEST_CASE("a login's address and password are encoded") {
  struct Row {
    std::string address;
    std::string password;
    std::string host;
    std::string url;
  };
  const std::vector<Row> rows = {
      {"ann000001@_a.example", "aB3-._~", "",
       "dclogin:ann000001@_a.example?p=aB3-._~&v=1&ic=3"},
      {"ann000001@_a.example", "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}", "",
       "dclogin:ann000001@_a.example?p=%21%22%23%24%25%26%27%28%29%2A%2B%2C%2F"
       "%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D&v=1&ic=3"},
      {"ann000001@[192.0.2.1]", "secret", "192.0.2.1",
       "dclogin:ann000001@[192.0.2.1]?p=secret&v=1&ih=192.0.2.1"
       "&sh=192.0.2.1&ic=3"},
  };
  for (const Row& row : rows) {
    CHECK(dclogin_url(row.address, row.password, row.host) == row.url);
  }
}
