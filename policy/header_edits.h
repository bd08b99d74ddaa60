#pragma once

// What the rules' edits come to for one header section: a HeaderPlan.
//
// In the order of the rules: `keep only outbound-headers` drops or reduces
// each field (outbound_fields.h), `remove` drops those of a name, `replace`
// gives them another body.  A field that is gone stays gone.

#include <span>
#include <vector>

#include "policy/header_plan.h"
#include "policy/header_section.h"
#include "policy/outbound_fields.h"
#include "rules/rule_set.h"

namespace policy {

// `edits` are those whose condition is true.
HeaderPlan plan_of(std::span<const rules::Rule* const> edits,
                   HeaderSection& header, const ReductionContext& context);

}  // namespace policy
