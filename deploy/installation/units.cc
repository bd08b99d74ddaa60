#include "deploy/installation/units.h"

#include <algorithm>
#include <string_view>

#include "deploy/machine/program.h"
#include "deploy/relay/services.h"

namespace installation {

bool systemctl(std::vector<std::string> words) {
  constexpr std::chrono::seconds kPatience{180};
  words.insert(words.begin(), "systemctl");
  return machine::run_program(words, {.patience = kPatience}).good();
}

bool is_active(const std::string& unit) {
  return systemctl({"is-active", "--quiet", relay::running_unit(unit)});
}

void tell_log(const std::string& unit, Story& story) {
  constexpr int kLogLines = 15;
  const machine::ProgramResult log = machine::run_program(
      {"journalctl", "--no-pager", "-q", "-o", "cat", "-n",
       std::to_string(kLogLines), "-u", relay::running_unit(unit)});
  std::string_view lines = log.output;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    story.line("| " + std::string(lines.substr(0, end)));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
}

}  // namespace installation
