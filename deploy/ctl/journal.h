#pragma once

// Lines of systemd's journal that a unit of the relay wrote.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

struct JournalLine {
  std::int64_t time = 0;  // seconds since 1970
  std::string text;       // behind "host name[pid]: "
};

// Of `journalctl --output=short-unix`; what is no such line is left out.
std::vector<JournalLine> parse_journal(std::string_view text);

struct JournalQuestion {
  std::string unit;
  std::string wanted;               // a regular expression
  std::vector<std::string> bounds;  // further options, "--lines=1"
};

struct Journal {
  bool is_known = false;  // false: there is none, or it cannot be read
  std::vector<JournalLine> lines;
};

Journal read_journal(const JournalQuestion& question);

}  // namespace ctl
