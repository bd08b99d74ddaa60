// Conditions: names looked up, types checked, facts ordered by their cost.

#include <algorithm>
#include <utility>

#include "rules/scope.h"

namespace rules {
namespace {

// Of one rule, its definitions counted.
constexpr std::size_t kMaxTests = 10'000;

class ConditionCompiler {
 public:
  ConditionCompiler(Stage last, Scope& scope) : last_(last), scope_(scope) {}

  std::optional<Test> compile(const Condition& condition);

 private:
  std::optional<Test> compile_children(const Condition& condition);
  std::optional<Test> compile_comparison(const Condition& condition);
  std::optional<Test> compile_setting(const Condition& condition);
  bool add_right(const Condition& condition, Test& test);
  bool add_is(const Condition& condition, Test& test);
  bool add_word(const Condition& condition, Test& test);
  bool add_address(const Condition& condition, Test& test);
  bool add_in(const Condition& condition, Test& test);
  bool add_members(const NamedList& list, const Condition& condition,
                   Test& test);
  bool add_fact(const Operand& operand, std::size_t& place, Test& test);
  bool wrong_type(const Condition& condition, std::string_view wanted);

  const FactDefinition& left(const Test& test) const {
    return *scope_.fact(test.fact).definition;
  }

  Stage last_;
  Scope& scope_;
  std::size_t depth_ = 0;  // of definitions within definitions
  std::size_t tests_ = 0;
};

bool is_word_of(std::string_view words, std::string_view word) {
  while (true) {
    const std::size_t bar = words.find('|');
    if (words.substr(0, bar) == word) return true;
    if (bar == std::string_view::npos) return false;
    words.remove_prefix(bar + 1);
  }
}

// In quotes too: a word may be one of the language, "reject".
bool names_word(const Operand& operand, std::string_view words) {
  return (operand.kind == Operand::Kind::kName ||
          operand.kind == Operand::Kind::kText) &&
         is_word_of(words, operand.text);
}

std::string alternatives(std::string_view words) {
  std::string text(words);
  for (std::size_t at = text.find('|'); at != std::string::npos;
       at = text.find('|', at)) {
    text.replace(at, 1, ", ");
  }
  return text;
}

void take_over(const Test& part, Test& whole) {
  whole.stage = std::max(whole.stage, part.stage);
  whole.cost = std::max(whole.cost, part.cost);
}

std::optional<Test> ConditionCompiler::compile(const Condition& condition) {
  // Definitions within definitions can double at each step.
  if (++tests_ > kMaxTests) {
    if (tests_ == kMaxTests + 1) {
      scope_.error(condition.position, "the condition is too large");
    }
    return std::nullopt;
  }
  switch (condition.kind) {
    case Condition::Kind::kOr:
    case Condition::Kind::kAnd:
    case Condition::Kind::kNot:
      return compile_children(condition);
    default:
      break;
  }
  // A definition stands for its condition.
  const Operand& name = condition.left;
  const auto defined = scope_.definitions.find(name.text);
  if (condition.kind != Condition::Kind::kTrue ||
      name.kind != Operand::Kind::kName || name.argument ||
      defined == scope_.definitions.end()) {
    return compile_comparison(condition);
  }
  if (++depth_ > kMaxConditionDepth) {
    --depth_;
    scope_.error(name.position, "definitions are nested too deeply");
    return std::nullopt;
  }
  // What is wrong with it here is still told where it is written.
  const std::size_t file = scope_.file();
  const std::size_t told = scope_.diagnostics.size();
  scope_.begin_file(defined->second.file);
  auto test = compile(defined->second.condition);
  scope_.begin_file(file);
  if (--depth_ > 0) return test;
  for (std::size_t i = told; i < scope_.diagnostics.size(); ++i) {
    scope_.diagnostics[i].message += "; it is asked for by " +
                                     scope_.source().name + ':' +
                                     std::to_string(name.position.line);
  }
  return test;
}

std::optional<Test> ConditionCompiler::compile_children(
    const Condition& condition) {
  Test test;
  test.kind = condition.kind;
  bool good = true;
  for (const Condition& child : condition.children) {
    auto compiled = compile(child);
    if (!compiled) {
      good = false;  // the others may have errors of their own
      continue;
    }
    take_over(*compiled, test);
    test.children.push_back(std::move(*compiled));
  }
  if (!good) return std::nullopt;
  // What costs nothing is asked first; else in the order as written.
  std::stable_sort(
      test.children.begin(), test.children.end(),
      [](const Test& a, const Test& b) { return a.cost < b.cost; });
  return test;
}

bool ConditionCompiler::add_fact(const Operand& operand, std::size_t& place,
                                 Test& test) {
  const auto used = scope_.use_fact(operand);
  if (!used) return false;
  const FactDefinition& definition = *scope_.fact(*used).definition;
  if (definition.stage > last_) {
    scope_.error(operand.position,
                 "'" + operand.text + "' is known at " +
                     std::string(to_string(definition.stage)) +
                     ", this rule is asked at " +
                     std::string(to_string(last_)));
    return false;
  }
  test.stage = std::max(test.stage, definition.stage);
  test.cost = std::max(test.cost, definition.cost);
  place = *used;
  return true;
}

// `$key` alone or compared: known already, so it becomes `and` or `or` of
// nothing.
std::optional<Test> ConditionCompiler::compile_setting(
    const Condition& condition) {
  const Operand& setting = condition.left;
  const bool is_compared = condition.kind == Condition::Kind::kIs;
  if ((condition.kind != Condition::Kind::kTrue && !is_compared) ||
      condition.right.kind == Operand::Kind::kSetting) {
    scope_.error(setting.position,
                 "a $setting in front stands alone (not no, false, off, 0 or "
                 "empty), or is compared by 'is' with a word");
    return std::nullopt;
  }
  const auto text = scope_.surroundings().setting(setting.text);
  if (!text) {
    scope_.error(setting.position,
                 "chatmail.ini has no key '" + setting.text + "'");
    return std::nullopt;
  }
  const std::string word = lower_case(*text);
  Test test;
  if (is_compared) {
    const Operand& right = condition.right;
    test.kind = equal_ignoring_case(word, right.text) ? Condition::Kind::kAnd
                                                      : Condition::Kind::kOr;
    return test;
  }
  const bool is_off = word.empty() || word == "no" || word == "false" ||
                      word == "off" || word == "0";
  test.kind = is_off ? Condition::Kind::kOr : Condition::Kind::kAnd;
  return test;
}

std::optional<Test> ConditionCompiler::compile_comparison(
    const Condition& condition) {
  if (condition.left.kind == Operand::Kind::kSetting) {
    return compile_setting(condition);
  }
  Test test;
  test.kind = condition.kind;
  if (condition.left.kind != Operand::Kind::kName) {
    scope_.error(condition.left.position, "a condition begins with a fact");
    return std::nullopt;
  }
  if (!add_fact(condition.left, test.fact, test)) return std::nullopt;
  if (!add_right(condition, test)) return std::nullopt;
  return test;
}

bool ConditionCompiler::wrong_type(const Condition& condition,
                                   std::string_view wanted) {
  scope_.error(condition.position,
               "'" + condition.left.text + "' is no " + std::string(wanted));
  return false;
}

bool ConditionCompiler::add_right(const Condition& condition, Test& test) {
  const Type type = left(test).type;
  switch (condition.kind) {
    case Condition::Kind::kIs:
      return add_is(condition, test);
    case Condition::Kind::kIn:
      return add_in(condition, test);
    case Condition::Kind::kMatches: {
      if (type != Type::kText && type != Type::kWord) {
        return wrong_type(condition, "text that a pattern could match");
      }
      const auto place = scope_.add_pattern(test.fact, condition.right);
      if (!place) return false;
      test.pattern_set = place->set;
      test.pattern = place->pattern;
      return true;
    }
    case Condition::Kind::kLess:
    case Condition::Kind::kAtMost:
    case Condition::Kind::kMore:
    case Condition::Kind::kAtLeast: {
      if (type != Type::kNumber) return wrong_type(condition, "number");
      const auto number = scope_.number_of(condition.right);
      test.number = number.value_or(0);
      return number.has_value();
    }
    default:  // the fact alone
      return true;
  }
}

bool ConditionCompiler::add_is(const Condition& condition, Test& test) {
  const Type type = left(test).type;
  const Operand& right = condition.right;
  if (type == Type::kFlag) {
    scope_.error(right.position, "'" + condition.left.text +
                                     "' is true or not: name it alone, or "
                                     "with 'not' in front");
    return false;
  }
  if (type == Type::kNumber) {
    const auto number = scope_.number_of(right);
    test.number = number.value_or(0);
    return number.has_value();
  }
  if (type == Type::kWord) return add_word(condition, test);
  if (type == Type::kAddress && right.kind != Operand::Kind::kName) {
    return add_address(condition, test);
  }
  if (right.kind == Operand::Kind::kName) {
    std::size_t place = 0;
    if (!add_fact(right, place, test)) return false;
    const Type other = scope_.fact(place).definition->type;
    if (other != Type::kText && other != Type::kAddress) {
      scope_.error(right.position, "'" + right.text + "' is no text");
      return false;
    }
    test.second = place;
    return true;
  }
  if (right.kind == Operand::Kind::kSetting) {
    const auto text = scope_.surroundings().setting(right.text);
    if (!text) {
      scope_.error(right.position,
                   "chatmail.ini has no key '" + right.text + "'");
    }
    test.text = text.value_or("");
    return text.has_value();
  }
  test.text = right.text;
  return true;
}

// Addresses are compared as addresses: one has many spellings.
bool ConditionCompiler::add_address(const Condition& condition, Test& test) {
  const auto network = parse_network(condition.right.text);
  if (!network) {
    scope_.error(condition.right.position,
                 "wanted an IP address, or a network without host bits");
    return false;
  }
  auto members = std::make_shared<NetworkMembers>();
  members->add(*network);
  test.kind = Condition::Kind::kIn;
  test.networks = std::move(members);
  return true;
}

bool ConditionCompiler::add_word(const Condition& condition, Test& test) {
  const Operand& right = condition.right;
  const std::string_view words = left(test).words;
  if (!names_word(right, words)) {
    scope_.error(right.position, "'" + condition.left.text +
                                     "' is one of: " + alternatives(words));
    return false;
  }
  test.text = right.text;
  return true;
}

bool ConditionCompiler::add_in(const Condition& condition, Test& test) {
  if (condition.members.empty()) {
    const auto found = scope_.lists.find(condition.right.text);
    if (found == scope_.lists.end()) {
      scope_.error(condition.right.position,
                   "there is no list '" + condition.right.text + "'" +
                       scope_.list_meant_by(condition.right.text));
      return false;
    }
    return add_members(found->second, condition, test);
  }
  if (left(test).type == Type::kWord) {
    const std::string_view words = left(test).words;
    for (const Operand& member : condition.members) {
      if (names_word(member, words)) continue;
      scope_.error(member.position, "'" + condition.left.text +
                                        "' is one of: " + alternatives(words));
      return false;
    }
  }
  for (const Operand& member : condition.members) {
    if (left(test).type == Type::kWord || !scope_.find_fact(member)) continue;
    scope_.error(member.position,
                 "'" + member.text +
                     "' is a fact, and a set holds texts: compare with 'is', "
                     "or quote it");
    return false;
  }
  const auto list = compile_members(condition.members, scope_);
  return list && add_members(*list, condition, test);
}

bool ConditionCompiler::add_members(const NamedList& list,
                                    const Condition& condition, Test& test) {
  switch (left(test).type) {
    case Type::kFlag:
    case Type::kNumber:
      return wrong_type(condition, "text that could be in a list");
    case Type::kAddress:
      test.networks = list.networks;
      if (test.networks == nullptr) {
        scope_.error(condition.members.empty()
                         ? condition.right.position
                         : condition.members.front().position,
                     "the set holds '" + list.no_network +
                         "', which is no IP address, and no network without "
                         "host bits");
      }
      return test.networks != nullptr;
    default:
      test.texts = list.texts;
      return true;
  }
}

}  // namespace

std::optional<Test> compile_condition(const Condition& condition, Stage last,
                                      Scope& scope) {
  return ConditionCompiler(last, scope).compile(condition);
}

}  // namespace rules
