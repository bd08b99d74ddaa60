// The `chatmail` command.

#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string_view>

#include "daemon/privilege.h"
#include "deploy/ctl/command.h"

namespace {

// A terminal that takes more than text.
bool is_screen() {
  const char* terminal = std::getenv("TERM");
  return terminal != nullptr && std::string_view(terminal) != "dumb" &&
         isatty(STDOUT_FILENO) == 1;
}

// https://no-color.org: set and not empty means no colours.
bool shows_colour() {
  const char* no_color = std::getenv("NO_COLOR");
  return is_screen() && (no_color == nullptr || *no_color == '\0');
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  ctl::Surroundings surroundings{.in = std::cin,
                                 .out = std::cout,
                                 .err = std::cerr,
                                 .colour = shows_colour(),
                                 .now = std::time(nullptr)};
  surroundings.shows_progress = isatty(STDERR_FILENO) == 1;
  surroundings.rewrites = is_screen();
  surroundings.asks = surroundings.shows_progress && isatty(STDIN_FILENO) == 1;
  const char* config = std::getenv("CHATMAIL_INI");
  if (config != nullptr && *config != '\0') surroundings.config_file = config;
  if (geteuid() == 0) {
    surroundings.become = [](const std::string& user) {
      return daemons::become(user, "");
    };
  }
  return ctl::run_chatmail(argc, argv, surroundings);
}
