#include "daemon/ini_file.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

std::string keys_and_values(const daemons::IniFile& file) {
  std::string result;
  for (const auto& entry : file.entries) {
    result += entry.section + "/" + entry.key + "=" + entry.value + ";";
  }
  return result;
}

struct Row {
  std::string text;
  std::string entries;
};

}  // namespace

TEST_CASE("an ini file is read as relays write it") {
  const std::vector<Row> rows = {
      {"", ""},
      {"[params]\nmail_domain = a.example\n", "params/mail_domain=a.example;"},
      {"[params]\r\nk = v\r\n", "params/k=v;"},
      {"\xEF\xBB\xBF[params]\nk=v", "params/k=v;"},
      {"[params] # all of them\nk : v", "params/k=v;"},
      {"[params]\nk =\n", "params/k=;"},
      {"[params]\n# c\n; c\n  # c\nk = v ; kept # kept\n",
       "params/k=v ; kept # kept;"},
      {"[params]\nk =\n  one\n\n# between\n\ttwo\nl = 1\n",
       "params/k=one\ntwo;params/l=1;"},
      {"[params]\nurl = https://a.example/x=y:z\n",
       "params/url=https://a.example/x=y:z;"},
      {"[a]\nk = 1\n[b]\nk = 2\n", "a/k=1;b/k=2;"},
      {"[params]\nk = " + std::string(100000, 'x'),
       "params/k=" + std::string(100000, 'x') + ";"},
  };
  for (const Row& row : rows) {
    const auto file = daemons::parse_ini(row.text);
    CHECK(keys_and_values(file) == row.entries);
    CHECK(file.errors.empty());
  }
}

TEST_CASE("an error in an ini file names its line, and reading goes on") {
  struct Case {
    std::string text;
    int line;
    std::string what;
  };
  const std::vector<Case> cases = {
      {"[params]\nnonsense\nk = v\n", 2, "neither"},
      {"[params]\n= v\nk = v\n", 2, "neither"},
      {"[params\n[params]\nk = v\n", 1, "bracket"},
      {"[params]\n  v\nk = v\n", 2, "continues nothing"},
      {"[params]\nk = v\nk = w\n", 3, "line 2"},
  };
  for (const Case& row : cases) {
    const auto file = daemons::parse_ini(row.text);
    INFO(row.text);
    REQUIRE(file.errors.size() == 1);
    CHECK(file.errors[0].line == row.line);
    CHECK(file.errors[0].what.find(row.what) != std::string::npos);
    CHECK(keys_and_values(file) == "params/k=v;");
  }
}

TEST_CASE("every entry knows its line") {
  const auto file = daemons::parse_ini("[params]\n\na = 1\n  2\nb = 3\n");
  REQUIRE(file.entries.size() == 2);
  CHECK(file.entries[0].line == 3);
  CHECK(file.entries[1].line == 5);
}
