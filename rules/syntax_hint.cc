#include "rules/syntax_hint.h"

#include <algorithm>
#include <utility>

namespace rules {
namespace {

// What stands there as other languages have it, and how it is said here.
std::string_view said_here(std::string_view there) {
  constexpr std::pair<std::string_view, std::string_view> sayings[] = {
      {"==", "'is'"},
      {"=", "'is'"},
      {"!=", "'is not'"},
      {"!", "'not'"},
      {"&&", "'and'"},
      {"||", "'or'"},
      {"equals", "'is'"},
      {"contains", "'~ \"PATTERN\"'"},
      {"matches", "'~ \"PATTERN\"'"},
      {"if", "'when'"},
      {"fail", "'fails'"},
      {"failed", "'fails'"},
      {"@", "quotes around the address"},
      {"KB", "'KiB'"},
      {"MB", "'MiB'"},
      {"GB", "'GiB'"},
      {"week", "'days'"},
      {"weeks", "'days'"},
      {"hour", "'h'"},
      {"hours", "'h'"},
      {"minute", "'min'"},
      {"minutes", "'min'"},
      {"second", "'s'"},
      {"seconds", "'s'"}};
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  const auto* const end =
      std::find_if_not(there.begin(), there.end(), is_letter);
  const auto letters = static_cast<std::size_t>(end - there.begin());
  for (const auto& [foreign, here] : sayings) {
    const bool is_there = letters > 0 ? there.substr(0, letters) == foreign
                                      : there.starts_with(foreign);
    if (is_there) return here;
  }
  return {};
}

}  // namespace

std::string meant_at(std::string_view text, std::size_t place,
                     std::string_view expected) {
  const auto is_digit = [&](std::size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
  };
  const bool wants_operand =
      expected.starts_with("a fact, a number") || expected == "',' or '}'";
  std::string_view meant = said_here(text.substr(place));
  if (meant.empty() && wants_operand &&
      (is_digit(place) || (place > 0 && is_digit(place - 1)))) {
    meant = "quotes around what begins with a digit";
  }
  return meant.empty() ? "" : ", did you mean " + std::string(meant) + "?";
}

}  // namespace rules
