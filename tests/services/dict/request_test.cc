#include "deploy/services/dict/request.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace {

using Kind = dict::Request::Kind;

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& each : all) text += "[" + each + "]";
  return text;
}

}  // namespace

TEST_CASE("a lookup is read as each version of Dovecot writes it") {
  struct Row {
    std::string line;
    std::string key;
    std::string user;
  };
  const std::vector<Row> rows = {
      {"Lshared/x", "shared/x", ""},
      {"Lshared/x\tann@a.example", "shared/x", "ann@a.example"},
      {"Lshared/x\tann@a.example\tsurplus", "shared/x", "ann@a.example"},
      {"L\x01t\x01n\tann", "\t\n", "ann"},
      {"L", "", ""},
      {"L\t", "", ""},
      {R"(Lshared/passdb/passw\"ord\\1"ann@a.example)"
       "\tann@a.example",
       R"(shared/passdb/passw\"ord\\1"ann@a.example)", "ann@a.example"},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    for (const int major : {0, 2, 3, 4}) {
      const auto request = dict::parse_request(row.line, major);
      CHECK(request.kind == Kind::kLookup);
      CHECK(request.key == row.key);
      CHECK(request.user == row.user);
    }
  }
}

TEST_CASE("the greetings of 2.3.0 to 2.4 are understood") {
  struct Row {
    std::string line;
    int major;
    std::string user;
  };
  const std::vector<Row> rows = {
      {"H2\t2\t0\tann@a.example\tauth", 2, "ann@a.example"},
      {"H3\t2\t0\t\tauth", 3, ""},
      {"H4\t0\t0\t\tauth", 4, ""},
      {"H", 0, ""},
      {"Hx\ty", 0, ""},
      {"H99999999999999999999\t0", 0, ""},
  };
  for (const Row& row : rows) {
    INFO(row.line);
    const auto request = dict::parse_request(row.line, 0);
    CHECK(request.kind == Kind::kHello);
    CHECK(request.major == row.major);
    CHECK(request.user == row.user);
  }
}

TEST_CASE("an iteration's last field is a path or the user, by version") {
  struct Row {
    std::string line;
    int major;
    std::string paths;
    std::string user;
  };
  const std::vector<Row> rows = {
      {"I0\t0\tshared/a/\tann", 3, "[shared/a/]", "ann"},
      {"I0\t0\tshared/a/\tann", 4, "[shared/a/]", "ann"},
      {"I0\t0\tshared/a/\tshared/b/", 2, "[shared/a/][shared/b/]", ""},
      {"I0\t0\tshared/a/", 2, "[shared/a/]", ""},
      {"I0\t0\tshared/a/", 3, "[shared/a/]", ""},
      {"I0\t0", 2, "", ""},
      {"I", 3, "[]", ""},
  };
  for (const Row& row : rows) {
    INFO(row.line << " of version " << row.major);
    const auto request = dict::parse_request(row.line, row.major);
    CHECK(request.kind == Kind::kIterate);
    CHECK(joined(request.paths) == row.paths);
    CHECK(request.user == row.user);
  }
  const auto request = dict::parse_request("I17\t250\tpriv/\tann", 3);
  CHECK(request.flags == 17);
  CHECK(request.most_rows == 250);
}

TEST_CASE("all parts of a transaction are read") {
  const auto begin = dict::parse_request("B7\tann\t3600", 4);
  CHECK(begin.kind == Kind::kBegin);
  CHECK(begin.id == "7");
  CHECK(begin.user == "ann");
  const auto set = dict::parse_request("S7\tpriv/k\tone\x01nline2", 3);
  CHECK(set.kind == Kind::kSet);
  CHECK(set.id == "7");
  CHECK(set.key == "priv/k");
  CHECK(set.value == "one\nline2");
  CHECK(dict::parse_request("S7\tpriv/messagenew\t", 3).value.empty());
  const auto unset = dict::parse_request("U7\tpriv/k", 3);
  CHECK(unset.kind == Kind::kUnset);
  CHECK(unset.key == "priv/k");
  const auto add = dict::parse_request("A7\tpriv/k\t-5", 3);
  CHECK(add.kind == Kind::kAdd);
  CHECK(add.amount == -5);
  for (const auto& [line, kind] :
       std::vector<std::pair<std::string, Kind>>{{"C7", Kind::kCommit},
                                                 {"D7", Kind::kQuiet},
                                                 {"R7", Kind::kRollback}}) {
    CHECK(dict::parse_request(line, 3).kind == kind);
    CHECK(dict::parse_request(line, 3).id == "7");
  }
}

TEST_CASE("what is not known is nothing") {
  for (const char* line : {"", "T1\t2\t3", "V1\tyes", "x", "\t", "\x01t"}) {
    CHECK(dict::parse_request(line, 3).kind == Kind::kOther);
  }
}

TEST_CASE("lookups, iterations and commits have answers, nothing else") {
  for (const char octet : std::string("HBDRSUATVx")) {
    INFO(octet);
    CHECK_FALSE(dict::wants_answer(dict::kind_of(std::string(1, octet))));
  }
  for (const char octet : std::string("LIC")) {
    INFO(octet);
    CHECK(dict::wants_answer(dict::kind_of(std::string(1, octet))));
  }
}
