#include "policy/ruling.h"

#include <algorithm>

#include "policy/reason.h"
#include "policy/reply.h"
#include "policy/vocabulary.h"

namespace policy {
namespace {

using rules::Action;
using rules::Outcome;

Judgement decided(rules::Evaluation& evaluation, const rules::Rule& rule) {
  if (rule.action == Action::kDiscard) {
    return discard(rule.reason, evaluation.cause_of(rule));
  }
  // Never parsed again: what a sender wrote may stand in the text.
  Judgement judgement;
  judgement.verdict =
      rule.action == Action::kReject ? Verdict::kReject : Verdict::kTempfail;
  judgement.reason = rule.reason;
  judgement.reply = {rule.code, rule.enhanced_status,
                     evaluation.text_of(rule).substr(0, kMaxReplyText)};
  judgement.detail = evaluation.cause_of(rule);
  return judgement;
}

bool is_of_accounts(std::size_t fact) {
  return fact >= static_cast<std::size_t>(Fact::kAccountState) &&
         fact < static_cast<std::size_t>(Fact::kHeaderTooLarge);
}

}  // namespace

Judgement without_fact(const rules::Evaluation& evaluation,
                       const Outcome& outcome) {
  const rules::FactUse& fact = evaluation.rules().facts[outcome.fact];
  if (outcome.kind == Outcome::Kind::kFactFailed && is_of_accounts(fact.fact)) {
    return refuse(reason::kAccountLookup,
                  "451 4.3.0 Accounts cannot be read, try again later");
  }
  return refuse(reason::kFactLookup,
                "451 4.3.0 The message cannot be judged now, try again later",
                fact.definition->name);
}

std::optional<Judgement> refusal_of(rules::Evaluation& evaluation,
                                    const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::kNotYet:
    case Outcome::Kind::kUnworded:
      return std::nullopt;
    case Outcome::Kind::kFactFailed:
      return without_fact(evaluation, outcome);
    case Outcome::Kind::kUndecided:
      return refuse(reason::kUndecided,
                    "451 4.3.0 No rule decides about this message");
    case Outcome::Kind::kDecided:
      break;
  }
  if (outcome.rule->action == Action::kAccept) return std::nullopt;
  return decided(evaluation, *outcome.rule);
}

std::optional<Judgement> refused_by(const SpendAnswer& answer) {
  switch (answer.kind) {
    case SpendAnswer::Kind::kGranted:
      return std::nullopt;
    case SpendAnswer::Kind::kTooMuch:
      return refuse(answer.reason.empty() ? reason::kRate
                                          : std::string_view(answer.reason),
                    answer.reply);
    case SpendAnswer::Kind::kTemporaryError:
      break;
  }
  return refuse(reason::kLimitLookup,
                "451 4.3.0 Limits cannot be asked, try again later");
}

void drop_recipients(std::string_view state, Recipients& recipients,
                     Judgement& judgement) {
  const auto names = vocabulary().recipient_states;
  const auto found = std::find(names.begin(), names.end(), state);
  std::vector<std::size_t>& dropped = judgement.dropped_recipients;
  for (const std::size_t index : recipients.in_state(
           static_cast<RecipientState>(found - names.begin()))) {
    if (std::find(dropped.begin(), dropped.end(), index) == dropped.end()) {
      dropped.push_back(index);
    }
  }
}

bool can_decide_at_mail(const rules::Section& section) {
  if (section.deciding.empty()) return false;
  const rules::Rule& first = section.deciding.front();
  return first.condition && first.condition->stage == rules::Stage::kEnvelope;
}

}  // namespace policy
