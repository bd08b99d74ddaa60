#include "rules/evaluation.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/rules/toy_world.h"

namespace rules_test {
namespace {

using rules::Outcome;
using rules::Value;

// "accept", the reason of another decision, or why there is none.
std::string decided(rules::Evaluation& evaluation) {
  const Outcome outcome = evaluation.decide();
  switch (outcome.kind) {
    case Outcome::Kind::kDecided:
      return outcome.rule->action == rules::Action::kAccept
                 ? "accept"
                 : outcome.rule->reason;
    case Outcome::Kind::kNotYet:
      return "not yet";
    case Outcome::Kind::kUnworded:
      return "unworded";
    case Outcome::Kind::kFactFailed:
      return "failed: " +
             std::string(
                 evaluation.rules().facts[outcome.fact].definition->name);
    case Outcome::Kind::kUndecided:
      break;
  }
  return "undecided";
}

std::string decided(const std::string& text, ToyFacts& facts) {
  const rules::CompileResult result = compile(text);
  INFO(text << told(result));
  REQUIRE(result.rules != nullptr);
  rules::Evaluation evaluation(result.rules,
                               *result.rules->find_section("message"), facts);
  return decided(evaluation);
}

// What a condition comes to: yes, no, not yet, failed.
std::string truth_of(const std::string& condition, ToyFacts& facts) {
  const std::string answer = decided(
      "list two from \"lists/two\" list hosts from \"lists/hosts\" "
      "on message discard as yes when " +
          condition + " discard as no",
      facts);
  return answer.substr(0, answer.find(':'));
}

TEST_CASE("conditions compare facts of every type") {
  ToyFacts facts;
  facts.set_text("login", "Ann@A.example");
  facts.set_text("reverse-path", "");
  facts.set_text("client", "192.0.2.7");
  facts.set("recipients", Value::of(std::uint64_t{3}));
  facts.set("blocked", Value::of(false));
  facts.set_text("shape", "bounce");
  facts.set("size", Value::of(std::uint64_t{20} * 1024));
  facts.set_text("header[Subject]", "B.example");
  facts.set("every recipient unknown", Value::of(true));
  const struct {
    const char* condition;
    const char* wanted;
  } rows[] = {
      {"login", "yes"},
      {"reverse-path", "no"},
      {"not reverse-path", "yes"},
      {"blocked", "no"},
      {"recipients", "yes"},
      {"every  recipient\tunknown", "yes"},
      {"login is \"ann@a.EXAMPLE\"", "yes"},
      {"login is not \"ann@a.example\"", "no"},
      {"login is reverse-path", "no"},
      {"login is $name", "no"},
      {"recipients is 3", "yes"},
      {"recipients is not 3", "no"},
      {"recipients < 3", "no"},
      {"recipients <= 3", "yes"},
      {"recipients > 3", "no"},
      {"recipients >= 3", "yes"},
      {"recipients < $burst", "yes"},
      {"size is 20 KiB", "yes"},
      {"size > 19KiB and size < 1 MiB", "yes"},
      {"shape is bounce", "yes"},
      {"shape in {encrypted, bounce}", "yes"},
      {"shape not in {encrypted, bounce}", "no"},
      {"header[subject] in two", "no"},  // that one is not set
      {"header[Subject] in two", "yes"},
      {"login in {\"ann@a.example\"}", "yes"},
      {"client in hosts", "yes"},
      {"client in {\"192.0.2.0/29\"}", "yes"},
      {"client in {\"192.0.2.0/30\"}", "no"},
      {"client in {\"2001:db8::/32\", \"192.0.2.7\"}", "yes"},
      {"client is \"192.0.2.7\"", "yes"},
      {"login ~ \"^Ann@.*example$\"", "yes"},
      {"login ~ \"^ann@\"", "no"},
      {"login ~ \"(?i)^ann@\"", "yes"},
      {"login not ~ \"x{3}\"", "yes"},
      {"login ~ \"\\.e\" and login ~ \"nope\"", "no"},
      {"(login or blocked) and not (blocked or reverse-path)", "yes"},
      {"login fails", "no"},
  };
  for (const auto& row : rows) {
    INFO(row.condition);
    if (std::string(row.condition) == "header[subject] in two") {
      CHECK(truth_of(row.condition, facts) == "not yet");
      continue;
    }
    CHECK(truth_of(row.condition, facts) == row.wanted);
  }
}

TEST_CASE("what is not known yet decides only what it cannot change") {
  ToyFacts facts;
  facts.set_text("login", "ann");
  facts.set_text("reverse-path", "");
  facts.set("blocked", Value::failed());
  facts.set("recipients", Value::failed());
  const struct {
    const char* condition;
    const char* wanted;
  } rows[] = {
      {"shape is bounce", "not yet"},
      {"shape is bounce and login", "not yet"},
      {"shape is bounce and reverse-path", "no"},
      {"shape is bounce or login", "yes"},
      {"shape is bounce or reverse-path", "not yet"},
      {"not shape is bounce", "not yet"},
      {"blocked", "failed"},
      {"recipients or login", "yes"},
      {"recipients and reverse-path", "no"},
      {"recipients and login", "failed"},
      {"recipients fails", "yes"},
      {"shape is bounce and recipients", "not yet"},
      {"login is \"ann\" and recipients > 3", "failed"},
  };
  for (const auto& row : rows) {
    INFO(row.condition);
    CHECK(truth_of(row.condition, facts) == row.wanted);
  }
}

TEST_CASE("a fact is asked for once, the cheap ones first") {
  ToyFacts facts;
  facts.set_text("login", "");
  facts.set("blocked", Value::of(true));
  facts.set("size", Value::of(std::uint64_t{1}));
  facts.set_text("dkim", "pass");
  CHECK(decided("on message discard as a when dkim is pass and blocked and "
                "login discard as b when login or blocked accept",
                facts) == "b");
  CHECK(facts.asked == std::vector<std::string>{"login", "blocked"});

  // One that costs something waits for those that come for nothing.
  facts.asked.clear();
  CHECK(decided("on message discard as a unless shape is bounce or blocked "
                "accept",
                facts) == "not yet");
  CHECK(facts.asked == std::vector<std::string>{"shape"});
}

TEST_CASE("the first rule that is true decides, one that is open waits") {
  const std::string text =
      "on message discard as a when login discard as b when shape is bounce "
      "reject 554 5.7.1 \"x\" as c when reverse-path accept";
  ToyFacts facts;
  facts.set_text("login", "");
  facts.set_text("reverse-path", "x");
  CHECK(decided(text, facts) == "not yet");
  facts.set_text("shape", "encrypted");
  CHECK(decided(text, facts) == "c");
  facts.set_text("reverse-path", "");
  CHECK(decided(text, facts) == "accept");
  facts.set_text("login", "ann");
  CHECK(decided(text, facts) == "a");
  facts.set("login", Value::failed());
  CHECK(decided(text, facts) == "failed: login");
  CHECK(decided("on message accept when reverse-path", facts) == "undecided");
}

TEST_CASE("limits and edits are those whose condition holds") {
  const rules::CompileResult result = compile(
      "on message\n"
      "limit $burst/min burst $burst by login else defer 450 \"4.7.1: Too "
      "much from <{login}>, wait {wait}\" as rate when login\n"
      "limit 5/day counting recipients by client, login else reject 554 5.7.1 "
      "\"no\" as rate when shape is bounce\n"
      "keep only outbound-headers; replace Subject with \"[...]\" when login\n"
      "remove X-Foo when reverse-path sign accept");
  INFO(told(result));
  REQUIRE(result.rules != nullptr);
  ToyFacts facts;
  facts.set_text("login", "ann\x07");
  facts.set_text("reverse-path", "");
  facts.set_text("shape", "encrypted");
  rules::Evaluation evaluation(result.rules,
                               *result.rules->find_section("message"), facts);
  Outcome outcome;
  const auto limits = evaluation.limits(outcome);
  CHECK(outcome.kind == Outcome::Kind::kUndecided);
  REQUIRE(limits.size() == 1);
  CHECK(limits[0]->limit.count == 10);
  CHECK(limits[0]->limit.period == 60);
  CHECK(limits[0]->limit.burst == 10);
  CHECK_FALSE(limits[0]->limit.counts_recipients);
  CHECK(limits[0]->code == 450);
  CHECK(evaluation.text_of(*limits[0], 7) ==
        "4.7.1: Too much from <ann?>, wait 7 s");

  const auto edits = evaluation.header_edits(outcome);
  REQUIRE(edits.size() == 3);
  CHECK(edits[0]->name == "outbound-headers");
  CHECK(edits[1]->replacement == "[...]");
  CHECK(edits[2]->action == rules::Action::kSign);

  facts.set("login", Value::failed());
  rules::Evaluation failing(result.rules,
                            *result.rules->find_section("message"), facts);
  CHECK(failing.limits(outcome).empty());
  CHECK(outcome.kind == Outcome::Kind::kFactFailed);
}

TEST_CASE("a trace tells which rules were tried and what came of them") {
  const rules::CompileResult result = compile(
      "on message\ndiscard as a when login\ndiscard as b when shape is bounce\n"
      "accept");
  REQUIRE(result.rules != nullptr);
  ToyFacts facts;
  facts.set_text("login", "");
  facts.set_text("shape", "bounce");
  rules::Evaluation evaluation(result.rules,
                               *result.rules->find_section("message"), facts);
  evaluation.keep_trace();
  CHECK(decided(evaluation) == "b");
  REQUIRE(evaluation.trace().size() == 2);
  CHECK(evaluation.trace()[0].rule->position.line == 2);
  CHECK(to_string(evaluation.trace()[0].truth) == "no");
  CHECK(to_string(evaluation.trace()[1].truth) == "yes");
}

TEST_CASE("a setting in front is a condition that is known already") {
  ToyFacts facts;
  CHECK(truth_of("$burst", facts) == "yes");
  CHECK(truth_of("$name", facts) == "yes");
  CHECK(truth_of("$switched-off", facts) == "no");
  CHECK(truth_of("$name is X", facts) == "yes");
  CHECK(truth_of("$name is not \"x\"", facts) == "no");
  CHECK(truth_of("not $switched-off and size > 3", facts) == "not yet");
  CHECK(facts.asked == std::vector<std::string>{"size"});
}

TEST_CASE("a cause is a fact or a text, and our own words stand whole") {
  const std::string words(300, 'w');
  ToyFacts facts;
  facts.set_text("login", words);
  facts.set_text("explained", words);
  const auto cause = [&](const std::string& text) {
    const rules::CompileResult result =
        compile("on message reject 554 5.7.1 \"{explained}\" as x " + text);
    INFO(told(result));
    REQUIRE(result.rules != nullptr);
    rules::Evaluation evaluation(result.rules,
                                 *result.rules->find_section("message"), facts);
    const Outcome outcome = evaluation.decide();
    REQUIRE(outcome.kind == Outcome::Kind::kDecided);
    CHECK(evaluation.text_of(*outcome.rule) == words);
    return evaluation.cause_of(*outcome.rule);
  };
  CHECK(cause("") == "");
  CHECK(cause("because \"too-late\"") == "too-late");
  CHECK(cause("because login") == std::string(64, 'w'));
  CHECK(cause("because explained when login") == words);
  CHECK(cause("because \"a {login}\"") == "a " + std::string(64, 'w'));
}

TEST_CASE("what may wait for the end is apart from edits of the header") {
  const rules::CompileResult result = compile(
      "on message drop disabled recipients when size > 3\n"
      "add Authentication-Results unless $switched-off\n"
      "replace reverse-path with <> unless login\n"
      "remove Authentication-Results\naccept");
  INFO(told(result));
  REQUIRE(result.rules != nullptr);
  ToyFacts facts;
  facts.set("size", Value::of(std::uint64_t{4}));
  facts.set_text("login", "");
  rules::Evaluation evaluation(result.rules,
                               *result.rules->find_section("message"), facts);
  Outcome outcome;
  const auto header_edits = evaluation.header_edits(outcome);
  REQUIRE(header_edits.size() == 1);
  CHECK(header_edits[0]->name == "Authentication-Results");
  const auto final_edits = evaluation.final_edits(outcome);
  REQUIRE(final_edits.size() == 3);
  CHECK(final_edits[0]->action == rules::Action::kDropRecipients);
  CHECK(final_edits[0]->name == "disabled");
  CHECK(final_edits[1]->action == rules::Action::kAddAuthenticationResults);
  CHECK(final_edits[2]->action == rules::Action::kReplaceReversePath);
}

TEST_CASE("what fails hinders no other that decides") {
  ToyFacts facts;
  facts.set("blocked", Value::failed());
  facts.set("every recipient unknown", Value::failed());
  facts.set("dkim", Value::failed());
  CHECK(truth_of("blocked or blocked fails", facts) == "yes");
  CHECK(truth_of("blocked fails or blocked", facts) == "yes");
  CHECK(truth_of("dkim is pass or dkim fails", facts) == "yes");
  CHECK(truth_of("not (blocked and not blocked fails)", facts) == "yes");
  CHECK(truth_of("blocked and not blocked fails", facts) == "no");
  CHECK(truth_of("blocked or every recipient unknown", facts) == "failed");
  // What is not yet known may still decide.
  CHECK(truth_of("blocked or size > 3", facts) == "not yet");
  CHECK(truth_of("size > 3 or blocked", facts) == "not yet");
}

TEST_CASE("a failure with a word is true for who names it, and fails else") {
  ToyFacts facts;
  facts.set("shape", Value::failed_as("bounce"));
  CHECK(truth_of("shape is bounce", facts) == "yes");
  CHECK(truth_of("shape in {bounce, cleartext}", facts) == "yes");
  CHECK(truth_of("shape fails", facts) == "yes");
  CHECK(truth_of("shape is cleartext", facts) == "failed");
  CHECK(truth_of("shape is not encrypted", facts) == "failed");
  CHECK(truth_of("shape in {encrypted, cleartext}", facts) == "failed");
  CHECK(truth_of("not shape in {encrypted}", facts) == "failed");
  CHECK(truth_of("shape ~ \"bounce\"", facts) == "failed");
  CHECK(truth_of("shape", facts) == "failed");
}

TEST_CASE("a rule is not said before what it says is known") {
  ToyFacts facts;
  facts.set_text("login", "a@a.example");
  for (const char* rule :
       {"on message reject 554 5.7.1 \"{login} {size}\" as x",
        "on message reject 554 5.7.1 \"{login}\" as x because size"}) {
    INFO(rule);
    CHECK(decided(rule, facts) == "unworded");
  }
  facts.set("size", Value::of(std::uint64_t{3}));
  CHECK(decided("on message reject 554 5.7.1 \"{login} {size}\" as x", facts) ==
        "x");
  facts.set("size", Value::failed());
  CHECK(decided("on message reject 554 5.7.1 \"{login} {size}\" as x", facts) ==
        "x");
}

TEST_CASE("a number is a text where texts are compared") {
  ToyFacts facts;
  facts.set_text("header[X-Priority]", "01");
  CHECK(truth_of("header[X-Priority] is 01", facts) == "yes");
  CHECK(truth_of("header[X-Priority] in {01, 02}", facts) == "yes");
  CHECK(truth_of("header[X-Priority] is 1", facts) == "no");
}

TEST_CASE("addresses are compared as addresses") {
  ToyFacts facts;
  facts.set_text("client", "2001:db8:0:0::1");
  CHECK(truth_of("client is \"2001:db8::1\"", facts) == "yes");
  CHECK(truth_of("client is \"2001:db8::/32\"", facts) == "yes");
  CHECK(truth_of("client is not \"2001:db8::2\"", facts) == "yes");
}

TEST_CASE("a pattern sees the first 4 KiB of a text") {
  ToyFacts facts;
  facts.set_text("login", std::string(rules::kMaxMatchedText - 1, 'a') + "bc");
  CHECK(truth_of("login ~ \"ab\"", facts) == "yes");
  CHECK(truth_of("login ~ \"c\"", facts) == "no");
}

}  // namespace
}  // namespace rules_test

TEST_CASE("Limits that are certain already are known, whatever stands before") {
  const auto compiled = rules_test::compile(
      "on message\n"
      "limit 1/h by login else defer 450 \"a\" as a when shape is bounce\n"
      "limit 2/h by login else defer 450 \"b\" as b when login\n"
      "limit 3/h by login else defer 450 \"c\" as c when recipients > 5\n"
      "limit 4/h by login else defer 450 \"d\" as d\n"
      "accept\n");
  REQUIRE(compiled.rules != nullptr);
  rules_test::ToyFacts facts;
  facts.set_text("login", "ann@a.example");
  facts.set("recipients", rules::Value::of(std::uint64_t{3}));
  rules::Evaluation evaluation(compiled.rules,
                               *compiled.rules->find_section("message"), facts);
  rules::Outcome outcome;
  const auto known = evaluation.known_limits(outcome);
  CHECK(outcome.kind == rules::Outcome::Kind::kUndecided);
  REQUIRE(known.size() == 2);
  CHECK(known[0]->reason == "b");
  CHECK(known[1]->reason == "d");
  evaluation.limits(outcome);
  CHECK(outcome.kind == rules::Outcome::Kind::kNotYet);

  rules_test::ToyFacts broken;
  broken.set("login", rules::Value::failed());
  rules::Evaluation failing(compiled.rules,
                            *compiled.rules->find_section("message"), broken);
  failing.known_limits(outcome);
  CHECK(outcome.kind == rules::Outcome::Kind::kFactFailed);
}

TEST_CASE("One evaluation serves another section, and another message") {
  const auto compiled = rules_test::compile(
      "on early\nreject 554 \"a\" as a when blocked and login is \"x\"\n"
      "on message\nreject 554 \"b\" as b when blocked\naccept\n");
  REQUIRE(compiled.rules != nullptr);
  rules_test::ToyFacts facts;
  facts.set_text("login", "x");
  facts.set("blocked", rules::Value::of(true));
  const rules::Section& early = *compiled.rules->find_section("early");
  rules::Evaluation evaluation(compiled.rules, early, facts);
  CHECK(evaluation.decide().rule->reason == "a");
  evaluation.turn_to(*compiled.rules->find_section("message"));
  CHECK(evaluation.decide().rule->reason == "b");
  CHECK(std::count(facts.asked.begin(), facts.asked.end(), "blocked") == 1);
  facts.set("blocked", rules::Value::of(false));
  CHECK(evaluation.decide().rule->reason == "b");
  evaluation.begin_anew();
  CHECK(evaluation.decide().rule->action == rules::Action::kAccept);
  evaluation.turn_to(early);
  CHECK(evaluation.decide().kind == rules::Outcome::Kind::kUndecided);
}

// RE2 keeps room for its states when a set is compiled, so no text was found
// that makes it run out of memory.  A set that was never compiled fails in the
// same way: Match() says false, and only the error tells why.
TEST_CASE("A set of patterns that cannot be asked is no \"no match\"") {
  const auto compiled = rules_test::compile(
      "on message\nreject 554 \"a\" as a when login ~ \"evil\"\naccept\n");
  REQUIRE(compiled.rules != nullptr);
  rules_test::ToyFacts facts;
  facts.set_text("login", "good");
  const auto decide = [&] {
    rules::Evaluation evaluation(
        compiled.rules, *compiled.rules->find_section("message"), facts);
    return evaluation.decide();
  };
  REQUIRE(decide().kind == rules::Outcome::Kind::kDecided);
  auto& patterns = std::const_pointer_cast<rules::RuleSet>(compiled.rules)
                       ->pattern_sets.at(0);
  patterns.set =
      std::make_unique<re2::RE2::Set>(re2::RE2::Quiet, re2::RE2::UNANCHORED);
  CHECK(decide().kind == rules::Outcome::Kind::kFactFailed);
}
