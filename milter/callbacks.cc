// The callbacks of libmilter: its words into a Session, a Judgement into its
// words.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/log.h"
#include "milter/edits.h"
#include "milter/filter.h"
#include "milter/session.h"
#include "policy/reply.h"

namespace milter {
namespace {

// libmilter gives a callback nothing of ours before smfi_setpriv().
Shared* shared = nullptr;

constexpr unsigned long kActions = SMFIF_ADDHDRS | SMFIF_CHGHDRS |
                                   SMFIF_DELRCPT | SMFIF_CHGFROM |
                                   SMFIF_SETSYMLIST;
constexpr unsigned long kProtocol =
    SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_NR_CONN | SMFIP_NR_HELO |
    SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_HDR | SMFIP_NR_BODY |
    SMFIP_HDR_LEADSPC;

constexpr char kOwnFailure[] = "451 4.3.0 Internal error, try again later";

std::string_view macro(SMFICTX* context, const char* name) {
  const char* value = smfi_getsymval(context, const_cast<char*>(name));
  return value == nullptr ? std::string_view() : value;
}

Session* session_of(SMFICTX* context) {
  return static_cast<Session*>(smfi_getpriv(context));
}

std::string address_text(const sockaddr* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address != nullptr && address->sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
  } else if (address != nullptr && address->sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
  }
  return text;
}

int port_of(const sockaddr* address) {
  // Both forms have the port in the same place.
  if (address == nullptr ||
      (address->sa_family != AF_INET && address->sa_family != AF_INET6)) {
    return 0;
  }
  sockaddr_in place{};
  std::memcpy(&place, address, sizeof place);
  return ntohs(place.sin_port);
}

bool asks(const Setup& setup, policy::Fact fact) {
  return setup.configuration->rulebook->asks(fact);
}

bool asks_for_tls(const Setup& setup) {
  return asks(setup, policy::Fact::kTlsVersion) ||
         asks(setup, policy::Fact::kTlsCipher);
}

void end_message(Session& session) {
  if (!session.in_message()) return;
  session.end_message();
  shared->counters.message_ended();
}

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

// What a sender wrote is logged only if asked for.
void tell_verdict(SMFICTX* context, const Session& session,
                  const policy::Judgement& judgement) {
  std::string queue_id(macro(context, "i"));
  if (queue_id.empty()) queue_id = "-";
  std::string line = verdict_line(session, judgement);
  if (shared->log->should_log(spdlog::level::info)) {
    std::string from;
    if (session.setup().log_addresses) {
      from = " from=<" + daemons::printable(session.reverse_path()) + ">";
    }
    shared->log->info("{}: {}{}", queue_id, line, from);
  }
  policy::Trace trace = session.trace();
  if (trace.rules == nullptr) return;
  shared->traces.add({std::move(queue_id), session.reverse_path(),
                      std::move(line), std::move(trace)});
}

sfsistat own_failure(SMFICTX* context, Session& session) {
  shared->counters.failed();
  set_reply(context, policy::make_reply(kOwnFailure));
  end_message(session);
  return SMFIS_TEMPFAIL;
}

// The message is over; what the MTA is told.
sfsistat conclude(SMFICTX* context, Session& session,
                  const policy::Judgement& judgement) {
  using policy::Verdict;
  if (judgement.verdict == Verdict::kAccept &&
      !carry_out(context, judgement, session)) {
    shared->log->error("{}: the MTA did not take an edit", macro(context, "i"));
    return own_failure(context, session);
  }
  tell_verdict(context, session, judgement);
  shared->counters.judged(session.direction(), judgement);
  end_message(session);
  if (judgement.verdict == Verdict::kAccept) return SMFIS_ACCEPT;
  if (judgement.verdict == Verdict::kDiscard) return SMFIS_DISCARD;
  if (!set_reply(context, judgement.reply)) {
    shared->log->error("libmilter did not take the reply {}",
                       policy::to_string(judgement.reply));
  }
  return judgement.verdict == Verdict::kReject ? SMFIS_REJECT : SMFIS_TEMPFAIL;
}

// A step of the message under way that gets a reply.  Exceptions (memory,
// mostly) end here, and so does a step that the MTA takes out of turn.
template <typename Step>
sfsistat with_reply(SMFICTX* context, Step step) {
  Session* session = session_of(context);
  if (session == nullptr) return SMFIS_TEMPFAIL;
  if (!session->in_message() || session->failed()) {
    return own_failure(context, *session);
  }
  try {
    return step(*session);
  } catch (const std::exception& problem) {
    shared->log->error("{}: {}", macro(context, "i"), problem.what());
    return own_failure(context, *session);
  }
}

// One that gets none: the session remembers a failure for the next reply.
template <typename Step>
sfsistat without_reply(SMFICTX* context, Step step) {
  Session* session = session_of(context);
  if (session == nullptr || !session->in_message() || session->failed()) {
    return SMFIS_NOREPLY;
  }
  try {
    step(*session);
  } catch (const std::exception& problem) {
    shared->log->error("{}: {}", macro(context, "i"), problem.what());
    session->fail();
  }
  return SMFIS_NOREPLY;
}

// NOLINTNEXTLINE(readability-function-size): libmilter's nine parameters.
sfsistat on_negotiate(SMFICTX* context, unsigned long actions,
                      unsigned long protocol, unsigned long, unsigned long,
                      unsigned long* wanted_actions,
                      unsigned long* wanted_protocol,
                      unsigned long* wanted_spare,
                      unsigned long* wanted_spare2) {
  // Without any one of them, mail would be judged or edited otherwise than
  // `chatmail check` says.  Postfix has had them all since 2.6.
  if ((actions & kActions) != kActions || (protocol & kProtocol) != kProtocol) {
    shared->log->error("the MTA lacks milter features: {:x}, {:x}",
                       kActions & ~actions, kProtocol & ~protocol);
    return SMFIS_REJECT;
  }
  *wanted_actions = kActions;
  // A word less for each session, unless a rule asks for it.
  const auto setup = shared->setup.get();
  *wanted_protocol = asks(*setup, policy::Fact::kClientHelo)
                         ? kProtocol
                         : kProtocol | (protocol & SMFIP_NOHELO);
  *wanted_spare = 0;
  *wanted_spare2 = 0;
  struct Symbols {
    int stage;
    const char* names;
  };
  for (const Symbols& symbols :
       {Symbols{SMFIM_CONNECT, "{daemon_name}"},
        Symbols{SMFIM_ENVFROM, asks_for_tls(*setup)
                                   ? "{auth_authen} {tls_version} {cipher}"
                                   : "{auth_authen}"},
        Symbols{SMFIM_ENVRCPT, "{rcpt_addr}"}, Symbols{SMFIM_EOH, "i"},
        Symbols{SMFIM_EOM, "i"}}) {
    if (smfi_setsymlist(context, symbols.stage,
                        const_cast<char*>(symbols.names)) != MI_SUCCESS) {
      return SMFIS_REJECT;
    }
  }
  return SMFIS_CONTINUE;
}

sfsistat on_connect(SMFICTX* context, char*, sockaddr* address) {
  const std::unique_ptr<Session> before(session_of(context));
  auto session = std::make_unique<Session>();
  session->connect(
      policy::direction_of_daemon_name(macro(context, "{daemon_name}")),
      address_text(address), port_of(address));
  if (smfi_setpriv(context, session.get()) == MI_SUCCESS) {
    static_cast<void>(session.release());  // on_close() takes it back
    if (before == nullptr) shared->counters.session_opened();
  }
  return SMFIS_NOREPLY;
}

sfsistat on_helo(SMFICTX* context, char* name) {
  if (Session* session = session_of(context)) session->helo(name);
  return SMFIS_NOREPLY;
}

sfsistat on_mail(SMFICTX* context, char** arguments) {
  Session* begun = session_of(context);
  if (begun == nullptr) return SMFIS_TEMPFAIL;
  end_message(*begun);
  begun->begin_message(shared->setup.get());
  shared->counters.message_begun();
  return with_reply(context, [&](Session& session) -> sfsistat {
    if (asks_for_tls(session.setup())) {
      session.tls(macro(context, "{tls_version}"), macro(context, "{cipher}"));
    }
    const auto refused =
        session.mail(macro(context, "{auth_authen}"), arguments[0]);
    if (refused) return conclude(context, session, *refused);
    return SMFIS_CONTINUE;
  });
}

sfsistat on_recipient(SMFICTX* context, char** arguments) {
  return without_reply(context, [&](Session& session) {
    const std::string_view resolved = macro(context, "{rcpt_addr}");
    const std::string_view as_given = arguments[0];
    session.recipient(as_given, resolved.empty() ? as_given : resolved);
  });
}

sfsistat on_header_field(SMFICTX* context, char* name, char* value) {
  return without_reply(
      context, [&](Session& session) { session.header_field(name, value); });
}

sfsistat on_end_of_header(SMFICTX* context) {
  return with_reply(context, [&](Session& session) -> sfsistat {
    const auto refused = session.end_of_header();
    if (refused) return conclude(context, session, *refused);
    return SMFIS_CONTINUE;
  });
}

sfsistat on_body(SMFICTX* context, unsigned char* octets, std::size_t count) {
  return without_reply(context, [&](Session& session) {
    session.body({reinterpret_cast<const char*>(octets), count});
    shared->counters.body_octets(count);
  });
}

sfsistat on_end(SMFICTX* context) {
  return with_reply(context, [&](Session& session) -> sfsistat {
    return conclude(context, session, session.end());
  });
}

sfsistat on_abort(SMFICTX* context) {
  if (Session* session = session_of(context)) end_message(*session);
  return SMFIS_CONTINUE;
}

sfsistat on_close(SMFICTX* context) {
  const std::unique_ptr<Session> session(session_of(context));
  if (session == nullptr) return SMFIS_CONTINUE;
  smfi_setpriv(context, nullptr);
  end_message(*session);
  shared->counters.session_closed();
  return SMFIS_CONTINUE;
}

}  // namespace

smfiDesc filter_description(Shared& state) {
  shared = &state;
  static char name[] = "chatmilter";
  smfiDesc description{};
  description.xxfi_name = name;
  description.xxfi_version = SMFI_VERSION;
  description.xxfi_flags = kActions;
  description.xxfi_negotiate = on_negotiate;
  description.xxfi_connect = on_connect;
  description.xxfi_helo = on_helo;
  description.xxfi_envfrom = on_mail;
  description.xxfi_envrcpt = on_recipient;
  description.xxfi_header = on_header_field;
  description.xxfi_eoh = on_end_of_header;
  description.xxfi_body = on_body;
  description.xxfi_eom = on_end;
  description.xxfi_abort = on_abort;
  description.xxfi_close = on_close;
  return description;
}

}  // namespace milter
