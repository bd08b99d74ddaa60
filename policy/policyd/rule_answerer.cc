#include "policy/policyd/rule_answerer.h"

#include <fmt/format.h>

#include <functional>
#include <utility>

#include "daemon/log.h"
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

// The same for Postfix and for the milter.
constexpr std::string_view kDunno = "action=DUNNO\n\n";

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
  return action(judgement.verdict == Verdict::kDiscard
                    ? "DISCARD"
                    : policy::to_string(judgement.reply));
}

// As the milter is told.
std::string spend_answer_of(const Judgement& judgement, bool by_limit) {
  policy::SpendAnswer answer;
  answer.kind = by_limit ? policy::SpendAnswer::Kind::kTooMuch
                         : policy::SpendAnswer::Kind::kTemporaryError;
  answer.reply = policy::to_string(judgement.reply);
  answer.reason = judgement.reason;
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
      limits(*rulebook->rules(), rulebook->section(policy::kOnLimits)),
      recipient_(rulebook->section(policy::kOnRecipient)),
      data_(rulebook->section(policy::kOnData)) {}

// One request on its way.
struct RuleAnswerer::Asking {
  Asking(std::shared_ptr<Ruling> by, const std::function<std::int64_t()>& now)
      : ruling(std::move(by)),
        limits(ruling->limits.section),
        facts(*ruling->accounts, now),
        evaluation(ruling->rulebook->rules(), limits, facts) {}

  // `keeps`: the request goes before the answer comes.
  void begin(const Request& asked, Occasion why, bool keeps) {
    occasion = why;
    if (keeps) request = asked.kept_in(octets);
    facts.begin(keeps ? request : asked, why);
    evaluation.begin_anew();
    recipients = asked.number(Attribute::kRecipientCount).value_or(1);
    by_limit = false;
  }

  std::shared_ptr<Ruling> ruling;
  const rules::Section& limits;
  RequestFacts facts;
  rules::Evaluation evaluation;
  std::string octets;
  Request request;
  Occasion occasion = Occasion::kRecipient;
  std::uint64_t recipients = 1;
  LimitQuestion question;
  bool by_limit = false;  // it is refused by one of the limits
};

RuleAnswerer::RuleAnswerer(std::shared_ptr<Ruling> ruling,
                           limits::LimitStore& store, Counters& counters,
                           spdlog::logger& log,
                           std::function<std::int64_t()> now)
    : ruling_(std::move(ruling)),
      store_(store),
      counters_(counters),
      log_(log),
      now_(std::move(now)) {}

RuleAnswerer::~RuleAnswerer() = default;

void RuleAnswerer::replace(std::shared_ptr<Ruling> ruling) {
  ruling_ = std::move(ruling);
  kept_.reset();
}

std::optional<std::string> RuleAnswerer::answer(const Request& request,
                                                const Later& later) {
  const RequestKind kind = kind_of(request);
  if (!kind.unusable.empty()) return unusable(kind.unusable);
  if (!kind.occasion) {
    counters_.no_opinion();
    return std::string(kDunno);
  }
  const bool at_once = store_.answers_at_once();
  std::shared_ptr<Asking> own;
  if (!at_once || kept_ == nullptr) {
    (at_once ? kept_ : own) = std::make_shared<Asking>(ruling_, now_);
  }
  const std::shared_ptr<Asking>& asking = at_once ? kept_ : own;
  asking->begin(request, *kind.occasion, !at_once);
  auto answer = judge(asking, later);
  if (!asking->facts.awaits_account()) return answer;
  // Once more, when it is known; the one that is used again has no time.
  if (at_once) {
    own = std::make_shared<Asking>(ruling_, now_);
    own->begin(request, *kind.occasion, true);
  }
  look_up_account(own, later);
  return std::nullopt;
}

void RuleAnswerer::look_up_account(const std::shared_ptr<Asking>& asking,
                                   const Later& later) {
  asking->ruling->accounts->ask(
      asking->facts.account_address(),
      [this, asking, answered = later()](const policy::Account& account) {
        asking->facts.learn(account);
        auto answer = judge(asking, [&] { return answered; });
        if (answer) answered(*std::move(answer));
      });
}

// Without a value the answer comes later, or the account has to be looked up
// before there can be one.
std::optional<std::string> RuleAnswerer::judge(
    const std::shared_ptr<Asking>& asking, const Later& later) {
  if (asking->occasion != Occasion::kSpend) {
    const auto judgement = decide(*asking);
    if (asking->facts.awaits_account()) return std::nullopt;
    if (judgement) return refused(*asking, *judgement);
  }
  const auto judgement = prepare_limits(*asking);
  if (asking->facts.awaits_account()) return std::nullopt;
  if (judgement) return refused(*asking, *judgement);
  if (asking->question.uses.empty()) return granted(*asking);
  return ask_store(asking, later);
}

std::optional<std::string> RuleAnswerer::ask_store(
    const std::shared_ptr<Asking>& asking, const Later& later) {
  const auto from_store = [&]() -> limits::LimitStore::Answered {
    return
        [this, asking, answered = later()](const limits::StoreAnswer& answer) {
          answered(take(*asking, answer));
        };
  };
  // By reference, so that nothing is allocated for an answer that is there.
  const limits::LimitStore::Later by_reference = std::ref(from_store);
  const auto answer = asking->occasion == Occasion::kSpend
                          ? store_.spend(asking->question.uses, by_reference)
                          : store_.look(asking->question.uses, by_reference);
  if (!answer) return std::nullopt;
  return take(*asking, *answer);
}

std::string RuleAnswerer::unusable(const std::string& why) {
  counters_.unusable();
  log_.warn("a request cannot be used: {}", why);
  return action("451 4.3.0 The policy request cannot be used");
}

std::optional<Judgement> RuleAnswerer::decide(Asking& asking) const {
  const rules::Section& section = asking.ruling->section_of(asking.occasion);
  if (section.deciding.empty()) return std::nullopt;
  asking.evaluation.turn_to(section);
  Outcome outcome = asking.evaluation.decide();
  // No later stage is asked that could refuse.
  if (outcome.kind == Outcome::Kind::kUnworded) {
    outcome.kind = Outcome::Kind::kDecided;
  }
  // What no rule decides here is decided later.
  if (outcome.kind == Outcome::Kind::kUndecided) return std::nullopt;
  return policy::refusal_of(asking.evaluation, outcome);
}

// The 451 when it cannot be known which limits hold.
std::optional<Judgement> RuleAnswerer::prepare_limits(Asking& asking) const {
  asking.evaluation.turn_to(asking.limits);
  Outcome outcome;
  const auto& rules = asking.occasion == Occasion::kSpend
                          ? asking.evaluation.limits(outcome)
                          : asking.evaluation.known_limits(outcome);
  if (outcome.kind == Outcome::Kind::kUndecided) {
    fill(asking.question, asking.evaluation, asking.ruling->limits, rules,
         asking.recipients);
    if (!asking.question.failed_fact) return std::nullopt;
    outcome = {Outcome::Kind::kFactFailed, nullptr,
               *asking.question.failed_fact};
  }
  return policy::without_fact(asking.evaluation, outcome);
}

std::string RuleAnswerer::take(Asking& asking,
                               const limits::StoreAnswer& answer) {
  switch (answer.kind) {
    case limits::StoreAnswer::Kind::kGranted:
      return granted(asking);
    case limits::StoreAnswer::Kind::kTooMuch:
      counters_.limit_refused();
      asking.by_limit = true;
      return refused(
          asking, too_much(asking.evaluation,
                           *asking.question.rules[answer.limit], answer.wait));
    case limits::StoreAnswer::Kind::kTemporaryError:
      break;
  }
  return refused(
      asking,
      policy::refuse(policy::reason::kLimitLookup,
                     "451 4.3.0 Limits cannot be asked, try again later"));
}

std::string RuleAnswerer::granted(const Asking& asking) {
  if (asking.occasion == Occasion::kSpend) {
    counters_.spent(asking.question.uses.size());
  }
  counters_.answered(asking.occasion, ActionWord::kDunno);
  return std::string(kDunno);
}

std::string RuleAnswerer::refused(Asking& asking, const Judgement& judgement) {
  const ActionWord word = word_of(judgement.verdict);
  counters_.answered(asking.occasion, word);
  counters_.refused(asking.occasion, judgement.reason);
  std::string line = fmt::format("{} {} {}", to_string(asking.occasion),
                                 to_string(word), judgement.reason);
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
  return asking.occasion == Occasion::kSpend
             ? spend_answer_of(judgement, asking.by_limit)
             : action_of(judgement);
}

}  // namespace policyd
