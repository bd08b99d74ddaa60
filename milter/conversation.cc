#include "milter/conversation.h"

#include <exception>
#include <utility>

#include "daemon/log.h"
#include "milter/edits.h"
#include "milter/terms.h"
#include "policy/reply.h"

namespace milter {
namespace {

constexpr char kOwnFailure[] = "451 4.3.0 Internal error, try again later";

// A word of reason for each decision.
std::string verdict_line(const Session& session,
                         const policy::Judgement& judgement) {
  std::string line(policy::to_string(session.direction()));
  line += ' ';
  line += to_string(judgement.verdict);
  line += ' ';
  line += judgement.reason;
  if (!judgement.detail.empty()) {
    line += " (" + daemons::printable(judgement.detail) + ")";
  }
  if (judgement.verdict == policy::Verdict::kReject ||
      judgement.verdict == policy::Verdict::kTempfail) {
    line += ' ' + std::to_string(judgement.reply.code) + ' ' +
            judgement.reply.enhanced_status;
  }
  return line;
}

}  // namespace

Conversation::Conversation(Shared& shared) : shared_(shared) {
  shared_.counters.session_opened();
}

Conversation::~Conversation() {
  abort();
  shared_.counters.session_closed();
}

void Conversation::connect(const Mta& mta, std::string client_address,
                           int client_port) {
  abort();
  session_ = Session();
  session_.connect(policy::direction_of_daemon_name(mta.macro("{daemon_name}")),
                   std::move(client_address), client_port);
}

Answer Conversation::mail(Mta& mta, std::string_view reverse_path) {
  abort();
  session_.begin_message(shared_.setup.get());
  shared_.counters.message_begun();
  return with_reply(mta, [&]() -> Answer {
    if (asks_for_tls(session_.setup())) {
      session_.tls(mta.macro("{tls_version}"), mta.macro("{cipher}"));
    }
    const auto refused =
        session_.mail(mta.macro("{auth_authen}"), reverse_path);
    if (refused) return conclude(mta, *refused);
    return {Answer::Kind::kContinue, {}};
  });
}

void Conversation::recipient(const Mta& mta, std::string_view as_given) {
  without_reply(mta, [&] {
    const std::string_view resolved = mta.macro("{rcpt_addr}");
    session_.recipient(as_given, resolved.empty() ? as_given : resolved);
  });
}

void Conversation::header_field(const Mta& mta, std::string_view name,
                                std::string_view value) {
  without_reply(mta, [&] { session_.header_field(name, value); });
}

Answer Conversation::end_of_header(Mta& mta) {
  return with_reply(mta, [&]() -> Answer {
    const auto refused = session_.end_of_header();
    if (refused) return conclude(mta, *refused);
    return {Answer::Kind::kContinue, {}};
  });
}

void Conversation::body(const Mta& mta, std::string_view octets) {
  without_reply(mta, [&] {
    session_.body(octets);
    shared_.counters.body_octets(octets.size());
  });
}

Answer Conversation::end(Mta& mta) {
  return with_reply(mta, [&] { return conclude(mta, session_.end()); });
}

void Conversation::abort() {
  if (!session_.in_message()) return;
  session_.end_message();
  shared_.counters.message_ended();
}

// A step of the message under way that gets a reply.  Exceptions (memory,
// mostly) end here, and so does a step that the MTA takes out of turn.
template <typename Step>
Answer Conversation::with_reply(Mta& mta, Step step) {
  if (!session_.in_message() || session_.failed()) return own_failure();
  try {
    return step();
  } catch (const std::exception& problem) {
    shared_.log->error("{}: {}", mta.macro("i"), problem.what());
    return own_failure();
  }
}

// One that gets none: the session remembers a failure for the next reply.
template <typename Step>
void Conversation::without_reply(const Mta& mta, Step step) {
  if (!session_.in_message() || session_.failed()) return;
  try {
    step();
  } catch (const std::exception& problem) {
    shared_.log->error("{}: {}", mta.macro("i"), problem.what());
    session_.fail();
  }
}

// The message is over; what the MTA is told.
Answer Conversation::conclude(Mta& mta, const policy::Judgement& judgement) {
  using policy::Verdict;
  if (judgement.verdict == Verdict::kAccept &&
      !carry_out(mta, judgement, session_)) {
    shared_.log->error("{}: the MTA did not take an edit", mta.macro("i"));
    return own_failure();
  }
  tell_verdict(mta, judgement);
  shared_.counters.judged(session_.direction(), judgement);
  abort();
  if (judgement.verdict == Verdict::kAccept) return {Answer::Kind::kAccept, {}};
  if (judgement.verdict == Verdict::kDiscard) {
    return {Answer::Kind::kDiscard, {}};
  }
  return {judgement.verdict == Verdict::kReject ? Answer::Kind::kReject
                                                : Answer::Kind::kTempfail,
          judgement.reply};
}

Answer Conversation::own_failure() {
  shared_.counters.failed();
  abort();
  return {Answer::Kind::kTempfail, policy::make_reply(kOwnFailure)};
}

// What a sender wrote is logged only if asked for.
void Conversation::tell_verdict(const Mta& mta,
                                const policy::Judgement& judgement) {
  std::string queue_id(mta.macro("i"));
  if (queue_id.empty()) queue_id = "-";
  std::string line = verdict_line(session_, judgement);
  if (shared_.log->should_log(spdlog::level::info)) {
    std::string from;
    if (session_.setup().log_addresses) {
      from = " from=<" + daemons::printable(session_.reverse_path()) + ">";
    }
    shared_.log->info("{}: {}{}", queue_id, line, from);
  }
  policy::Trace trace = session_.trace();
  if (trace.rules == nullptr) return;
  shared_.traces.add({std::move(queue_id), session_.reverse_path(),
                      std::move(line), std::move(trace)});
}

}  // namespace milter
