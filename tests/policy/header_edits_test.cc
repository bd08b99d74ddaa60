// Tests policy/header_edits.h.

#include "policy/header_edits.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/policy/shipped_rules.h"

namespace policy_test {
namespace {

using policy::Direction;
using policy::HeaderEdit;
using policy::HeaderField;

// All edits of the section of a direction, whatever their condition; the
// shipped rules come behind `own`.
policy::HeaderPlan plan_for(Direction direction,
                            const std::vector<HeaderField>& fields,
                            const std::string& own = "") {
  const auto rulebook = shipped_rules({}, own);
  policy::HeaderSection header(direction, *rulebook);
  for (const HeaderField& field : fields) header.add(field.name, field.body);
  std::vector<const rules::Rule*> edits;
  for (const rules::Rule& rule : rulebook->section(direction).header_edits) {
    edits.push_back(&rule);
  }
  return plan_of(edits, header, {"a@b.example", false});
}

TEST_CASE("a reduction names each field by its occurrence in any case") {
  const auto plan = plan_for(
      Direction::kOutbound,
      {{"X-A", " 1"}, {"x-a", " 2"}, {"Subject", " 3"}, {"X-A", " 4"}});
  REQUIRE(plan.edits.size() == 4);
  CHECK(plan.edits[1].occurrence == 2);
  CHECK(plan.edits[2].kind == HeaderEdit::Kind::kReplace);
  CHECK(plan.edits[2].body == " [...]");
  CHECK(plan.edits[3].occurrence == 3);
  CHECK(plan.edits[3].position == 3);
}

TEST_CASE("a field of the allow-list stays once") {
  const auto plan = plan_for(Direction::kOutbound, {{"Chat-Version", " 1.0"},
                                                    {"chat-version", " 1.0"}});
  REQUIRE(plan.edits.size() == 1);
  CHECK(plan.edits[0].position == 1);
}

TEST_CASE("a field that has the text already is left alone") {
  CHECK(plan_for(Direction::kOutbound, {{"Subject", " [...]"}}).edits.empty());
}

TEST_CASE("what is gone stays gone, whatever comes behind") {
  const auto plan =
      plan_for(Direction::kOutbound, {{"Subject", " Hello"}, {"Date", " x"}},
               "on outbound remove Subject replace Date with \"y\"");
  REQUIRE(plan.edits.size() == 2);
  CHECK(plan.edits[0].kind == HeaderEdit::Kind::kRemove);
  CHECK(plan.edits[1].kind == HeaderEdit::Kind::kRemove);
}

TEST_CASE("the last replacement wins, whatever the sender wrote") {
  for (const char* sent : {" Hello", " X", " [...]"}) {
    INFO(sent);
    const auto plan = plan_for(Direction::kOutbound, {{"Subject", sent}},
                               "on outbound replace Subject with \"X\"");
    const std::string left =
        plan.edits.empty() ? std::string(sent) : plan.edits[0].body;
    CHECK(left == " [...]");
  }
}

TEST_CASE("what an earlier edit wrote is held to the grammar too") {
  const auto plan =
      plan_for(Direction::kOutbound, {{"Message-ID", " <a@b.example>"}},
               "on outbound replace Message-ID with \"x y\"");
  REQUIRE(plan.edits.size() == 1);
  CHECK(plan.edits[0].kind == HeaderEdit::Kind::kRemove);
}

TEST_CASE("inbound fields are edited where they stand among all") {
  const auto plan = plan_for(Direction::kInbound,
                             {{"Received", " x"},
                              {"X-Spam", " yes"},
                              {"Authentication-Results", " a"},
                              {"x-spam", " no"}},
                             "on inbound replace X-Spam with \"?\"");
  REQUIRE(plan.edits.size() == 3);
  CHECK(plan.edits[0].position == 1);
  CHECK(plan.edits[0].body == " ?");
  CHECK(plan.edits[1].position == 2);
  CHECK(plan.edits[1].kind == HeaderEdit::Kind::kRemove);
  CHECK(plan.edits[2].position == 3);
  CHECK(plan.edits[2].occurrence == 2);
}

}  // namespace
}  // namespace policy_test
