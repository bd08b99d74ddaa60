#include "deploy/services/expire/expiry.h"

#include <utility>
#include <vector>

#include "deploy/services/expire/quota.h"
#include "mailbox/address.h"
#include "mailbox/directory_reader.h"
#include "mailbox/layout.h"
#include "mailbox/removal.h"

namespace expire {
namespace {

using Kind = Outcome::Kind;
using mailbox::Presence;
using mailbox::Removed;

// Notes the removal of a message, or why it did not come about.
void note(const mailbox::RemovalResult& result, Removal removal, bool lists,
          Outcome& outcome) {
  if (result.kind == Removed::kFailed) outcome.error = result.error;
  if (result.kind != Removed::kRemoved) return;
  ++outcome.removed;
  outcome.octets += removal.size;
  if (lists) outcome.removals.push_back(std::move(removal));
}

bool is_empty(const mailbox::Mailbox& mailbox) {
  mailbox::DirectoryReader reader(mailbox.descriptor());
  return reader.next() == nullptr && reader.error() == 0;
}

}  // namespace

Outcome Expiry::expire(const std::string& name) const {
  Outcome outcome;
  const auto leave_alone = [&](std::string why) {
    outcome.kind = Kind::kLeftAlone;
    outcome.error = std::move(why);
    return outcome;
  };
  if (!mailbox::is_account_name(name)) {
    return leave_alone("no account has such a name");
  }
  const mailbox::OpenResult opened = mailboxes_.find(name);
  if (opened.presence == Presence::kUnknowable) {
    return leave_alone(opened.error);
  }
  if (opened.presence == Presence::kAbsent) {
    outcome.kind = Kind::kVanished;
    return outcome;
  }
  const mailbox::LastLogin login = opened.mailbox.last_login();
  if (login.presence == Presence::kUnknowable) return leave_alone(login.error);
  if (login.presence == Presence::kThere && login.day < retention_.logins) {
    unused(name, opened.mailbox, login.day, outcome);
    return outcome;
  }
  messages(opened.mailbox, outcome);
  if (login.presence == Presence::kAbsent) {
    without_account(name, opened.mailbox, outcome);
  }
  return outcome;
}

void Expiry::unused(const std::string& name, const mailbox::Mailbox& mailbox,
                    std::time_t last_login, Outcome& outcome) const {
  mailbox::RemovalResult result{Removed::kRemoved};
  if (mode_.removes) {
    // Its owner may have logged in since it was looked at.
    result = mailbox::remove_mailbox(mailboxes_, name, mailbox, [&] {
      const mailbox::LastLogin now = mailbox.last_login();
      return now.presence == Presence::kThere && now.day < retention_.logins;
    });
  }
  if (result.kind == Removed::kAbsent) outcome.kind = Kind::kVanished;
  if (result.kind == Removed::kFailed) outcome.error = result.error;
  if (result.kind != Removed::kRemoved) return;
  outcome.kind = Kind::kRemoved;
  if (mode_.lists) {
    outcome.removals.push_back({Reason::kUnused, {}, 0, last_login});
  }
}

void Expiry::messages(const mailbox::Mailbox& mailbox, Outcome& outcome) const {
  off_t counted = 0;  // of those who stay
  mailbox::for_each_message(
      mailbox,
      [&](const mailbox::Message& message) {
        ++outcome.messages;
        const auto reason = reason_to_remove(retention_, message);
        if (!reason) {
          counted += counted_size(message);
          return;
        }
        mailbox::RemovalResult result{Removed::kRemoved};
        if (mode_.removes) result = mailbox::remove_message(message);
        note(result,
             {*reason, mode_.lists ? path_below(message) : std::string(),
              message.size, message.modified},
             mode_.lists, outcome);
      },
      outcome.error);
  if (counted > retention_.quota) quota(mailbox, outcome);
  if (outcome.removed > 0 && mode_.removes) {
    auto result = mailbox::remove_file(mailbox, mailbox::kQuotaFile);
    if (result.kind == Removed::kFailed) outcome.error = result.error;
  }
}

void Expiry::quota(const mailbox::Mailbox& mailbox, Outcome& outcome) const {
  std::vector<OldMessage> oldest = find_oldest(
      mailbox, retention_.quota, retention_.now,
      [&](const mailbox::Message& message) {
        return reason_to_remove(retention_, message).has_value();
      },
      outcome.error);
  for (OldMessage& message : oldest) {
    mailbox::RemovalResult result{Removed::kRemoved};
    if (mode_.removes) result = mailbox::remove_file(mailbox, message.path);
    note(result,
         {Reason::kQuota, std::move(message.path), message.size,
          message.delivered},
         mode_.lists, outcome);
  }
}

void Expiry::without_account(const std::string& name,
                             const mailbox::Mailbox& mailbox,
                             Outcome& outcome) const {
  mailbox::RemovalResult result;
  if (mode_.removes) {
    result = mailbox::remove_empty(mailboxes_, name);
  } else {
    result.kind = is_empty(mailbox) ? Removed::kRemoved : Removed::kKept;
  }
  if (result.kind == Removed::kAbsent) outcome.kind = Kind::kVanished;
  if (result.kind == Removed::kFailed) outcome.error = result.error;
  if (result.kind != Removed::kRemoved) return;
  outcome.kind = Kind::kRemoved;
  if (mode_.lists) outcome.removals.push_back({Reason::kEmpty, {}, 0, 0});
}

}  // namespace expire
