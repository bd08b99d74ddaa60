#include "policy/policyd/rule_answerer.h"

#include <fmt/format.h>

#include <utility>

#include "daemon/log.h"
#include "policy/policyd/limit_question.h"
#include "policy/policyd/request_facts.h"
#include "policy/reason.h"
#include "policy/reply.h"
#include "policy/ruling.h"
#include "policy/spend_request.h"

namespace policyd {
namespace {

using policy::Judgement;
using policy::Verdict;
using rules::Outcome;

std::string action(const std::string& text) {
  return "action=" + text + "\n\n";
}

ActionWord word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kReject:
      return ActionWord::kReject;
    case Verdict::kTempfail:
      return ActionWord::kDefer;
    case Verdict::kDiscard:
      return ActionWord::kDiscard;
    case Verdict::kAccept:
      break;
  }
  return ActionWord::kDunno;
}

// As Postfix is told.
std::string action_of(const Judgement& judgement) {
  switch (judgement.verdict) {
    case Verdict::kAccept:
      return action("DUNNO");
    case Verdict::kDiscard:
      return action("DISCARD");
    default:
      return action(policy::to_string(judgement.reply));
  }
}

// As the milter is told.
std::string spend_answer_of(const Judgement& judgement, bool by_limit) {
  policy::SpendAnswer answer;
  if (judgement.verdict != Verdict::kAccept) {
    answer.kind = by_limit ? policy::SpendAnswer::Kind::kTooMuch
                           : policy::SpendAnswer::Kind::kTemporaryError;
    answer.reply = policy::to_string(judgement.reply);
    answer.reason = judgement.reason;
  }
  return policy::spend_answer(answer);
}

Judgement too_much(rules::Evaluation& evaluation, const rules::Rule& rule,
                   std::uint64_t wait) {
  std::string line = std::to_string(rule.code) + ' ';
  if (!rule.enhanced_status.empty()) line += rule.enhanced_status + ' ';
  return policy::refuse(rule.reason, line + evaluation.text_of(rule, wait),
                        evaluation.cause_of(rule));
}

}  // namespace

Ruling::Ruling(std::shared_ptr<const policy::Rulebook> made)
    : rulebook(std::move(made)),
      limit_names(policyd::limit_names(*rulebook->rules(),
                                       rulebook->section(policy::kOnLimits))) {}

// One request on its way.  Its values are copied where the answer comes when
// the request has gone.
struct RuleAnswerer::Asking {
  Asking(const Request& asked, Occasion why, bool keeps,
         std::shared_ptr<Ruling> by, std::int64_t now)
      : ruling(std::move(by)),
        request(keeps ? asked.kept_in(octets) : asked),
        occasion(why),
        facts(request, occasion, *ruling->accounts, now),
        limits(ruling->rulebook->rules(),
               ruling->rulebook->section(policy::kOnLimits), facts) {}

  std::shared_ptr<Ruling> ruling;
  std::string octets;
  Request request;
  Occasion occasion;
  RequestFacts facts;
  rules::Evaluation limits;
  LimitQuestion question;
  Answered answered;
};

RuleAnswerer::RuleAnswerer(std::shared_ptr<Ruling> ruling, LimitStore& store,
                           Counters& counters, spdlog::logger& log,
                           std::function<std::int64_t()> now)
    : ruling_(std::move(ruling)),
      store_(store),
      counters_(counters),
      log_(log),
      now_(std::move(now)) {}

void RuleAnswerer::answer(const Request& request, Answered answered) {
  const RequestKind kind = kind_of(request);
  if (!kind.unusable.empty()) return answer_unusable(kind.unusable, answered);
  if (!kind.occasion) {
    counters_.no_opinion();
    return answered(action("DUNNO"));
  }
  const auto asking = std::make_shared<Asking>(
      request, *kind.occasion, !store_.answers_at_once(), ruling_, now_());
  asking->answered = std::move(answered);
  if (*kind.occasion == Occasion::kSpend) return ask_limits(asking);
  decide(asking);
}

void RuleAnswerer::answer_unusable(const std::string& why,
                                   const Answered& answered) {
  counters_.unusable();
  log_.warn("a request cannot be used: {}", why);
  answered(action("451 4.3.0 The policy request cannot be used"));
}

void RuleAnswerer::decide(const std::shared_ptr<Asking>& asking) {
  const policy::Rulebook& rulebook = *asking->ruling->rulebook;
  const rules::Section& section = rulebook.section(to_string(asking->occasion));
  rules::Evaluation evaluation(rulebook.rules(), section, asking->facts);
  const Outcome outcome = evaluation.decide();
  // What no rule decides here is decided later.
  if (outcome.kind != Outcome::Kind::kUndecided) {
    if (const auto refused = policy::refusal_of(evaluation, outcome)) {
      return finish(*asking, *refused);
    }
  }
  ask_limits(asking);
}

void RuleAnswerer::ask_limits(const std::shared_ptr<Asking>& asking) {
  const bool spends = asking->occasion == Occasion::kSpend;
  Outcome outcome;
  const auto rules = spends ? asking->limits.limits(outcome)
                            : asking->limits.known_limits(outcome);
  if (outcome.kind == Outcome::Kind::kFactFailed ||
      outcome.kind == Outcome::Kind::kNotYet) {
    return finish(*asking, policy::without_fact(asking->limits, outcome));
  }
  const Ruling& ruling = *asking->ruling;
  asking->question = limit_question(
      asking->limits, ruling.rulebook->section(policy::kOnLimits),
      ruling.limit_names, rules,
      asking->request.number(Attribute::kRecipientCount).value_or(1));
  if (asking->question.failed_fact) {
    outcome = {Outcome::Kind::kFactFailed, nullptr,
               *asking->question.failed_fact};
    return finish(*asking, policy::without_fact(asking->limits, outcome));
  }
  if (asking->question.uses.empty()) return finish(*asking, policy::accept());
  auto answered = [this, asking](const StoreAnswer& answer) {
    take(*asking, answer);
  };
  if (spends) {
    store_.spend(asking->question.uses, std::move(answered));
  } else {
    store_.look(asking->question.uses, std::move(answered));
  }
}

void RuleAnswerer::take(Asking& asking, const StoreAnswer& answer) {
  switch (answer.kind) {
    case StoreAnswer::Kind::kGranted:
      if (asking.occasion == Occasion::kSpend) {
        counters_.spent(asking.question.uses.size());
      }
      return finish(asking, policy::accept());
    case StoreAnswer::Kind::kTooMuch:
      counters_.limit_refused();
      return finish(
          asking, too_much(asking.limits, *asking.question.rules[answer.limit],
                           answer.wait));
    case StoreAnswer::Kind::kTemporaryError:
      return finish(
          asking,
          policy::refuse(policy::reason::kLimitLookup,
                         "451 4.3.0 Limits cannot be asked, try again later"));
  }
}

void RuleAnswerer::finish(Asking& asking, const Judgement& judgement) {
  counters_.answered(asking.occasion, word_of(judgement.verdict));
  if (judgement.verdict != Verdict::kAccept) {
    counters_.refused(asking.occasion, judgement.reason);
    std::string line =
        fmt::format("{} {} {}", to_string(asking.occasion),
                    to_string(word_of(judgement.verdict)), judgement.reason);
    if (!judgement.detail.empty()) {
      line += " (" + daemons::printable(judgement.detail) + ")";
    }
    if (judgement.verdict != Verdict::kDiscard) {
      line += ' ' + std::to_string(judgement.reply.code);
    }
    if (asking.ruling->log_addresses) {
      line += fmt::format(" login <{}> from <{}>",
                          daemons::printable(asking.facts.login()),
                          daemons::printable(asking.facts.reverse_path()));
    }
    log_.info("{}", line);
  }
  const Answered answered = std::move(asking.answered);
  const bool by_limit = judgement.reason != policy::reason::kLimitLookup &&
                        judgement.reason != policy::reason::kAccountLookup &&
                        judgement.reason != policy::reason::kFactLookup;
  answered(asking.occasion == Occasion::kSpend
               ? spend_answer_of(judgement, by_limit)
               : action_of(judgement));
}

}  // namespace policyd
