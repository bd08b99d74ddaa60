#include "rules/diagnostics.h"

#include <algorithm>

namespace rules {
namespace {

// Lines are shown up to here.
constexpr std::size_t kLongestLine = 200;

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
  if (diagnostic.position.column <= kLongestLine) {
    text += "  " + without_controls(diagnostic.source_line) + "\n  " +
            std::string(diagnostic.position.column - 1, ' ') + "^\n";
  }
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
