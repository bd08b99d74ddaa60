// Tests policy/header_plan.h.

#include "policy/header_plan.h"

#include <catch2/catch.hpp>

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

}  // namespace
