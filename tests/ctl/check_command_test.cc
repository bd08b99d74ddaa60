// Whole command lines in this process.  What they print to the letter stands
// in tests/golden.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/ctl/command.h"

namespace ctl {
namespace {

constexpr const char* kEncrypted =
    CHATMILTER_SOURCE_DIR "/tests/golden/messages/encrypted.eml";
constexpr const char* kCleartext =
    CHATMILTER_SOURCE_DIR "/tests/golden/messages/cleartext.eml";

struct Answer {
  int exit_status = 0;
  std::string out;
  std::string err;
};

Answer run(std::vector<const char*> words, const std::string& input = {},
           bool colour = false) {
  words.insert(words.begin(), "chatmail");
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Surroundings surroundings{
      .in = in, .out = out, .err = err, .colour = colour, .now = 1795449600};
  Answer answer;
  answer.exit_status =
      run_chatmail(static_cast<int>(words.size()), words.data(), surroundings);
  answer.out = out.str();
  answer.err = err.str();
  return answer;
}

TEST_CASE("A refusal is an answer, and no failure of the command") {
  const Answer answer = run({"check", kCleartext});
  CHECK(answer.exit_status == kExitDone);
  CHECK(answer.out.find("reject 523 5.7.1 ") != std::string::npos);
  CHECK(answer.err.empty());
}

TEST_CASE("An option with a list takes one value, and leaves the messages") {
  const Answer answer = run({"check", "--assume", "dkim=pass", "--rcpt",
                             "a@b.example", "--cleartext-ok", "a@b.example",
                             kCleartext, "--unknown", "c@b.example"});
  CHECK(answer.exit_status == kExitDone);
  CHECK(answer.out.find("accept 250 2.0.0 OK (cleartext)") !=
        std::string::npos);
}

TEST_CASE("An empty value after = is a value") {
  for (const std::vector<const char*>& words :
       {std::vector<const char*>{"check", "--mail-from=", "--json", kEncrypted},
        {"check", "--mail-from", "", "--json", kEncrypted},
        {"check", "--mail-from", "<>", "--json", kEncrypted}}) {
    const Answer answer = run(words);
    CHECK(answer.exit_status == kExitDone);
    CHECK(nlohmann::json::accept(answer.out));
  }
}

TEST_CASE("The standard input is read once it is named") {
  const Answer answer = run({"check", "-"}, "From: a@b.example\n\nHello\n");
  CHECK(answer.exit_status == kExitDone);
  CHECK(answer.out.starts_with("-: reject 523 "));
}

TEST_CASE("A terminal gets colours, a file gets none, and JSON never") {
  CHECK(run({"check", kCleartext}, "", true).out.find("\x1b[31mreject") !=
        std::string::npos);
  CHECK(run({"check", kCleartext}).out.find('\x1b') == std::string::npos);
  CHECK(run({"check", "--json", kCleartext}, "", true).out.find('\x1b') ==
        std::string::npos);
}

TEST_CASE("What cannot be used ends the command with 2 and a cause") {
  const std::vector<std::vector<const char*>> lines = {
      {},
      {"guess"},
      {"check"},
      {"check", "absent.eml"},
      {"check", "--surprise", kCleartext},
      {"check", "--direction", "sideways", kCleartext},
      {"check", "--chunk", "0", kCleartext},
      {"check", "--chunk", "-1", kCleartext},
      {"check", "--now", "tomorrow", kCleartext},
      {"check", "--assume", "dkim", kCleartext},
      {"check", "--dns", "absent.json", kCleartext},
      {"check", "--dkim-key", "absent.pem", kCleartext},
      {"check", "--config", "absent.ini", kCleartext},
      {"check", "--manifest", "absent.jsonl"},
      {"check", "--rcpt"},
  };
  for (const auto& words : lines) {
    CAPTURE(words);
    const Answer answer = run(words);
    CHECK(answer.exit_status == kExitUnusable);
    CHECK(answer.out.empty());
    CHECK_FALSE(answer.err.empty());
  }
}

TEST_CASE("Help is an answer") {
  for (const std::vector<const char*>& words :
       {std::vector<const char*>{"--help"}, {"check", "--help"}}) {
    const Answer answer = run(words);
    CHECK(answer.exit_status == kExitDone);
    CHECK(answer.out.find("Usage: chatmail") != std::string::npos);
  }
}

TEST_CASE("A line of help fits a terminal") {
  std::istringstream help(run({"check", "--help"}).out);
  for (std::string line; std::getline(help, line);) {
    CAPTURE(line);
    CHECK(line.size() <= 79);
  }
}

TEST_CASE("An output that cannot be written is told") {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  Surroundings surroundings{.in = in, .out = out, .err = err};
  const std::vector<const char*> words = {"chatmail", "check", kCleartext};
  CHECK(run_chatmail(3, words.data(), surroundings) == kExitUnusable);
  CHECK_FALSE(err.str().empty());
}

}  // namespace
}  // namespace ctl
