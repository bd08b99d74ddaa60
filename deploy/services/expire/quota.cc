#include "deploy/services/expire/quota.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "deploy/services/expire/limits.h"
#include "mailbox/layout.h"
#include "mailbox/message_name.h"
#include "mailbox/removal.h"

namespace expire {
namespace {

std::optional<mailbox::MessageName> counted(const mailbox::Message& message) {
  if (message.directory == "tmp") return std::nullopt;
  return mailbox::parse_message_name(message.name);
}

}  // namespace

off_t counted_size(const mailbox::Message& message) {
  const auto name = counted(message);
  return name ? name->size : 0;
}

std::vector<OldMessage> find_oldest(
    const mailbox::Mailbox& mailbox, off_t target, std::time_t now,
    const std::function<bool(const mailbox::Message&)>& goes_anyway,
    std::string& error) {
  std::vector<OldMessage> oldest;
  off_t total = 0;
  mailbox::for_each_message(
      mailbox,
      [&](const mailbox::Message& message) {
        const auto name = counted(message);
        if (!name || goes_anyway(message)) return;
        total += name->size;
        if (name->delivered > now - kProtectedAge) return;
        oldest.push_back({path_below(message), name->delivered, name->size});
      },
      error);
  std::sort(oldest.begin(), oldest.end(),
            [](const OldMessage& one, const OldMessage& other) {
              return std::tie(one.delivered, one.size, one.path) <
                     std::tie(other.delivered, other.size, other.path);
            });
  std::size_t count = 0;
  for (; count < oldest.size() && total > target; ++count) {
    total -= oldest[count].size;
  }
  oldest.resize(count);
  return oldest;
}

std::size_t shrink(const mailbox::Mailbox& mailbox, off_t target,
                   std::time_t now, std::string& error) {
  const auto oldest = find_oldest(
      mailbox, target, now, [](const mailbox::Message&) { return false; },
      error);
  std::size_t removed = 0;
  for (const OldMessage& message : oldest) {
    auto result = mailbox::remove_file(mailbox, message.path);
    if (result.kind == mailbox::Removed::kRemoved) ++removed;
    if (!result.error.empty()) error = std::move(result.error);
  }
  if (removed > 0) {
    auto result = mailbox::remove_file(mailbox, mailbox::kQuotaFile);
    if (!result.error.empty()) error = std::move(result.error);
  }
  return removed;
}

}  // namespace expire
