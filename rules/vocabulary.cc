#include "rules/vocabulary.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace rules {
namespace {

// Levenshtein's distance, one row at a time.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
    }
  }
  return row.back();
}

template <typename Definition>
const Definition* find(std::span<const Definition> all, std::string_view name) {
  const auto found = std::find_if(
      all.begin(), all.end(),
      [&](const Definition& definition) { return definition.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string_view to_string(Action action) {
  switch (action) {
    case Action::kAccept:
      return "accept";
    case Action::kReject:
      return "reject";
    case Action::kDefer:
      return "defer";
    case Action::kDiscard:
      return "discard";
    case Action::kLimit:
      return "limit";
    case Action::kRemove:
      return "remove";
    case Action::kReplace:
      return "replace";
    case Action::kReplaceReversePath:
      return "replace reverse-path";
    case Action::kKeepOnly:
      return "keep only";
    case Action::kSign:
      return "sign";
    case Action::kDropRecipients:
      return "drop recipients";
    case Action::kAddAuthenticationResults:
      return "add Authentication-Results";
  }
  return "unknown";
}

const FactDefinition* Vocabulary::find_fact(std::string_view name) const {
  return find(facts, name);
}

const SectionDefinition* Vocabulary::find_section(std::string_view name) const {
  return find(sections, name);
}

std::string_view nearest(std::string_view wrong,
                         std::span<const std::string_view> words) {
  constexpr std::size_t longest_name = 100;
  if (wrong.size() > longest_name) return {};
  // A third of the letters may be wrong before it is another word.
  std::size_t least = std::max<std::size_t>(wrong.size() / 3, 1) + 1;
  std::string_view found;
  for (const std::string_view word : words) {
    const std::size_t distance = edit_distance(wrong, word);
    if (distance < least) {
      least = distance;
      found = word;
    }
  }
  return found;
}

}  // namespace rules
