#include "rules/scope.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rules {

namespace {

constexpr std::ptrdiff_t kMaxTold = 100;

// RFC 5322 3.6.8
bool is_field_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c > ' ' && c <= '~' && c != ':';
  });
}

std::string question(std::string_view meant) {
  return meant.empty() ? "" : ", did you mean '" + std::string(meant) + "'?";
}

}  // namespace

std::string_view to_string(Stage stage) {
  switch (stage) {
    case Stage::kEnvelope:
      return "the envelope";
    case Stage::kHeader:
      return "the header section";
    case Stage::kEnd:
      break;
  }
  return "the end of the message";
}

void Scope::add(bool is_error, const Position& position, std::string message) {
  // A file that is wrong in every line is not told line by line.
  const auto told = std::count_if(
      diagnostics.begin(), diagnostics.end(),
      [&](const Diagnostic& each) { return each.is_error == is_error; });
  if (told >= kMaxTold) return;
  Diagnostic diagnostic;
  diagnostic.is_error = is_error;
  diagnostic.file = source().name;
  diagnostic.position = position;
  diagnostic.message = std::move(message);
  diagnostic.source_line = line_of(source().text, position.line);
  diagnostics.push_back(std::move(diagnostic));
}

void Scope::error(const Position& position, std::string message) {
  add(true, position, std::move(message));
}

void Scope::warn(const Position& position, std::string message) {
  add(false, position, std::move(message));
}

std::string Scope::did_you_mean(std::string_view wrong) const {
  std::vector<std::string_view> names;
  for (const FactDefinition& fact : vocabulary().facts) {
    names.push_back(fact.name);
  }
  for (const auto& [name, condition] : definitions) names.push_back(name);
  return question(nearest(wrong, names));
}

std::string Scope::list_meant_by(std::string_view wrong) const {
  std::vector<std::string_view> names;
  for (const auto& [name, list] : lists) names.push_back(name);
  return question(nearest(wrong, names));
}

const FactDefinition* Scope::find_fact(const Operand& operand) const {
  if (operand.kind != Operand::Kind::kName) return nullptr;
  return vocabulary().find_fact(operand.text);
}

std::optional<std::size_t> Scope::use_fact(const Operand& operand) {
  const FactDefinition* definition = find_fact(operand);
  if (definition == nullptr) {
    error(operand.position, "there is no fact '" + operand.text + "'" +
                                did_you_mean(operand.text));
    return std::nullopt;
  }
  if ((definition->where & where_) == 0) {
    error(operand.position,
          "'" + operand.text + "' is not known in this section");
    return std::nullopt;
  }
  if (definition->has_argument != operand.argument.has_value()) {
    error(operand.position,
          definition->has_argument
              ? "'" + operand.text + "' wants a name in brackets behind it"
              : "'" + operand.text + "' takes nothing in brackets");
    return std::nullopt;
  }
  if (operand.argument && !is_field_name(*operand.argument)) {
    error(operand.position,
          "'" + *operand.argument + "' is no name of a header field");
    return std::nullopt;
  }
  FactUse use;
  use.definition = definition;
  use.fact = static_cast<std::size_t>(definition - vocabulary().facts.data());
  use.argument = operand.argument.value_or("");
  const auto found = std::find_if(
      rules->facts.begin(), rules->facts.end(), [&](const FactUse& each) {
        return each.fact == use.fact &&
               equal_ignoring_case(each.argument, use.argument);
      });
  const auto place = static_cast<std::size_t>(found - rules->facts.begin());
  if (found == rules->facts.end()) rules->facts.push_back(std::move(use));
  return place;
}

std::optional<std::uint64_t> Scope::number_of(const Operand& operand) {
  if (operand.kind == Operand::Kind::kNumber) {
    if (!operand.number) {
      error(operand.position, operand.text + " is a larger number than any");
    }
    return operand.number;
  }
  if (operand.kind != Operand::Kind::kSetting) {
    error(operand.position, "wanted a number or a $setting");
    return std::nullopt;
  }
  const auto text = surroundings_.setting(operand.text);
  if (!text) {
    error(operand.position, "chatmail.ini has no key '" + operand.text + "'");
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const char* end = text->data() + text->size();
  const auto result = std::from_chars(text->data(), end, number);
  if (result.ec != std::errc() || result.ptr != end) {
    error(operand.position,
          "$" + operand.text + " is '" + *text + "', which is no number");
    return std::nullopt;
  }
  return number;
}

std::optional<Scope::PatternPlace> Scope::add_pattern(std::size_t fact,
                                                      const Operand& pattern) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_max_mem(kPatternMemory);
  const re2::RE2 alone(pattern.text, options);
  if (!alone.ok()) {
    error(pattern.position, "no regular expression: " + alone.error());
    return std::nullopt;
  }
  int& total = program_sizes_[fact];
  total += alone.ProgramSize();
  if (alone.ProgramSize() > kMaxPatternProgram || total > kMaxPatternPrograms) {
    error(pattern.position, "the patterns for this fact are too large: " +
                                std::to_string(alone.ProgramSize()) +
                                " steps here, " + std::to_string(total) +
                                " in all");
    return std::nullopt;
  }
  auto found =
      std::find_if(rules->pattern_sets.begin(), rules->pattern_sets.end(),
                   [&](const PatternSet& each) { return each.fact == fact; });
  if (found == rules->pattern_sets.end()) {
    PatternSet fresh;
    fresh.fact = fact;
    fresh.set = std::make_unique<re2::RE2::Set>(options, re2::RE2::UNANCHORED);
    rules->pattern_sets.push_back(std::move(fresh));
    found = rules->pattern_sets.end() - 1;
  }
  std::string ignored;
  const int place = found->set->Add(pattern.text, &ignored);
  if (place < 0) {
    error(pattern.position, "no regular expression: " + ignored);
    return std::nullopt;
  }
  found->patterns.push_back(pattern.text);
  return PatternPlace{
      static_cast<std::size_t>(found - rules->pattern_sets.begin()),
      static_cast<std::size_t>(place)};
}

}  // namespace rules
