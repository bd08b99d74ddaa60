#include "deploy/services/expire/retention.h"

#include "deploy/services/expire/limits.h"

namespace expire {
namespace {

constexpr std::time_t kDay = 86'400;

}  // namespace

Retention retention_of(const daemons::Settings& settings, std::time_t now) {
  const auto cutoff = [&](const char* key) {
    return now - static_cast<std::time_t>(settings.number(key)) * kDay;
  };
  Retention retention;
  retention.now = now;
  retention.mails = cutoff("delete_mails_after");
  retention.large_mails = cutoff("delete_large_after");
  retention.logins = cutoff("delete_inactive_users_after");
  const auto size = static_cast<off_t>(settings.number("max_mailbox_size"));
  retention.quota =
      size / 100 * kQuotaPercent + size % 100 * kQuotaPercent / 100;
  return retention;
}

std::string_view word_of(Reason reason) {
  switch (reason) {
    case Reason::kOld:
      return "delete_mails_after";
    case Reason::kLarge:
      return "delete_large_after";
    case Reason::kQuota:
      return "max_mailbox_size";
    case Reason::kUnused:
      return "delete_inactive_users_after";
    case Reason::kEmpty:
      break;
  }
  return "empty";
}

std::optional<Reason> reason_to_remove(const Retention& retention,
                                       const mailbox::Message& message) {
  if (message.modified < retention.mails) return Reason::kOld;
  // In new nobody has seen it yet.
  if (message.size > kLargeMessage &&
      message.modified < retention.large_mails && message.directory == "cur") {
    return Reason::kLarge;
  }
  return std::nullopt;
}

}  // namespace expire
