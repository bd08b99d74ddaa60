#include "daemon/ini_file.h"

#include <algorithm>
#include <cstddef>

namespace daemons {
namespace {

constexpr std::string_view kBlanks = " \t\r\f\v";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

class IniReader {
 public:
  void line(std::string_view line);
  IniFile take() { return std::move(file_); }

 private:
  void section(std::string_view line);
  void key_and_value(std::string_view line);
  void continuation(std::string_view value);
  void error(std::string what) {
    file_.errors.push_back({line_number_, std::move(what)});
  }

  IniFile file_;
  std::string section_;
  int line_number_ = 0;
  bool may_continue_ = false;  // the last line was a key or its continuation
};

void IniReader::line(std::string_view line) {
  ++line_number_;
  const std::string_view content = trim(line);
  if (content.empty() || content[0] == '#' || content[0] == ';') return;
  if (line[0] == '[') {
    section(content);
  } else if (kBlanks.find(line[0]) == std::string_view::npos) {
    key_and_value(content);
  } else {
    continuation(content);
  }
}

void IniReader::section(std::string_view line) {
  may_continue_ = false;
  line = trim(line.substr(0, line.find_first_of("#;")));
  if (line.back() != ']') {
    error("a section name lacks its closing bracket");
    return;
  }
  section_ = trim(line.substr(1, line.size() - 2));
}

void IniReader::key_and_value(std::string_view line) {
  may_continue_ = false;
  const std::size_t separator = line.find_first_of("=:");
  if (separator == std::string_view::npos || separator == 0) {
    error("neither a section, a comment nor `key = value`");
    return;
  }
  const std::string_view key = trim(line.substr(0, separator));
  const auto same = [&](const IniEntry& entry) {
    return entry.section == section_ && entry.key == key;
  };
  const auto first =
      std::find_if(file_.entries.begin(), file_.entries.end(), same);
  if (first != file_.entries.end()) {
    error(std::string(key) + " stands already in line " +
          std::to_string(first->line));
    return;
  }
  file_.entries.push_back({section_, std::string(key),
                           std::string(trim(line.substr(separator + 1))),
                           line_number_});
  may_continue_ = true;
}

void IniReader::continuation(std::string_view value) {
  if (!may_continue_) {
    error("an indented line continues nothing");
    return;
  }
  std::string& before = file_.entries.back().value;
  if (!before.empty()) before += '\n';
  before += value;
}

}  // namespace

IniFile parse_ini(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.substr(0, byte_order_mark.size()) == byte_order_mark) {
    text.remove_prefix(byte_order_mark.size());
  }
  IniReader reader;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    reader.line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
}

}  // namespace daemons
