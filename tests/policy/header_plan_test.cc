// Tests policy/header_plan.h and the reduction in policy/header_section.h.

#include "policy/header_plan.h"

#include <catch2/catch.hpp>

#include "policy/header_section.h"

namespace {

using policy::HeaderEdit;
using policy::HeaderField;

std::string names_of(const std::vector<HeaderField>& fields) {
  std::string names;
  for (const HeaderField& field : fields) {
    names += field.name + ":" + field.body + ";";
  }
  return names;
}

TEST_CASE("a plan removes, replaces and puts on top") {
  policy::HeaderPlan plan;
  plan.edits = {{HeaderEdit::Kind::kRemove, 0, "A", 1, ""},
                {HeaderEdit::Kind::kReplace, 2, "A", 2, " new"}};
  plan.insert_top = {{"Z", " first"}};
  CHECK(
      names_of(policy::apply(plan, {{"A", " 1"}, {"B", " 2"}, {"A", " 3"}})) ==
      "Z: first;B: 2;A: new;");
  CHECK(names_of(policy::apply({}, {{"A", " 1"}})) == "A: 1;");
}

TEST_CASE("a reduction names each field by its occurrence in any case") {
  const auto plan = policy::reduction_of(
      {{"X-A", " 1"}, {"x-a", " 2"}, {"Subject", " 3"}, {"X-A", " 4"}},
      "a@b.example", false);
  REQUIRE(plan.edits.size() == 4);
  CHECK(plan.edits[1].occurrence == 2);
  CHECK(plan.edits[2].kind == HeaderEdit::Kind::kReplace);
  CHECK(plan.edits[2].body == " [...]");
  CHECK(plan.edits[3].occurrence == 3);
  CHECK(plan.edits[3].position == 3);
}

TEST_CASE("a field of the allow-list stays once") {
  const auto plan =
      policy::reduction_of({{"Chat-Version", " 1.0"}, {"chat-version", " 1.0"}},
                           "a@b.example", false);
  REQUIRE(plan.edits.size() == 1);
  CHECK(plan.edits[0].position == 1);
}

}  // namespace
