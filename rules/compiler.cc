#include "rules/compiler.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "rules/reach.h"
#include "rules/scope.h"

namespace rules {
namespace {

bool is_edit(Action action) {
  switch (action) {
    case Action::kRemove:
    case Action::kReplace:
    case Action::kKeepOnly:
    case Action::kSign:
      return true;  // of the header section
    default:
      return false;
  }
}

// "5.7.1": a class, a subject, a detail, the latter two of up to three digits
// (RFC 3463 2).
bool is_enhanced_status(std::string_view text) {
  static const re2::RE2 pattern("[245]\\.[0-9]{1,3}\\.[0-9]{1,3}");
  return re2::RE2::FullMatch({text.data(), text.size()}, pattern);
}

bool decides(Action action) {
  return action == Action::kAccept || action == Action::kReject ||
         action == Action::kDefer || action == Action::kDiscard;
}

bool allows(const SectionDefinition& section, Action action) {
  return std::find(section.actions.begin(), section.actions.end(), action) !=
         section.actions.end();
}

// One statement after the other into Scope::rules.
class StatementCompiler {
 public:
  explicit StatementCompiler(Scope& scope) : scope_(scope) {
    for (const SectionDefinition& definition : scope.vocabulary().sections) {
      scope.rules->sections.push_back({&definition, {}, {}, {}, {}});
    }
  }

  void begin_file() { section_ = nullptr; }

  void add(const Statement& statement) {
    switch (statement.kind) {
      case Statement::Kind::kSection:
        return begin_section(statement);
      case Statement::Kind::kList:
        return add_list(statement);
      case Statement::Kind::kDefine:
        return add_definition(statement);
      case Statement::Kind::kRule:
        return add_rule(statement.rule);
    }
  }

 private:
  void begin_section(const Statement& statement);
  void add_list(const Statement& statement);
  void add_definition(const Statement& statement);
  void add_rule(const RuleSyntax& syntax);
  bool add_reply(const RuleSyntax& syntax, Stage last, Rule& rule);
  bool check_bare_text(const RuleSyntax& syntax);
  bool add_cause(const RuleSyntax& syntax, Stage last, Rule& rule);
  bool add_limit(const RuleSyntax& syntax, Rule& rule);
  bool check_name(const RuleSyntax& syntax);
  void place(const RuleSyntax& syntax, Rule rule);
  void warn_if_never_reached(const RuleSyntax& syntax);

  Scope& scope_;
  Section* section_ = nullptr;
  std::set<const Section*> warned_;  // of rules that are never reached, once
  // By section, and by folder: whoever has rules of his own in front of others
  // may well say the same.
  std::map<std::pair<const Section*, std::string>, DecidedBefore> decided_;
};

void StatementCompiler::begin_section(const Statement& statement) {
  section_ = nullptr;
  for (Section& section : scope_.rules->sections) {
    if (section.definition->name == statement.name) section_ = &section;
  }
  if (section_ != nullptr) {
    return scope_.set_where(section_->definition->where);
  }
  std::string names;
  for (const SectionDefinition& each : scope_.vocabulary().sections) {
    names += (names.empty() ? "" : ", ") + std::string(each.name);
  }
  scope_.error(statement.position,
               "there is no section '" + statement.name + "', but: " + names);
}

void StatementCompiler::add_list(const Statement& statement) {
  if (scope_.lists.contains(statement.name)) {
    return scope_.error(statement.position,
                        "the list '" + statement.name + "' is defined already");
  }
  auto list = statement.file.empty()
                  ? compile_members(statement.members, scope_)
                  : compile_list_file(statement, scope_);
  if (list) scope_.lists.emplace(statement.name, std::move(*list));
}

void StatementCompiler::add_definition(const Statement& statement) {
  if (scope_.vocabulary().find_fact(statement.name) != nullptr) {
    return scope_.error(statement.position,
                        "'" + statement.name + "' is a fact already");
  }
  const auto before = scope_.definitions.find(statement.name);
  if (before != scope_.definitions.end()) {
    return scope_.error(
        statement.position,
        "'" + statement.name + "' is defined already, in " +
            scope_.rules->files[before->second.file] + ':' +
            std::to_string(before->second.condition.position.line));
  }
  // Errors in it are told where it stands, not where it is used; whether its
  // facts are known there comes out where it is used.
  scope_.set_where(kEverywhere);
  if (compile_condition(statement.condition, Stage::kEnd, scope_)) {
    scope_.definitions.emplace(statement.name,
                               Definition{statement.condition, scope_.file()});
  }
  if (section_ != nullptr) scope_.set_where(section_->definition->where);
}

bool StatementCompiler::add_reply(const RuleSyntax& syntax, Stage last,
                                  Rule& rule) {
  const Action action =
      syntax.action == Action::kLimit ? syntax.when_over : syntax.action;
  rule.reason = syntax.reason;
  if (action != Action::kReject && action != Action::kDefer) return true;
  const int wanted = action == Action::kReject ? 5 : 4;
  const std::string& enhanced = syntax.reply.enhanced_status;
  if (syntax.reply.code / 100 != wanted ||
      (!enhanced.empty() && enhanced[0] != '0' + wanted)) {
    scope_.error(syntax.position,
                 action == Action::kReject
                     ? "'reject' is for good: its codes begin with 5"
                     : "'defer' is for the moment: its codes begin with 4");
    return false;
  }
  if (enhanced == "5.5.0") {
    scope_.error(syntax.position,
                 "5.5.0 is taken for temporary by Delta Chat, which retries");
    return false;
  }
  if (!is_enhanced_status(enhanced) && !enhanced.empty()) {
    scope_.error(syntax.position,
                 "'" + enhanced + "' is no enhanced status code (RFC 3463)");
    return false;
  }
  if (enhanced.empty() && !check_bare_text(syntax)) return false;
  rule.code = syntax.reply.code;
  rule.enhanced_status = enhanced;
  auto text = compile_template(syntax.reply.text, syntax.reply.text_position,
                               last, syntax.action == Action::kLimit, scope_);
  if (!text) return false;
  rule.text = std::move(*text);
  return true;
}

// A text without a code in front of it must not bring one: it would be nobody's
// decision, or a sender's.
bool StatementCompiler::check_bare_text(const RuleSyntax& syntax) {
  const std::string& text = syntax.reply.text;
  if (text.starts_with('{')) {
    scope_.error(syntax.reply.text_position,
                 "a text that begins with a fact wants an enhanced status code "
                 "in front of it");
    return false;
  }
  if (!is_enhanced_status(std::string_view(text).substr(0, text.find(' ')))) {
    return true;
  }
  scope_.error(syntax.reply.text_position,
               "an enhanced status code stands in front of the text, without "
               "quotes");
  return false;
}

bool StatementCompiler::add_cause(const RuleSyntax& syntax, Stage last,
                                  Rule& rule) {
  if (!syntax.because) return true;
  const Operand& cause = *syntax.because;
  if (cause.kind != Operand::Kind::kName &&
      cause.kind != Operand::Kind::kText) {
    scope_.error(cause.position, "wanted a fact or a \"text\"");
    return false;
  }
  std::string text = cause.text;
  if (cause.kind == Operand::Kind::kName) {
    if (cause.argument) text += '[' + *cause.argument + ']';
    text = '{' + text + '}';
  }
  auto compiled =
      compile_template(text, cause.position, last, /*has_wait=*/false, scope_);
  if (compiled) rule.because = std::move(*compiled);
  return compiled.has_value();
}

bool StatementCompiler::add_limit(const RuleSyntax& syntax, Rule& rule) {
  const auto count = scope_.number_of(syntax.limit.count);
  const auto burst = syntax.limit.burst ? scope_.number_of(*syntax.limit.burst)
                                        : std::optional<std::uint64_t>(1);
  if (!count || !burst) return false;
  if (*count == 0) {
    scope_.error(syntax.limit.count.position, "a limit of 0 lets nothing pass");
    return false;
  }
  rule.limit.count = *count;
  rule.limit.period = syntax.limit.period;
  rule.limit.burst = std::max<std::uint64_t>(*burst, 1);
  rule.limit.counts_recipients = syntax.limit.counts_recipients;
  for (const Operand& key : syntax.limit.keys) {
    const auto fact = scope_.use_fact(key);
    if (!fact) return false;
    rule.limit.keys.push_back(*fact);
  }
  return true;
}

bool StatementCompiler::check_name(const RuleSyntax& syntax) {
  const bool of_field =
      syntax.action == Action::kRemove || syntax.action == Action::kReplace;
  if (of_field && equal_ignoring_case(syntax.name, "reverse-path")) {
    scope_.error(syntax.position, "'reverse-path' is no header field");
    return false;
  }
  const bool is_plain =
      std::all_of(syntax.text.begin(), syntax.text.end(),
                  [](char c) { return c >= ' ' && c <= '~' && c != '{'; });
  if (syntax.action == Action::kReplace && !is_plain) {
    scope_.error(syntax.position,
                 "a replacement is sent as it stands: printable ASCII without "
                 "{facts}");
    return false;
  }
  const bool of_set = syntax.action == Action::kKeepOnly;
  if (!of_set && syntax.action != Action::kDropRecipients) return true;
  const auto names = of_set ? scope_.vocabulary().header_sets
                            : scope_.vocabulary().recipient_states;
  if (std::find(names.begin(), names.end(), syntax.name) != names.end()) {
    return true;
  }
  scope_.error(syntax.position, (of_set ? "there is no set of header fields '"
                                        : "recipients have no state '") +
                                    syntax.name + "'");
  return false;
}

void StatementCompiler::add_rule(const RuleSyntax& syntax) {
  if (section_ == nullptr) {
    return scope_.error(syntax.position,
                        "a rule stands in a section: begin one with 'on'");
  }
  if (!allows(*section_->definition, syntax.action)) {
    return scope_.error(syntax.position,
                        "'" + std::string(to_string(syntax.action)) +
                            "' is nothing that can be done on " +
                            std::string(section_->definition->name));
  }
  Rule rule;
  rule.action = syntax.action;
  rule.when_over = syntax.when_over;
  rule.name = syntax.name;
  rule.replacement = syntax.text;
  rule.file = scope_.file();
  rule.position = syntax.position;
  // A header section is edited before the body has come.
  const Stage last =
      is_edit(syntax.action)
          ? std::min(Stage::kHeader, section_->definition->last_stage)
          : section_->definition->last_stage;
  bool good = check_name(syntax) && add_reply(syntax, last, rule) &&
              add_cause(syntax, last, rule);
  if (syntax.action == Action::kLimit) good = add_limit(syntax, rule) && good;
  if (syntax.condition) {
    rule.condition = compile_condition(*syntax.condition, last, scope_);
    good = good && rule.condition.has_value();
  }
  if (good) place(syntax, std::move(rule));
}

void StatementCompiler::warn_if_never_reached(const RuleSyntax& syntax) {
  if (!syntax.condition) return;
  if (never_holds(*syntax.condition)) {
    return scope_.warn(syntax.condition->position,
                       "this is never so: the condition contradicts itself");
  }
  if (!decides(syntax.action)) return;
  const std::string& file = scope_.source().name;
  DecidedBefore& before =
      decided_[{section_, file.substr(0, file.rfind('/') + 1)}];
  const std::string_view place = before.find(*syntax.condition);
  if (place.empty()) {
    before.add(*syntax.condition,
               file + ':' + std::to_string(syntax.position.line));
  } else {
    scope_.warn(syntax.position,
                "this is never reached: " + std::string(place) +
                    " decides whenever it would");
  }
}

void StatementCompiler::place(const RuleSyntax& syntax, Rule rule) {
  std::vector<Rule>& deciding = section_->deciding;
  const bool is_decided =
      !deciding.empty() &&
      (!deciding.back().condition || always_holds(*deciding.back().condition));
  // Limits and edits hold wherever they stand.
  if (is_decided && decides(rule.action) && warned_.insert(section_).second) {
    scope_.warn(syntax.position,
                "this, and what decides behind it, is never reached: " +
                    scope_.rules->place_of(deciding.back()) +
                    " decides every message");
  }
  if (!is_decided) warn_if_never_reached(syntax);
  if (is_edit(rule.action)) {
    section_->header_edits.push_back(std::move(rule));
  } else if (rule.action == Action::kLimit) {
    section_->limits.push_back(std::move(rule));
  } else if (!decides(rule.action)) {
    section_->final_edits.push_back(std::move(rule));
  } else if (!is_decided) {
    deciding.push_back(std::move(rule));
  }
}

bool compile_patterns(Scope& scope) {
  for (PatternSet& patterns : scope.rules->pattern_sets) {
    if (!patterns.set->Compile()) {
      scope.error({}, "the patterns need more memory than they may have");
      return false;
    }
  }
  return true;
}

}  // namespace

CompileResult compile(std::span<const SourceFile> files,
                      const Surroundings& surroundings) {
  Scope scope(files, surroundings);
  StatementCompiler compiler(scope);
  for (const SourceFile& file : files) {
    scope.rules->files.push_back(file.name);
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    scope.begin_file(i);
    compiler.begin_file();
    const SyntaxResult syntax = parse(files[i].text);
    if (syntax.error) {
      scope.error(syntax.error->position, syntax.error->message);
      continue;
    }
    for (const Statement& statement : syntax.statements) {
      compiler.add(statement);
    }
  }
  CompileResult result;
  const bool good = !files.empty() && compile_patterns(scope);
  result.diagnostics = std::move(scope.diagnostics);
  if (good && !has_errors(result.diagnostics)) {
    result.rules = std::move(scope.rules);
  }
  return result;
}

}  // namespace rules
