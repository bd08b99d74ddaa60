#include "deploy/ctl/journal.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "deploy/machine/program.h"

namespace ctl {

std::vector<JournalLine> parse_journal(std::string_view text) {
  constexpr std::string_view kBeforeText = "]: ";
  std::vector<JournalLine> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    JournalLine found;
    const auto number =
        std::from_chars(line.data(), line.data() + line.size(), found.time);
    const std::size_t message = line.find(kBeforeText);
    if (number.ec != std::errc() || message == std::string_view::npos) continue;
    found.text = line.substr(message + kBeforeText.size());
    lines.push_back(std::move(found));
  }
  return lines;
}

Journal read_journal(const JournalQuestion& question) {
  std::vector<std::string> words = {
      "journalctl", "--no-pager", "--output=short-unix",
      "--unit=" + question.unit, "--grep=" + question.wanted};
  words.insert(words.end(), question.bounds.begin(), question.bounds.end());
  const auto asked = machine::run_program(words);
  // Status 1 and no complaint: no line is like that.  Without a journal, and
  // for those who may not read it, there is one.
  const bool is_known =
      asked.error.empty() && (asked.status == 0 || asked.errors.empty());
  return {is_known,
          is_known ? parse_journal(asked.output) : std::vector<JournalLine>()};
}

}  // namespace ctl
