// Rules compile or say why: every diagnostic stands inside its file, an error
// means no rules, and a rule set that was made answers for any facts.

#include <algorithm>
#include <cstdint>
#include <string>

#include "rules/diagnostics.h"
#include "tests/fuzz/check.h"
#include "tests/rules/toy_world.h"

namespace {

void check_diagnostics(const std::string& text,
                       const rules::CompileResult& result) {
  const auto lines =
      static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n') + 1);
  for (const rules::Diagnostic& diagnostic : result.diagnostics) {
    const rules::Position& at = diagnostic.position;
    fuzz::check(at.line >= 1 && at.line <= lines, "a line of the file");
    fuzz::check(
        at.column >= 1 && at.column <= diagnostic.source_line.size() + 2,
        "a column of the line, or behind it");
    fuzz::check(!diagnostic.message.empty(), "a message");
    for (const char c : to_string(diagnostic)) {
      fuzz::check(c == '\n' || c < 0 || c >= ' ', "no controls are printed");
    }
  }
}

void ask(const rules::CompileResult& result, rules::FactSource& facts) {
  for (const rules::Section& section : result.rules->sections) {
    rules::Evaluation evaluation(result.rules, section, facts);
    const rules::Outcome outcome = evaluation.decide();
    fuzz::check(outcome.kind != rules::Outcome::Kind::kDecided ||
                    outcome.rule != nullptr,
                "what decides is a rule");
    if (outcome.rule != nullptr) evaluation.text_of(*outcome.rule);
    rules::Outcome open;
    evaluation.limits(open);
    evaluation.header_edits(open);
    evaluation.final_edits(open);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(octets), size);
  const rules::CompileResult result = rules_test::compile(text);
  check_diagnostics(text, result);
  fuzz::check((result.rules == nullptr) == has_errors(result.diagnostics),
              "rules, or an error");
  if (result.rules == nullptr) return 0;
  rules_test::ToyFacts nothing_known;
  ask(result, nothing_known);
  rules_test::ToyFacts all_known;
  all_known.set_text("login", "ann@a.example");
  all_known.set_text("reverse-path", text.substr(0, 100));
  all_known.set_text("client", "192.0.2.7");
  all_known.set_text("shape", "bounce");
  all_known.set_text("dkim", "pass");
  all_known.set("size", rules::Value::of(std::uint64_t{size}));
  all_known.set("recipients", rules::Value::of(std::uint64_t{2}));
  all_known.set("blocked", rules::Value::failed());
  ask(result, all_known);
  return 0;
}
