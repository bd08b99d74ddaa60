#pragma once

// What comes of a rule: its action as a Judgement.

#include <optional>
#include <string_view>

#include "policy/judgement.h"
#include "policy/recipients.h"
#include "policy/world.h"
#include "rules/evaluation.h"

namespace policy {

// A refusal or a discard that is certain; nullopt: accepted, or not yet.
// What cannot be known for the moment is 451.
std::optional<Judgement> refusal_of(rules::Evaluation& evaluation,
                                    const rules::Outcome& outcome);

// The 451 for a fact that a rule needs and that cannot be known now.
Judgement without_fact(const rules::Evaluation& evaluation,
                       const rules::Outcome& outcome);

// nullopt: granted.
std::optional<Judgement> refused_by(const SpendAnswer& answer);

// Adds to Judgement::dropped_recipients those in the state of that name.
void drop_recipients(std::string_view state, Recipients& recipients,
                     Judgement& judgement);

// Whether the first rule that decides can be certain when only MAIL has come.
bool can_decide_at_mail(const rules::Section& section);

}  // namespace policy
