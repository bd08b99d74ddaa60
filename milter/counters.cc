#include "milter/counters.h"

#include "daemon/metrics_socket.h"
#include "policy/reason.h"

namespace milter {
namespace {

using policy::Direction;
using policy::Verdict;

constexpr Direction kAllDirections[] = {Direction::kInbound,
                                        Direction::kOutbound, Direction::kLocal,
                                        Direction::kInternal};
constexpr Verdict kAllVerdicts[] = {Verdict::kAccept, Verdict::kReject,
                                    Verdict::kTempfail, Verdict::kDiscard};
constexpr mime::Shape kAllShapes[] = {
    mime::Shape::kEncrypted, mime::Shape::kSecureJoin,
    mime::Shape::kAutocryptSetup, mime::Shape::kBounce,
    mime::Shape::kCleartext};

template <typename Enum>
std::size_t index_of(Enum value) {
  return static_cast<std::size_t>(value);
}

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

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAccept:
      return "accept";
    case Verdict::kReject:
      return "reject";
    case Verdict::kTempfail:
      return "tempfail";
    case Verdict::kDiscard:
      return "discard";
  }
  return "";
}

Counters::Counters() {
  auto& verdicts = family(registry_, "chatmilter_messages_total",
                          "Messages judged, by direction and verdict");
  reason_family_ = &family(registry_, "chatmilter_reasons_total",
                           "Messages judged, by direction and reason");
  auto& shapes = family(registry_, "chatmilter_accepted_shapes_total",
                        "Messages accepted, by direction and shape");
  for (const Direction direction : kAllDirections) {
    const std::size_t row = index_of(direction);
    const std::string word(policy::to_string(direction));
    for (const Verdict verdict : kAllVerdicts) {
      verdicts_[row][index_of(verdict)] = &verdicts.Add(
          {{"direction", word}, {"verdict", std::string(to_string(verdict))}});
    }
    for (const mime::Shape shape : kAllShapes) {
      shapes_[row][index_of(shape)] =
          &shapes.Add({{"direction", word},
                       {"shape", std::string(mime::to_string(shape))}});
    }
  }
  add_reasons({policy::reason::kAll.begin(), policy::reason::kAll.end()});
  add_reasons({"other"});
  octets_ = &family(registry_, "chatmilter_body_octets_total",
                    "Octets of message bodies seen")
                 .Add({});
  failures_ = &family(registry_, "chatmilter_failures_total",
                      "Messages deferred by a failure of the milter itself")
                   .Add({});
  auto& reloads = family(registry_, "chatmilter_reloads_total",
                         "Reloads of the settings, by result");
  reloads_good_ = &reloads.Add({{"result", "good"}});
  reloads_bad_ = &reloads.Add({{"result", "bad"}});
  sessions_gauge_ =
      &gauge(registry_, "chatmilter_sessions", "SMTP sessions connected now");
  messages_gauge_ = &gauge(registry_, "chatmilter_messages_under_way",
                           "Messages between MAIL and their verdict now");
}

void Counters::add_reasons(const std::vector<std::string>& words) {
  const std::unique_lock lock(reasons_mutex_);
  for (const Direction direction : kAllDirections) {
    auto& row = reasons_[index_of(direction)];
    for (const std::string& word : words) {
      if (row.contains(word)) continue;
      row[word] = &reason_family_->Add(
          {{"direction", std::string(policy::to_string(direction))},
           {"reason", word}});
    }
  }
}

// A word that no rule set brought (the policy service may be ahead of us by a
// reload) is counted as "other".
void Counters::count_reason(std::size_t row, std::string_view reason) {
  const std::shared_lock lock(reasons_mutex_);
  auto found = reasons_[row].find(reason);
  if (found == reasons_[row].end()) found = reasons_[row].find("other");
  found->second->Increment();
}

void Counters::session_opened() {
  ++sessions_;
  sessions_gauge_->Increment();
}

void Counters::session_closed() {
  sessions_gauge_->Decrement();
  --sessions_;  // last: with the last session this object may go
}

void Counters::message_begun() {
  const int now = ++messages_;
  int peak = peak_;
  while (now > peak && !peak_.compare_exchange_weak(peak, now)) {
  }
  messages_gauge_->Increment();
}

void Counters::message_ended() {
  --messages_;
  messages_gauge_->Decrement();
}

void Counters::judged(Direction direction, const policy::Judgement& judgement) {
  const std::size_t row = index_of(direction);
  verdicts_[row][index_of(judgement.verdict)]->Increment();
  count_reason(row, judgement.reason);
  if (judgement.verdict == Verdict::kAccept) {
    shapes_[row][index_of(judgement.shape)]->Increment();
  }
}

int Counters::take_peak() { return peak_.exchange(messages_); }

std::string Counters::text() const { return daemons::exposition(registry_); }

}  // namespace milter
