#include "tests/rules/toy_world.h"

#include <optional>

namespace rules_test {
namespace {

using enum rules::Type;
using enum rules::Stage;
using enum rules::Cost;

constexpr std::uint8_t kHome = 1;
constexpr std::uint8_t kAbroad = 2;

constexpr rules::FactDefinition kFacts[] = {
    {"login", kText, kEnvelope, kFree, "", ""},
    {"reverse-path", kText, kEnvelope, kFree, "", ""},
    {"client", kAddress, kEnvelope, kFree, "", ""},
    {"recipients", kNumber, kEnvelope, kFree, "", ""},
    {"blocked", kFlag, kEnvelope, kLookup, "", ""},
    {"header", kText, kHeader, kFree, "", "", "", true},
    {"shape", kWord, kEnd, kFree, "", "", "encrypted|bounce|cleartext"},
    {"size", kNumber, kEnd, kFree, "", ""},
    {"dkim", kWord, kEnd, kWait, "", "", "pass|fail|none"},
    {"every recipient unknown", kFlag, kEnvelope, kLookup, "", ""},
    {.name = "explained", .type = kText, .own_words = true},
    {.name = "at-home", .type = kFlag, .where = kHome},
};

using enum rules::Action;
constexpr rules::Action kEarlyActions[] = {kReject, kDefer, kAccept, kLimit};
constexpr rules::Action kMessageActions[] = {
    kAccept,   kReject, kDefer,          kDiscard,
    kLimit,    kRemove, kReplace,        kReplaceReversePath,
    kKeepOnly, kSign,   kDropRecipients, kAddAuthenticationResults};
constexpr rules::SectionDefinition kSections[] = {
    {"early", kEnvelope, kEarlyActions},
    {"message", kEnd, kMessageActions, kAbroad},
};
constexpr std::string_view kHeaderSets[] = {"outbound-headers"};
constexpr std::string_view kStates[] = {"disabled"};
constexpr rules::Vocabulary kVocabulary{kFacts, kSections, kHeaderSets,
                                        kStates};

}  // namespace

const rules::Vocabulary& toy_vocabulary() { return kVocabulary; }

void ToyFacts::set(const std::string& name, rules::Value value) {
  values_[name] = value;
}

void ToyFacts::set_text(const std::string& name, const std::string& text) {
  values_[name] = rules::Value::of(std::string_view(texts_[name] = text));
}

rules::Value ToyFacts::value(std::size_t fact, std::string_view argument) {
  std::string name(kFacts[fact].name);
  if (!argument.empty()) name += "[" + std::string(argument) + "]";
  asked.push_back(name);
  const auto found = values_.find(name);
  return found == values_.end() ? rules::Value::not_yet() : found->second;
}

rules::CompileResult compile(const std::vector<rules::SourceFile>& files) {
  rules::Surroundings surroundings{
      kVocabulary,
      [](std::string_view key) -> std::optional<std::string> {
        if (key == "burst") return "10";
        if (key == "name") return "x";
        if (key == "switched-off") return "No";
        return std::nullopt;
      },
      [](const std::string&, const std::string& name,
         std::string& error) -> std::optional<std::string> {
        if (name == "lists/two") {
          return "# two\na.example\n  B.example # b\r\n\n";
        }
        if (name == "lists/hosts") return "192.0.2.0/24\n2001:db8::/32";
        error = "No such file or directory";
        return std::nullopt;
      }};
  return rules::compile(files, surroundings);
}

rules::CompileResult compile(const std::string& text) {
  return compile(std::vector<rules::SourceFile>{{"toy.conf", text}});
}

std::string told(const rules::CompileResult& result) {
  std::string all;
  for (const rules::Diagnostic& diagnostic : result.diagnostics) {
    const std::string text = to_string(diagnostic);
    all += text.substr(0, text.find('\n')) + "\n";
  }
  return all;
}

}  // namespace rules_test
