// Golden cases: one file is DNS records, a blank line and a message, with what
// must come of it in zone-file comments on top:
//
//   ; expect: fail body-hash
//   ; author: example.org
//   ; now: 1700000000
//   s._domainkey.example.org TXT "v=DKIM1; " "p=..."
//   t._domainkey.example.org FAIL servfail
//
// Each is verified by both engines, whole and in pieces.

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <sstream>

#include "test_world.h"

namespace dkim::testing {
namespace {

struct Case {
  std::string expect;
  World world;
};

// The quoted strings of a TXT record, joined.
std::string join_quoted(std::string_view text) {
  std::string joined;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') {
      inside = !inside;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      joined += text[++i];
    } else if (inside) {
      joined += text[i];
    }
  }
  return joined;
}

TableFailure failure_of(std::string_view word) {
  if (word == "timeout") return TableFailure::kTimeout;
  if (word == "bogus") return TableFailure::kBogus;
  if (word == "nxdomain") return TableFailure::kNxdomain;
  REQUIRE(word == "servfail");
  return TableFailure::kServfail;
}

void read_line(Case& golden,
               std::map<std::string, std::vector<std::string>>& txt,
               const std::string& line) {
  const auto after = [&line](std::string_view start) {
    return line.starts_with(start) ? line.substr(start.size()) : "";
  };
  if (const std::string words = after("; expect: "); !words.empty()) {
    golden.expect = words;
  } else if (const std::string domain = after("; author: "); !domain.empty()) {
    golden.world.author_domain = domain;
  } else if (const std::string time = after("; now: "); !time.empty()) {
    golden.world.verified_at = std::stoll(time);
  } else if (!line.starts_with(';')) {
    std::istringstream record(line);
    std::string name;
    std::string type;
    record >> name >> type;
    std::string rest;
    std::getline(record >> std::ws, rest);
    if (type == "FAIL") {
      golden.world.dns.fail(name, failure_of(rest));
    } else {
      REQUIRE(type == "TXT");
      txt[name].push_back(join_quoted(rest));
    }
  }
}

Case read_case(const std::string& path) {
  const std::string text = read_file(path);
  const std::size_t blank = text.find("\r\n\r\n");
  REQUIRE(blank != std::string::npos);
  Case golden;
  std::map<std::string, std::vector<std::string>> txt;
  std::size_t begin = 0;
  while (begin < blank) {
    const std::size_t end = text.find("\r\n", begin);
    read_line(golden, txt, text.substr(begin, end - begin));
    begin = end + 2;
  }
  for (const auto& [name, records] : txt) golden.world.dns.add(name, records);
  golden.world.message =
      split_message(std::string_view(text).substr(blank + 4));
  return golden;
}

}  // namespace

TEST_CASE("golden cases give what they say, by both engines") {
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           CHATMILTER_SOURCE_DIR "/tests/dkim/golden")) {
    if (entry.path().extension() != ".dkim") continue;
    ++cases;
    INFO(entry.path().filename());
    Case golden = read_case(entry.path());
    for (const auto engine : {EngineKind::kNative, EngineKind::kOpendkim}) {
      golden.world.verifying.engine = engine;
      for (const std::size_t chunk : {SIZE_MAX, std::size_t{7}}) {
        const VerificationResult result = golden.world.verify(chunk);
        CHECK(std::string(to_string(result.status)) + " " +
                  std::string(to_string(result.cause)) ==
              golden.expect);
      }
    }
  }
  CHECK(cases >= 64);
}

}  // namespace dkim::testing
