#include "policy/policyd/counters.h"

#include "daemon/metrics_socket.h"

namespace policyd {
namespace {

constexpr Occasion kAllOccasions[] = {Occasion::kRecipient, Occasion::kData,
                                      Occasion::kSpend};
constexpr ActionWord kAllWords[] = {ActionWord::kDunno, ActionWord::kReject,
                                    ActionWord::kDefer, ActionWord::kDiscard};

prometheus::Family<prometheus::Counter>& family(prometheus::Registry& registry,
                                                const char* name,
                                                const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name,
                         const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(
      {});
}

}  // namespace

std::string_view to_string(ActionWord word) {
  switch (word) {
    case ActionWord::kDunno:
      return "dunno";
    case ActionWord::kReject:
      return "reject";
    case ActionWord::kDefer:
      return "defer";
    case ActionWord::kDiscard:
      break;
  }
  return "discard";
}

Counters::Counters() {
  auto& answers = family(registry_, "chatmilter_policy_requests_total",
                         "Requests answered, by section and action");
  for (const Occasion occasion : kAllOccasions) {
    for (const ActionWord word : kAllWords) {
      answers_[static_cast<std::size_t>(occasion)]
              [static_cast<std::size_t>(word)] =
                  &answers.Add({{"section", std::string(to_string(occasion))},
                                {"action", std::string(to_string(word))}});
    }
  }
  reasons_ = &family(registry_, "chatmilter_policy_reasons_total",
                     "Requests refused, by section and reason");
  unusable_ = &family(registry_, "chatmilter_policy_unusable_requests_total",
                      "Requests that make no sense")
                   .Add({});
  no_opinion_ = &family(registry_, "chatmilter_policy_no_opinion_total",
                        "Requests at other stages than RCPT and DATA")
                     .Add({});
  auto& limits = family(registry_, "chatmilter_policy_limits_total",
                        "Limits of messages, by what became of them");
  spent_ = &limits.Add({{"result", "spent"}});
  limit_refused_ = &limits.Add({{"result", "refused"}});
  auto& reloads = family(registry_, "chatmilter_policy_reloads_total",
                         "Reloads of the settings, by result");
  reloads_good_ = &reloads.Add({{"result", "good"}});
  reloads_bad_ = &reloads.Add({{"result", "bad"}});
  broken_ = &family(registry_, "chatmilter_policy_broken_connections_total",
                    "Connections closed because of what the client did")
                 .Add({});
  connections_ = &gauge(registry_, "chatmilter_policy_connections",
                        "Connections open now");
  live_keys_ = &gauge(registry_, "chatmilter_policy_live_keys",
                      "Limits' buckets that are not full, in this process");
}

void Counters::refused(Occasion occasion, std::string_view reason) {
  auto& known = by_reason_[static_cast<std::size_t>(occasion)];
  auto found = known.find(reason);
  if (found == known.end()) {
    Series series =
        &reasons_->Add({{"section", std::string(to_string(occasion))},
                        {"reason", std::string(reason)}});
    found = known.emplace(std::string(reason), series).first;
  }
  found->second->Increment();
}

void Counters::set_gauges(std::size_t connections, std::size_t live_keys) {
  connections_->Set(static_cast<double>(connections));
  live_keys_->Set(static_cast<double>(live_keys));
}

void Counters::set_broken(std::uint64_t connections) {
  const double more = static_cast<double>(connections) - broken_->Value();
  if (more > 0) broken_->Increment(more);
}

std::string Counters::text() const { return daemons::exposition(registry_); }

}  // namespace policyd
