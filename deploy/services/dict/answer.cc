#include "deploy/services/dict/answer.h"

#include "deploy/services/dict/escape.h"

namespace dict {

std::string found_line(std::string_view value) {
  std::string line;
  line.reserve(value.size() + 2);
  line += 'O';
  append_escaped(value, line);
  line += '\n';
  return line;
}

std::string found_line(std::span<const std::string> values) {
  if (values.size() == 1) return found_line(values[0]);
  std::string joined;
  for (const std::string& value : values) {
    if (!joined.empty()) joined += '\t';
    append_escaped(value, joined);
  }
  std::string line = found_line(joined);
  line[0] = 'M';
  return line;
}

std::string rows_lines(std::span<const Row> rows) {
  std::string lines;
  for (const Row& row : rows) {
    lines += 'O';
    append_escaped(row.key, lines);
    lines += '\t';
    append_escaped(row.value, lines);
    lines += '\n';
  }
  lines += '\n';
  return lines;
}

std::string done_line() { return "O\n"; }

std::string not_found_line() { return "N\n"; }

std::string failed_line(std::string_view why) {
  std::string line = found_line(why);
  line[0] = 'F';
  return line;
}

std::string failed_line(std::string_view id, std::string_view why) {
  std::string line = "F";
  append_escaped(id, line);
  line += '\t';
  append_escaped(why, line);
  line += '\n';
  return line;
}

}  // namespace dict
