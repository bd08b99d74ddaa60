#include "deploy/installation/story.h"

#include <catch2/catch.hpp>
#include <sstream>

#include "deploy/installation/waiting.h"

namespace {

using installation::Story;
using std::chrono::seconds;

// A clock that the test moves.
struct Output {
  explicit Output(bool json, bool rewrites)
      : story(text, /*colour=*/false, json,
              {.rewrites = rewrites, .clock = [this] {
                 return std::chrono::steady_clock::time_point(now);
               }}) {}

  std::string taken() {
    const std::string all = text.str();
    text.str("");
    return all;
  }

  seconds now{0};
  std::ostringstream text;
  Story story;
};

}  // namespace

TEST_CASE("On a terminal progress is one line that is written over and goes") {
  Output output(false, true);
  output.story.step("Packages");
  output.taken();
  output.story.progress("1 %");
  output.story.progress("2 %\nand a second line");
  CHECK(output.taken() == "\r\033[K  1 %\r\033[K  2 %");
  output.story.line("done");
  CHECK(output.taken() == "\r\033[K  done\n");
  output.story.line("more");
  CHECK(output.taken() == "  more\n");
  output.story.progress("3 %");
  output.taken();
  output.story.problem("what", "");
  CHECK(output.taken() == "\r\033[K  ! what\n");
}

TEST_CASE("A line of progress is no wider than a terminal") {
  Output output(false, true);
  for (std::size_t length = 70; length < 90; ++length) {
    output.story.progress(std::string(length, 'x') + "\u00e9\033[2J");
    const std::string shown = output.taken().substr(4);
    CAPTURE(length, shown);
    CHECK(shown.size() <= 78);
    CHECK(shown.find('\033') == std::string::npos);
    // Whole characters.
    CHECK(shown.back() != '\xc3');
  }
}

TEST_CASE("In a log progress is a line now and then") {
  Output output(false, false);
  output.story.step("Packages");
  output.taken();
  for (int i = 0; i < 35; ++i) {
    output.now = seconds(i);
    output.story.progress(std::to_string(i));
  }
  CHECK(output.taken() == "  10\n  20\n  30\n");
  output.story.line("something else");
  output.taken();
  output.now = seconds(43);
  output.story.progress("too early");
  CHECK(output.taken().empty());
}

TEST_CASE("A program that reads is told no progress") {
  Output output(true, true);
  output.now = seconds(100);
  output.story.progress("1 %");
  CHECK(output.taken().empty());
  output.story.line("done");
  CHECK(output.taken().front() == '{');
}

TEST_CASE("A program that is waited for is told with its time") {
  Output output(false, true);
  const auto result =
      installation::run_told("waiting", {"sleep", "1.5"}, {}, output.story);
  CHECK(result.good());
  const std::string told = output.taken();
  CHECK(told.starts_with("\r\033[K  waiting\r\033[K  waiting: 1 s"));
}

TEST_CASE("Packages are told as apt-get goes") {
  Output output(false, true);
  std::vector<std::string> last;
  const auto result = installation::install_told(
      {"postfix"},
      [&](const std::vector<std::string>& words,
          const machine::ProgramOptions& options) {
        last = words;
        options.on_output("pmstatus:postfix:45.5:Unpacking po");
        options.on_output("stfix\nand more\n");
        options.on_second(seconds(7));
        machine::ProgramResult done;
        done.status = 0;
        return done;
      },
      output.story);
  CHECK(result.good());
  REQUIRE_FALSE(last.empty());
  CHECK(last.back() == "postfix");
  const std::string state = "\r\033[K  installing, 45 %: Unpacking postfix";
  CHECK(output.taken() ==
        "\r\033[K  apt-get looks at its lists" + state + state);
}
