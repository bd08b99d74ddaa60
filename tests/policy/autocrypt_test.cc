// Tests policy/autocrypt.h.

#include "policy/autocrypt.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "mime/ascii.h"
#include "tests/policy/valid_world.h"

namespace {

// Of a message of Delta Chat core 1.160: a v4 Ed25519 key with a subkey.
std::string real_key() {
  const std::string message = policy_test::corpus_file(
      "shapes/real-core160-securejoin-1-vc-request.eml");
  const std::size_t begin = message.find("keydata=") + 8;
  const std::size_t end = message.find("\r\n\r\n", begin);
  std::string key;
  for (char c : message.substr(begin, end - begin)) {
    if (!mime::is_white_space(c)) key.push_back(c);
  }
  return key;
}

bool fits(const std::string& field_body) {
  return policy::bare_autocrypt(field_body, "a@b.example").has_value();
}

TEST_CASE("an Autocrypt field announces one key of the author and no more") {
  const std::string key = real_key();
  REQUIRE(key.size() > 400);
  const std::string addr = "addr=a@b.example; ";
  CHECK(fits(addr + "keydata=" + key));
  CHECK(fits("addr=A@b.example; prefer-encrypt=mutual; keydata=" + key));
  CHECK(fits(addr + "prefer-encrypt=nopreference; keydata=" + key));

  CHECK_FALSE(fits("addr=c@b.example; keydata=" + key));
  CHECK_FALSE(fits(addr));
  CHECK_FALSE(fits("keydata=" + key));
  CHECK_FALSE(fits(addr + "prefer-encrypt=meet me; keydata=" + key));
  CHECK_FALSE(fits(addr + "_comment=meet me; keydata=" + key));
  CHECK_FALSE(fits(addr + "keydata=" + key + "; more=x"));
  CHECK_FALSE(fits(addr + "keydata=meet me at noon!"));
  CHECK_FALSE(fits(addr + "keydata="));
  CHECK_FALSE(fits(addr + "keydata=" + key.substr(0, key.size() - 4)));
  CHECK_FALSE(fits(addr + "keydata=" + key + key));
  CHECK_FALSE(fits(addr + "keydata=SGVsbG8gQm9i"));  // base64 of a text
  CHECK_FALSE(fits(addr + "keydata=" + key.substr(0, 52) +
                   "Meet/me/at/the/old/harbour/this/evening/and/bring/them+" +
                   key.substr(52)));
  CHECK_FALSE(fits(addr + "keydata=" + std::string(16388, 'A')));
}

TEST_CASE("the key is folded anew, wherever blanks stood") {
  const std::string key = real_key();
  const auto plain =
      policy::bare_autocrypt("addr=a@b.example; keydata=" + key, "a@b.example");
  std::string spread;
  for (char c : key) spread += std::string(1, c) + "  \t";
  const auto other = policy::bare_autocrypt(
      "addr=a@b.example;keydata=" + spread, "a@b.example");
  REQUIRE(plain.has_value());
  REQUIRE(other.has_value());
  CHECK(*plain == *other);
  CHECK(plain->substr(0, 30) == "addr=a@b.example; keydata=\r\n\tx");
}

// The base64 of a key that a real program exported.
std::string characters_of(const std::filesystem::path& armored) {
  std::ifstream file(armored, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  std::erase(text, '\r');
  std::string key;
  for (std::size_t i = text.find("\n\n"); i < text.size(); ++i) {
    if (text[i] == '\n' && (text[i + 1] == '=' || text[i + 1] == '-')) break;
    if (text[i] != '\n') key.push_back(text[i]);
  }
  return key;
}

TEST_CASE("keys of real programs fit") {
  int keys = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           CHATMILTER_SOURCE_DIR "/tests/mime/public_keys")) {
    if (entry.path().extension() != ".asc") continue;
    INFO(entry.path().filename().string());
    ++keys;
    CHECK(fits("addr=a@b.example; keydata=" + characters_of(entry.path())));
  }
  CHECK(keys >= 36);
}

TEST_CASE("a packet of text, alone or behind a key, does not fit") {
  // In base64: a header, then "Meet me at nine in the park and bring money. "
  // again and again.
  std::string prose;
  for (int i = 0; i < 50; ++i) {
    prose += "TWVldCBtZSBhdCBuaW5lIGluIHRoZSBwYXJrIGFuZCBicmluZyBtb25leS4g";
  }
  const std::string addr = "addr=a@b.example; keydata=";
  const std::string key = real_key();
  REQUIRE(key.size() % 4 == 0);
  REQUIRE_FALSE(key.ends_with('='));
  // Packets of 2,253 octets: a header of three octets, and 2,250 of text.
  for (const char* header : {"xsgK", "zsgK", "wsgK", "zcgK", "0cgK", "1cgK"}) {
    const std::string packet = header + prose;
    CHECK_FALSE(fits(std::string(addr).append(packet)));
    CHECK_FALSE(fits(std::string(addr).append(key).append(packet)));
  }
}

TEST_CASE("of the corpus's Autocrypt fields those with a key leave") {
  const std::pair<const char*, bool> rows[] = {
      {"autocrypt", true},
      {"autocrypt-no-user-id", true},
      {"autocrypt-other", false},
      {"autocrypt-big", false},
      {"autocrypt-prose", false},
      {"autocrypt-text-packet", false},
      {"autocrypt-text-signature", false},
      {"autocrypt-text-user-ids", false},
      {"autocrypt-text-subkeys", false},
      {"autocrypt-text-notation", false},
  };
  for (const auto& [name, leaves] : rows) {
    INFO(name);
    const std::string message =
        policy_test::corpus_file("shapes/header-" + std::string(name) + ".eml");
    const std::size_t begin = message.find("\r\nAutocrypt:") + 12;
    REQUIRE(begin > 12);
    std::size_t end = message.find("\r\n", begin);
    while (message[end + 2] == ' ') end = message.find("\r\n", end + 2);
    const std::string field = mime::unfold(message.substr(begin, end - begin));
    CHECK(policy::bare_autocrypt(field, "alice@alice.example").has_value() ==
          leaves);
  }
}

}  // namespace
