#include "rules/diagnostics.h"

#include <algorithm>

namespace rules {
namespace {

// Of a longer line so much is shown, with what is meant in it.
constexpr std::size_t kLongestLine = 200;
constexpr std::size_t kShownInFront = 120;

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

// UTF-8 characters: as wide as they are shown in most cases.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

// Where a window of the line begins that has `place` in it.
std::size_t begin_of_window(std::string_view line, std::size_t place) {
  if (line.size() <= kLongestLine || place <= kShownInFront) return 0;
  std::size_t begin = place - kShownInFront;
  while (begin < place && is_continuation(line[begin])) ++begin;
  return begin;
}

// A tab is one column wide, so that the caret stands where it is meant.
std::string without_controls(std::string_view text) {
  std::string result(text.substr(0, kLongestLine));
  for (char& c : result) {
    if (c == '\t') {
      c = ' ';
    } else if ((c >= 0 && c < ' ') || c == '\x7F') {
      c = '?';
    }
  }
  return result;
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file + ':' +
                     std::to_string(diagnostic.position.line) + ':' +
                     std::to_string(diagnostic.position.column) +
                     (diagnostic.is_error ? ": error: " : ": warning: ") +
                     without_controls(diagnostic.message) + '\n';
  const std::string_view line = diagnostic.source_line;
  const std::size_t place =
      std::min(diagnostic.position.column - 1, line.size());
  const std::size_t begin = begin_of_window(line, place);
  const std::string_view cut = begin > 0 ? "..." : "";
  text += "  " + std::string(cut) + without_controls(line.substr(begin)) +
          "\n  " +
          std::string(cut.size() + width_of(line.substr(begin, place - begin)),
                      ' ') +
          "^\n";
  return text;
}

bool has_errors(std::span<const Diagnostic> diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& each) { return each.is_error; });
}

std::string_view line_of(std::string_view text, std::size_t line) {
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace rules
