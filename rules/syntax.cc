#include "rules/syntax.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <string_view>
#include <tao/pegtl/contrib/parse_tree.hpp>
#include <utility>

#include "rules/grammar_errors.h"
#include "rules/syntax_hint.h"

namespace rules {
namespace {

namespace g = grammar;
namespace pegtl = tao::pegtl;
using Node = pegtl::parse_tree::node;

// Which rules of the grammar become nodes of the tree.
template <typename Rule>
using Selector = pegtl::parse_tree::selector<
    Rule,
    pegtl::parse_tree::store_content::on<
        g::name, g::text, g::digits, g::unit_name, g::setting_name, g::argument,
        g::quantified, g::comparator, g::code, g::enhanced_status, g::reason,
        g::period, g::field_name, g::set_name, g::section_name, g::defined_name,
        g::dropped_state>,
    pegtl::parse_tree::remove_content::on<
        g::quoted, g::number, g::setting, g::plain_name, g::members,
        g::list_name, g::pattern, g::op_is, g::op_in, g::op_compare,
        g::op_matches, g::op_fails, g::w_not, g::comparison, g::negated,
        g::nested, g::conjunction, g::condition, g::when_clause,
        g::unless_clause, g::reply_text, g::reject_rule, g::defer_rule,
        g::discard_rule, g::accept_rule, g::limit_rule, g::limit_count,
        g::burst, g::counting_recipients, g::limit_key, g::over_reject,
        g::over_defer, g::remove_rule, g::replace_path_rule, g::replace_rule,
        g::replacement, g::keep_rule, g::sign_rule, g::drop_rule, g::add_rule,
        g::because, g::section, g::file_name, g::list_definition,
        g::definition>>;

template <typename Rule>
struct Depth : pegtl::nothing<Rule> {};
template <>
struct Depth<g::nested> : pegtl::limit_depth<kMaxConditionDepth> {};
template <>
struct Depth<g::negated> : pegtl::limit_depth<kMaxConditionDepth> {};

Position position_of(const Node& node) {
  return {node.begin().line, node.begin().column};
}

Position position_of(std::string_view text, std::size_t place) {
  const std::string_view before = text.substr(0, place);
  const auto lines =
      static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_end = before.rfind('\n');  // npos + 1 is 0
  return {lines + 1, place - (line_end + 1) + 1};
}

template <typename Rule>
const Node* child(const Node& node) {
  for (const auto& each : node.children) {
    if (each->is_type<Rule>()) return each.get();
  }
  return nullptr;
}

template <typename Rule>
std::string content_of(const Node& node) {
  const Node* found = child<Rule>(node);
  return found == nullptr ? std::string() : found->string();
}

// The text between the quotes, \" as ".  Other backslashes stay: they are a
// regular expression's.
std::string text_of(const Node& quoted) {
  std::string text;
  const std::string raw = content_of<g::text>(quoted);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\' && i + 1 < raw.size() && raw[i + 1] == '"') ++i;
    text += raw[i];
  }
  return text;
}

std::uint64_t factor_of(std::string_view unit) {
  constexpr std::pair<std::string_view, std::uint64_t> units[] = {
      {"KiB", 1ULL << 10U}, {"MiB", 1ULL << 20U},
      {"GiB", 1ULL << 30U}, {"s", 1},
      {"min", 60},          {"h", 3600},
      {"day", 86400},       {"days", 86400},
      {"d", 86400}};
  for (const auto& [name, factor] : units) {
    if (name == unit) return factor;
  }
  return 1;
}

std::optional<std::uint64_t> number_of(std::string_view digits,
                                       std::string_view unit) {
  std::uint64_t number = 0;
  const auto result =
      std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const std::uint64_t factor = factor_of(unit);
  if (result.ec != std::errc() || number > INT64_MAX / factor) {
    return std::nullopt;
  }
  return number * factor;
}

bool is_operand(const Node& node) {
  return node.is_type<g::quoted>() || node.is_type<g::number>() ||
         node.is_type<g::setting>() || node.is_type<g::quantified>() ||
         node.is_type<g::plain_name>();
}

// "every  recipient unknown" with one blank between the words.
std::string single_blanks(std::string_view text) {
  std::string words;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank) {
      words += c;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
  }
  while (!words.empty() && words.back() == ' ') words.pop_back();
  return words;
}

Operand operand_of(const Node& node) {
  Operand operand;
  operand.position = position_of(node);
  if (node.is_type<g::quoted>()) {
    operand.kind = Operand::Kind::kText;
    operand.text = text_of(node);
  } else if (node.is_type<g::number>()) {
    operand.kind = Operand::Kind::kNumber;
    const std::string unit = content_of<g::unit_name>(node);
    operand.text = content_of<g::digits>(node);
    operand.number = number_of(operand.text, unit);
    if (!unit.empty()) operand.text += ' ' + unit;
  } else if (node.is_type<g::setting>()) {
    operand.kind = Operand::Kind::kSetting;
    operand.text = content_of<g::setting_name>(node);
  } else if (node.is_type<g::quantified>()) {
    operand.text = single_blanks(node.string_view());
  } else {
    operand.text = content_of<g::name>(node);
    if (const Node* argument = child<g::argument>(node)) {
      operand.argument = argument->string();
    }
  }
  return operand;
}

// The only operand below a node.
Operand operand_in(const Node& node) {
  for (const auto& each : node.children) {
    if (is_operand(*each)) return operand_of(*each);
  }
  return {};
}

std::vector<Operand> members_of(const Node& node) {
  std::vector<Operand> members;
  for (const auto& each : node.children) {
    if (is_operand(*each)) members.push_back(operand_of(*each));
  }
  return members;
}

Condition condition_of(const Node& node);

Condition negation_of(Condition condition) {
  Condition negated;
  negated.kind = Condition::Kind::kNot;
  negated.position = condition.position;
  negated.children.push_back(std::move(condition));
  return negated;
}

Condition::Kind comparison_of(std::string_view comparator) {
  if (comparator == "<") return Condition::Kind::kLess;
  if (comparator == "<=") return Condition::Kind::kAtMost;
  if (comparator == ">") return Condition::Kind::kMore;
  return Condition::Kind::kAtLeast;
}

// The operator and what is on its right.
void add_operator(const Node& node, Condition& condition) {
  if (node.is_type<g::op_is>()) {
    condition.kind = Condition::Kind::kIs;
    condition.right = operand_in(node);
  } else if (node.is_type<g::op_in>()) {
    condition.kind = Condition::Kind::kIn;
    if (const Node* members = child<g::members>(node)) {
      condition.members = members_of(*members);
    } else if (const Node* list = child<g::list_name>(node)) {
      condition.right = operand_in(*list);
    }
  } else if (node.is_type<g::op_compare>()) {
    condition.kind = comparison_of(content_of<g::comparator>(node));
    condition.right = operand_in(node);
  } else if (node.is_type<g::op_matches>()) {
    condition.kind = Condition::Kind::kMatches;
    if (const Node* pattern = child<g::pattern>(node)) {
      condition.right.kind = Operand::Kind::kText;
      condition.right.text = text_of(*pattern);
      condition.right.position = position_of(*pattern);
    }
  } else if (node.is_type<g::op_fails>()) {
    condition.kind = Condition::Kind::kFails;
  }
}

Condition comparison(const Node& node) {
  Condition condition;
  condition.position = position_of(node);
  condition.left = operand_in(node);
  if (node.children.size() < 2) return condition;
  const Node& operation = *node.children.back();
  add_operator(operation, condition);
  return child<g::w_not>(operation) == nullptr
             ? condition
             : negation_of(std::move(condition));
}

// `and` and `or`, unless there is but one to join.
Condition joined(const Node& node, Condition::Kind kind) {
  if (node.children.size() == 1) return condition_of(*node.children.front());
  Condition condition;
  condition.kind = kind;
  condition.position = position_of(node);
  for (const auto& each : node.children) {
    condition.children.push_back(condition_of(*each));
  }
  return condition;
}

Condition condition_of(const Node& node) {
  if (node.is_type<g::condition>()) {
    return joined(node, Condition::Kind::kOr);
  }
  if (node.is_type<g::conjunction>()) {
    return joined(node, Condition::Kind::kAnd);
  }
  if (node.is_type<g::negated>()) {
    return negation_of(condition_of(*node.children.back()));
  }
  if (node.is_type<g::nested>()) return condition_of(*node.children.front());
  return comparison(node);
}

std::optional<Condition> clause_of(const Node& node) {
  if (const Node* when = child<g::when_clause>(node)) {
    return condition_of(*when->children.front());
  }
  if (const Node* unless = child<g::unless_clause>(node)) {
    return negation_of(condition_of(*unless->children.front()));
  }
  return std::nullopt;
}

void add_reply(const Node& node, RuleSyntax& rule) {
  const std::string code = content_of<g::code>(node);
  std::from_chars(code.data(), code.data() + code.size(), rule.reply.code);
  rule.reply.enhanced_status = content_of<g::enhanced_status>(node);
  if (const Node* text = child<g::reply_text>(node)) {
    rule.reply.text = text_of(*text);
    rule.reply.text_position = position_of(*text);
  }
}

void add_reason(const Node& node, RuleSyntax& rule) {
  if (const Node* because = child<g::because>(node)) {
    rule.because = operand_in(*because);
  }
  if (const Node* reason = child<g::reason>(node)) {
    rule.reason = reason->string();
    rule.reason_position = position_of(*reason);
  }
}

LimitSyntax limit_of(const Node& node) {
  LimitSyntax limit;
  if (const Node* count = child<g::limit_count>(node)) {
    if (const Node* setting = child<g::setting>(*count)) {
      limit.count = operand_of(*setting);
    } else {
      limit.count.kind = Operand::Kind::kNumber;
      limit.count.text = content_of<g::digits>(*count);
      limit.count.number = number_of(limit.count.text, "");
      limit.count.position = position_of(*count);
    }
  }
  limit.period = factor_of(content_of<g::period>(node));
  if (const Node* burst = child<g::burst>(node)) {
    limit.burst = operand_in(*burst);
  }
  limit.counts_recipients = child<g::counting_recipients>(node) != nullptr;
  for (const auto& each : node.children) {
    if (each->is_type<g::limit_key>()) limit.keys.push_back(operand_in(*each));
  }
  return limit;
}

Action action_of(const Node& node) {
  if (node.is_type<g::accept_rule>()) return Action::kAccept;
  if (node.is_type<g::reject_rule>()) return Action::kReject;
  if (node.is_type<g::defer_rule>()) return Action::kDefer;
  if (node.is_type<g::discard_rule>()) return Action::kDiscard;
  if (node.is_type<g::limit_rule>()) return Action::kLimit;
  if (node.is_type<g::remove_rule>()) return Action::kRemove;
  if (node.is_type<g::replace_path_rule>()) return Action::kReplaceReversePath;
  if (node.is_type<g::replace_rule>()) return Action::kReplace;
  if (node.is_type<g::keep_rule>()) return Action::kKeepOnly;
  if (node.is_type<g::drop_rule>()) return Action::kDropRecipients;
  if (node.is_type<g::add_rule>()) return Action::kAddAuthenticationResults;
  return Action::kSign;
}

RuleSyntax rule_of(const Node& node) {
  RuleSyntax rule;
  rule.action = action_of(node);
  rule.position = position_of(node);
  rule.condition = clause_of(node);
  add_reply(node, rule);
  add_reason(node, rule);
  if (rule.action == Action::kLimit) {
    rule.limit = limit_of(node);
    const Node* refuses = child<g::over_reject>(node);
    const Node* over =
        refuses != nullptr ? refuses : child<g::over_defer>(node);
    rule.when_over = refuses != nullptr ? Action::kReject : Action::kDefer;
    if (over != nullptr) {
      add_reply(*over, rule);
      add_reason(*over, rule);
    }
  }
  rule.name = content_of<g::field_name>(node) + content_of<g::set_name>(node) +
              content_of<g::dropped_state>(node);
  if (const Node* replacement = child<g::replacement>(node)) {
    rule.text = text_of(*replacement);
  }
  return rule;
}

Statement statement_of(const Node& node) {
  Statement statement;
  statement.position = position_of(node);
  if (node.is_type<g::section>()) {
    statement.kind = Statement::Kind::kSection;
    statement.name = content_of<g::section_name>(node);
  } else if (node.is_type<g::list_definition>()) {
    statement.kind = Statement::Kind::kList;
    statement.name = content_of<g::defined_name>(node);
    if (const Node* file = child<g::file_name>(node)) {
      statement.file = text_of(*file);
    } else if (const Node* members = child<g::members>(node)) {
      statement.members = members_of(*members);
    }
  } else if (node.is_type<g::definition>()) {
    statement.kind = Statement::Kind::kDefine;
    statement.name = content_of<g::defined_name>(node);
    statement.condition = condition_of(*node.children.back());
  } else {
    statement.rule = rule_of(node);
  }
  return statement;
}

SyntaxError error_of(const pegtl::parse_error& error, std::string_view text) {
  const pegtl::position& at = error.positions().front();
  std::string message(error.message());
  message = message.starts_with("maximum parser rule nesting")
                ? "parentheses and negations are nested too deeply"
                : "expected " + message + meant_at(text, at.byte, message);
  return {{at.line, at.column}, std::move(message)};
}

}  // namespace

SyntaxResult parse(std::string_view text) {
  SyntaxResult result;
  if (text.size() > kMaxFileOctets) {
    result.error = SyntaxError{{}, "the file is larger than 4 MiB"};
    return result;
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    result.error =
        SyntaxError{position_of(text, nul), "a NUL octet is no text"};
    return result;
  }
  pegtl::memory_input input(text.data(), text.size(), "rules");
  try {
    const auto root =
        pegtl::parse_tree::parse<g::file, Selector, Depth, g::control_base>(
            input);
    for (const auto& node : root->children) {
      result.statements.push_back(statement_of(*node));
    }
  } catch (const pegtl::parse_error& error) {
    result.statements.clear();
    result.error = error_of(error, text);
  }
  return result;
}

}  // namespace rules
