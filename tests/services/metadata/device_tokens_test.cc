#include "deploy/services/metadata/device_tokens.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "deploy/services/metadata/turn_credentials.h"

using metadata::tokens_of;
using metadata::with_token;
using metadata::without_token;

namespace {

constexpr std::time_t kNow = 1'790'000'000;
using Tokens = std::vector<std::string>;

}  // namespace

TEST_CASE("the tokens that are alive are read, of every form of the file") {
  struct Row {
    std::string file;
    Tokens tokens;
  };
  const std::vector<Row> rows = {
      {"", {}},
      {"{}", {}},
      {R"({"devicetoken": {}})", {}},
      {R"({"devicetoken": {"b": 1789999999, "a": 1790000000}})", {"b", "a"}},
      {R"({"devicetoken": {"a": 1789999999.5}})", {"a"}},
      // 90 days are over, and just not.
      {R"({"devicetoken": {"a": 1782224000, "b": 1782224001}})", {"b"}},
      // A minute of the future, and more.
      {R"({"devicetoken": {"a": 1790000060, "b": 1790000061}})", {"a"}},
      {R"({"devicetoken": ["a", 7, "b", ""]})", {"a", "b"}},
      {R"({"devicetoken": {"a": "soon", "b": null, "c": -1, "d": 1e300}})", {}},
      {R"({"devicetoken": {"with blank": 1790000000, "": 1790000000}})", {}},
      {R"({"devicetoken": "a"})", {}},
      {R"({"other": {"a": 1790000000}})", {}},
      {"[1, 2]", {}},
      {"not JSON", {}},
      {"{\"devicetoken\": {\"a\": 1790000000}", {}},
      {std::string(100'000, '['), {}},
  };
  for (const Row& row : rows) {
    INFO(row.file.substr(0, 80));
    CHECK(tokens_of(row.file, kNow) == row.tokens);
  }
}

TEST_CASE("a token is set beside the others, and again in its place") {
  std::string file = with_token("", "a", kNow);
  CHECK(file == R"({"devicetoken":{"a":1790000000}})");
  file = with_token(file, "b", kNow + 10);
  file = with_token(file, "a", kNow + 20);
  CHECK(file == R"({"devicetoken":{"a":1790000020,"b":1790000010}})");
  // What has expired goes with the next change.
  file = with_token(file, "c", kNow + metadata::kTokenLife + 15);
  CHECK(tokens_of(file, kNow + metadata::kTokenLife + 15) == Tokens{"a", "c"});
  CHECK(file.find("\"b\"") == std::string::npos);
}

TEST_CASE("a list of older relays is written in the new form") {
  CHECK(with_token(R"({"devicetoken": ["a", "b"], "x": [1]})", "c", kNow) ==
        R"({"devicetoken":{"a":1790000000,"b":1790000000,"c":1790000000},)"
        R"("x":[1]})");
}

TEST_CASE("what cannot be read begins anew") {
  for (const char* file : {"not JSON", "[]", "7", "\xFF", "{"}) {
    CHECK(with_token(file, "a", kNow) == R"({"devicetoken":{"a":1790000000}})");
  }
}

TEST_CASE("a token that is gone is taken out, and only that") {
  const std::string file = with_token(with_token("", "a", kNow), "b", kNow);
  CHECK(without_token(file, "a", kNow) ==
        R"({"devicetoken":{"b":1790000000}})");
  CHECK(without_token(file, "c", kNow) == std::nullopt);
}

TEST_CASE("an account has few tokens, and the oldest go first") {
  std::string file;
  for (int i = 0; i < 100; ++i) {
    file = with_token(file, "t" + std::to_string(i), kNow + i);
  }
  const Tokens tokens = tokens_of(file, kNow + 100);
  REQUIRE(tokens.size() == metadata::kMaxTokens);
  CHECK(tokens.front() == "t68");
  CHECK(tokens.back() == "t99");
}

TEST_CASE("a token is printable, without blanks, and not long") {
  CHECK(metadata::is_token("openpgp:abc/+=:_-"));
  CHECK(metadata::is_token(std::string(4096, 'x')));
  for (const std::string& token :
       {std::string(), std::string("a b"), std::string("a\nb"),
        std::string("\xC3\xA4"), std::string(4097, 'x'),
        std::string("a\0b", 3)}) {
    CHECK_FALSE(metadata::is_token(token));
  }
}

TEST_CASE("TURN credentials are those of coturn's REST scheme") {
  const auto credentials = metadata::turn_credentials("secret", kNow);
  CHECK(credentials.user == "1790432000");
  // printf 1790432000 | openssl dgst -sha1 -hmac secret -binary | base64
  CHECK(credentials.password == "R40zI2k7mQ06iULsqBeXPKITSl8=");
  CHECK(metadata::turn_credentials("other", kNow).password !=
        credentials.password);
}
