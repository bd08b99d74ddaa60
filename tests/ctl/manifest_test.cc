#include "deploy/ctl/manifest.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "tests/daemon/temporary_directory.h"

namespace ctl {
namespace {

// The manifest of one text, in a directory of its own.
class ManifestFile {
 public:
  explicit ManifestFile(const std::string& text) {
    std::ofstream(path()) << text;
  }
  std::string path() const { return directory_.path("manifest.jsonl"); }
  std::string path(const std::string& name) const {
    return directory_.path(name);
  }
  Manifest read(const Case& defaults = {}) const {
    return read_manifest(path(), defaults);
  }

 private:
  test::TemporaryDirectory directory_;
};

TEST_CASE("A line says everything about its message") {
  const ManifestFile file(R"({"file": "a/b.eml", "direction": "outbound", )"
                          R"("mail_from": "<alice@one.example>", )"
                          R"("rcpt_to": ["bob@two.example", "eve@x.example"], )"
                          R"("login": "alice@one.example", )"
                          R"("client_address": "192.0.2.7", )"
                          R"("cleartext_ok": ["bob@two.example"], )"
                          R"("unknown": ["eve@x.example"], )"
                          R"("dns": {"k.example": {"fail": "timeout"}}, )"
                          R"("now": 1700000000, "assume": ["dkim=pass"], )"
                          R"("expect": "reject", "reply": "523 5.7.1", )"
                          R"("why": "because", "tool": "by hand"})"
                          "\n");
  const Manifest manifest = file.read();
  CHECK(manifest.errors.empty());
  REQUIRE(manifest.cases.size() == 1);
  const Case& subject = manifest.cases.front();
  CHECK(subject.name == "a/b.eml");
  CHECK(subject.path == file.path("a/b.eml"));
  CHECK(subject.position == file.path() + ":1");
  CHECK(subject.direction == policy::Direction::kOutbound);
  CHECK(subject.mail_from == "alice@one.example");
  CHECK(subject.recipients ==
        std::vector<std::string>{"bob@two.example", "eve@x.example"});
  CHECK(subject.login == "alice@one.example");
  CHECK(subject.client_address == "192.0.2.7");
  CHECK_FALSE(subject.all_cleartext_ok);
  CHECK(subject.cleartext_ok == std::vector<std::string>{"bob@two.example"});
  CHECK(subject.unknown == std::vector<std::string>{"eve@x.example"});
  CHECK(subject.dns != nullptr);
  CHECK(subject.now == 1700000000);
  CHECK(subject.assumed_dkim == dkim::Status::kPass);
  CHECK(subject.expectation == Expectation::kReject);
  CHECK(subject.reply == "523 5.7.1");
  CHECK(subject.why == "because");
}

TEST_CASE("What a line does not say is taken from the command line") {
  Case defaults;
  defaults.direction = policy::Direction::kLocal;
  defaults.mail_from = "root@one.example";
  defaults.recipients = {"bob@two.example"};
  defaults.all_cleartext_ok = true;
  defaults.now = 5;
  const ManifestFile file(
      "{\"file\": \"a\", \"expect\": \"accept\", \"reply\": null, "
      "\"dns\": null, \"now\": null}\n"
      "\r\n"
      "{\"file\": \"b\", \"expect\": \"either\", \"mail_from\": \"\", "
      "\"rcpt_to\": \"c@d.example\", \"cleartext_ok\": false, \"now\": 6}");
  const Manifest manifest = file.read(defaults);
  CHECK(manifest.errors.empty());
  REQUIRE(manifest.cases.size() == 2);
  CHECK(manifest.cases[0].direction == policy::Direction::kLocal);
  CHECK(manifest.cases[0].mail_from == "root@one.example");
  CHECK(manifest.cases[0].recipients ==
        std::vector<std::string>{"bob@two.example"});
  CHECK(manifest.cases[0].all_cleartext_ok);
  CHECK(manifest.cases[0].now == 5);
  CHECK(manifest.cases[0].dns == nullptr);
  CHECK(manifest.cases[1].position == file.path() + ":3");
  CHECK(manifest.cases[1].mail_from == "");
  CHECK(manifest.cases[1].recipients ==
        std::vector<std::string>{"c@d.example"});
  CHECK_FALSE(manifest.cases[1].all_cleartext_ok);
  CHECK(manifest.cases[1].now == 6);
}

TEST_CASE("A line that cannot be meant is told with its number") {
  struct Row {
    std::string line;
    std::string wrong;  // stands in the error
  };
  const std::vector<Row> rows = {
      {"{", "column 2: "},
      {"{\"file\": \"a\" \"expect\"}", "column 21: "},
      {"\xff", "column 1: "},
      {"[]", "wanted a JSON object"},
      {R"({"expect": "accept"})", "file is missing"},
      {R"({"file": "a"})", "expect is missing"},
      {R"({"file": "a", "expect": "accepted"})", "expect: wanted"},
      {R"({"file": "", "expect": "accept"})", "file: wanted"},
      {R"({"file": 1, "expect": "accept"})", "file: wanted"},
      {R"({"file": "a", "expect": 1})", "expect: wanted"},
      {R"({"file": "a", "expect": "accept", "reply": 523})", "reply: wanted"},
      {R"({"file": "a", "expect": "accept", "why": []})", "why: wanted"},
      {R"({"file": "a", "expect": "accept", "direction": "in"})",
       "direction: wanted"},
      {R"({"file": "a", "expect": "accept", "mail_from": []})",
       "mail_from: wanted"},
      {R"({"file": "a", "expect": "accept", "rcpt_to": [1]})",
       "rcpt_to: wanted"},
      {R"({"file": "a", "expect": "accept", "login": true})", "login: wanted"},
      {R"({"file": "a", "expect": "accept", "client_address": 1})",
       "client_address: wanted"},
      {R"({"file": "a", "expect": "accept", "cleartext_ok": "b@c.example"})",
       "cleartext_ok: wanted"},
      {R"({"file": "a", "expect": "accept", "unknown": "b@c.example"})",
       "unknown: wanted"},
      {R"({"file": "a", "expect": "accept", "now": "today"})", "now: wanted"},
      {R"({"file": "a", "expect": "accept", "now": 1.5})", "now: wanted"},
      {R"({"file": "a", "expect": "accept", "now": -1})", "now: wanted"},
      {R"({"file": "a", "expect": "accept", "assume": "dkim=perfect"})",
       "assume: wanted"},
      {R"({"file": "a", "expect": "accept", "assume": ["spf=pass"]})",
       "assume: wanted"},
      {R"({"file": "a", "expect": "accept", "dns": "absent.json"})",
       "dns: cannot read"},
      {R"({"file": "a", "expect": "accept", "dns": 7})", "dns: wanted"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    const ManifestFile file(R"({"file": "a", "expect": "accept"})"
                            "\n" +
                            row.line + "\n");
    const Manifest manifest = file.read();
    CHECK(manifest.cases.size() == 1);
    REQUIRE(manifest.errors.size() == 1);
    CHECK(manifest.errors.front().starts_with(file.path() + ":2: "));
    CHECK(manifest.errors.front().find(row.wrong) != std::string::npos);
  }
}

TEST_CASE("A manifest without a case, or without a file, is an error") {
  const ManifestFile empty("\n\n");
  CHECK(empty.read().errors.size() == 1);
  CHECK(read_manifest(empty.path("absent"), {}).errors.size() == 1);
}

TEST_CASE("What begins as no manifest does is told once") {
  for (const std::string line : {"From: a@b.example", "[]", "\xff"}) {
    CAPTURE(line);
    const ManifestFile file("\n" + line + "\n\nAt noon?\n{}\n");
    const Manifest manifest = file.read();
    CHECK(manifest.cases.empty());
    CHECK(manifest.errors ==
          std::vector<std::string>{
              file.path() + " is no manifest: line 2 is no JSON object"});
  }
}

TEST_CASE("Each broken line of a manifest is told") {
  const ManifestFile file("{\n{\"file\": \"a\", \"expect\": \"accept\"}\n}\n");
  const Manifest manifest = file.read();
  CHECK(manifest.cases.size() == 1);
  REQUIRE(manifest.errors.size() == 2);
  CHECK(manifest.errors[1].starts_with(file.path() + ":3: "));
}

TEST_CASE("JSON nested without end neither crashes nor passes") {
  const ManifestFile file(std::string(200000, '[') + "\n");
  CHECK(file.read().errors.size() == 1);
}

}  // namespace
}  // namespace ctl
