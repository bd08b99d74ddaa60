#include "deploy/machine/unified_diff.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace machine {
namespace {

constexpr std::size_t kMostCells = 25'000'000;
constexpr std::size_t kAround = 3;

struct Edit {
  char sign;  // ' ', '-' or '+'
  std::string_view line;
};

// With their line ends, so that a missing last one is a difference.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

using Lines = std::vector<std::string_view>;

void replace_all(const Lines& a, const Lines& b, std::vector<Edit>& edits) {
  for (const std::string_view line : a) edits.push_back({'-', line});
  for (const std::string_view line : b) edits.push_back({'+', line});
}

void compare(const Lines& a, const Lines& b, std::vector<Edit>& edits) {
  const std::size_t width = b.size() + 1;
  if ((a.size() + 1) * width > kMostCells) return replace_all(a, b, edits);
  // common[i][j]: the most lines in common of a from i on and b from j on.
  std::vector<std::uint32_t> common((a.size() + 1) * width, 0);
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i * width + j] = a[i] == b[j]
                                  ? common[(i + 1) * width + j + 1] + 1
                                  : std::max(common[(i + 1) * width + j],
                                             common[i * width + j + 1]);
    }
  }
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      edits.push_back({' ', a[i++]});
      ++j;
    } else if (j == b.size() ||
               (i < a.size() &&
                common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      edits.push_back({'-', a[i++]});
    } else {
      edits.push_back({'+', b[j++]});
    }
  }
}

std::string range(std::size_t first, std::size_t count) {
  // An empty range is named by the line before it.
  const std::size_t shown = count == 0 ? first : first + 1;
  std::string text = std::to_string(shown);
  if (count != 1) text += "," + std::to_string(count);
  return text;
}

}  // namespace

std::string unified_diff(std::string_view before, std::string_view after,
                         const std::string& name) {
  if (before == after) return {};
  std::vector<Edit> edits;
  compare(lines_of(before), lines_of(after), edits);
  std::string text = "--- " + name + "\n+++ " + name + "\n";
  std::size_t line_a = 0;
  std::size_t line_b = 0;
  std::size_t at = 0;
  const auto is_change = [](const Edit& edit) { return edit.sign != ' '; };
  while (at < edits.size()) {
    const auto change =
        std::find_if(edits.begin() + static_cast<std::ptrdiff_t>(at),
                     edits.end(), is_change);
    if (change == edits.end()) break;
    const auto first = static_cast<std::size_t>(change - edits.begin());
    const std::size_t begin = std::max(at, first - std::min(first, kAround));
    line_a += begin - at;
    line_b += begin - at;
    // As long as the next change is near enough to share its lines.
    std::size_t end = first;
    std::size_t last = first;
    while (end < edits.size() && end <= last + 2 * kAround) {
      if (is_change(edits[end])) last = end;
      ++end;
    }
    end = std::min(edits.size(), last + kAround + 1);
    std::size_t count_a = 0;
    std::size_t count_b = 0;
    std::string hunk;
    for (std::size_t k = begin; k < end; ++k) {
      count_a += edits[k].sign != '+' ? 1 : 0;
      count_b += edits[k].sign != '-' ? 1 : 0;
      hunk += edits[k].sign;
      hunk += edits[k].line;
      if (!hunk.ends_with('\n')) hunk += "\n\\ No newline at end of file\n";
    }
    text += "@@ -" + range(line_a, count_a) + " +" + range(line_b, count_b) +
            " @@\n" + hunk;
    line_a += count_a;
    line_b += count_b;
    at = end;
  }
  return text;
}

}  // namespace machine
