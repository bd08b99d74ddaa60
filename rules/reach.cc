#include "rules/reach.h"

#include <algorithm>
#include <set>
#include <utility>

namespace rules {
namespace {

using Kind = Condition::Kind;

void append(std::string_view text, std::string& key) {
  key += std::to_string(text.size());
  key += ':';
  key += text;
}

void append(const Operand& operand, std::string& key) {
  key += static_cast<char>('A' + static_cast<int>(operand.kind));
  append(operand.text, key);
  append(operand.argument ? "[" + *operand.argument : "", key);
}

// Two conditions with the same key ask the same.
void append(const Condition& condition, std::string& key) {
  key += static_cast<char>('a' + static_cast<int>(condition.kind));
  append(condition.left, key);
  append(condition.right, key);
  key += '{';
  for (const Operand& member : condition.members) append(member, key);
  key += '(';
  for (const Condition& child : condition.children) append(child, key);
  key += ')';
}

std::string key_of(const Condition& condition) {
  std::string key;
  append(condition, key);
  return key;
}

bool has_child_and_its_negation(const Condition& condition) {
  std::set<std::string> keys;
  for (const Condition& child : condition.children) keys.insert(key_of(child));
  return std::any_of(condition.children.begin(), condition.children.end(),
                     [&](const Condition& child) {
                       return child.kind == Kind::kNot &&
                              keys.contains(key_of(child.children.front()));
                     });
}

bool is_always(const Test& test, bool value) {
  const auto is = [value](const Test& child) {
    return is_always(child, value);
  };
  const bool any_will_do = (test.kind == Kind::kOr) == value;
  switch (test.kind) {
    case Kind::kOr:
    case Kind::kAnd:
      return any_will_do
                 ? std::any_of(test.children.begin(), test.children.end(), is)
                 : std::all_of(test.children.begin(), test.children.end(), is);
    case Kind::kNot:
      return is_always(test.children.front(), !value);
    default:
      return false;
  }
}

}  // namespace

bool always_holds(const Test& test) { return is_always(test, true); }

bool never_holds(const Condition& condition) {
  const auto& children = condition.children;
  switch (condition.kind) {
    case Kind::kAnd:
      return has_child_and_its_negation(condition) ||
             std::any_of(children.begin(), children.end(), never_holds);
    case Kind::kOr:
      return std::all_of(children.begin(), children.end(), never_holds);
    case Kind::kLess:  // numbers have no sign
      return condition.right.kind == Operand::Kind::kNumber &&
             condition.right.number == 0U;
    default:
      return false;
  }
}

std::string_view DecidedBefore::find(const Condition& condition) const {
  const auto same = places_.find(key_of(condition));
  if (same != places_.end()) return same->second;
  if (condition.kind != Kind::kAnd) return {};
  // It asks that and more.
  for (const Condition& child : condition.children) {
    if (const std::string_view place = find(child); !place.empty()) {
      return place;
    }
  }
  return {};
}

void DecidedBefore::add(const Condition& condition, std::string place) {
  // Each of what it asks is enough for it.
  if (condition.kind == Kind::kOr) {
    for (const Condition& child : condition.children) add(child, place);
  }
  places_.emplace(key_of(condition), std::move(place));
}

}  // namespace rules
