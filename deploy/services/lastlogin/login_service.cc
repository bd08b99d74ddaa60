#include "deploy/services/lastlogin/login_service.h"

#include <charconv>
#include <ctime>
#include <string_view>
#include <system_error>
#include <utility>

#include "daemon/metrics_socket.h"

namespace lastlogin {
namespace {

constexpr std::string_view kKey = "shared/last-login/";

std::optional<std::time_t> seconds_of(const std::string& value) {
  std::time_t seconds = 0;
  const char* end = value.data() + value.size();
  const auto parsed = std::from_chars(value.data(), end, seconds);
  if (parsed.ec != std::errc() || parsed.ptr != end || seconds < 0) {
    return std::nullopt;
  }
  return seconds;
}

}  // namespace

LoginService::LoginService(const mailbox::Mailboxes& mailboxes,
                           spdlog::logger& log)
    : mailboxes_(mailboxes), log_(log) {
  auto& logins = prometheus::BuildCounter()
                     .Name("chatmail_last_logins_total")
                     .Help("Logins that Dovecot told of, by result")
                     .Register(registry_);
  noted_ = &logins.Add({{"result", "noted"}});
  failed_ = &logins.Add({{"result", "failed"}});
}

std::string LoginService::metrics() const {
  return daemons::exposition(registry_);
}

std::optional<std::string> LoginService::note(const dict::Change& change) {
  const std::string_view key = change.key;
  if (change.kind != dict::Change::Kind::kSet || !key.starts_with(kKey)) {
    return "only logins are noted here";
  }
  const auto seconds = seconds_of(change.value);
  if (!seconds) return "no time of a login";
  const auto opened = mailboxes_.find(key.substr(kKey.size()));
  if (opened.presence == mailbox::Presence::kAbsent) return std::nullopt;
  auto wrong = opened.presence == mailbox::Presence::kThere
                   ? opened.mailbox.set_last_login(*seconds)
                   : opened.error;
  if (wrong) log_.error("a login cannot be noted: {}", *wrong);
  return wrong;
}

void LoginService::commit(dict::Transaction transaction, dict::Reply reply) {
  std::optional<std::string> failure;
  for (const dict::Change& change : transaction.changes) {
    auto wrong = note(change);
    (wrong ? failed_ : noted_)->Increment();
    if (wrong) failure = std::move(wrong);
  }
  if (failure) {
    reply.failed(*failure);
  } else {
    reply.done();
  }
}

void LoginService::look_up(dict::Lookup, dict::Reply reply) {
  reply.not_found();
}

void LoginService::iterate(dict::Iteration, dict::Reply reply) {
  reply.rows({});
}

}  // namespace lastlogin
