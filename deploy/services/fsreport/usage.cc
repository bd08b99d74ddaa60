#include "deploy/services/fsreport/usage.h"

#include <cstddef>

#include "mailbox/address.h"
#include "mailbox/folders.h"

namespace fsreport {
namespace {

constexpr std::time_t kDay = 86'400;

void count_login(const std::string& name, std::time_t login, std::time_t now,
                 Usage& usage) {
  ++usage.accounts;
  if (name.starts_with("ci-")) {
    ++usage.ci_accounts;
    return;
  }
  for (std::size_t i = 0; i < kAges.size(); ++i) {
    if (login >= now - kAges[i] * kDay) ++usage.active[i];
  }
}

void count_message(off_t size, Usage& usage) {
  for (std::size_t i = 0; i < kSizes.size() && size >= kSizes[i]; ++i) {
    usage.octets[i] += static_cast<std::uint64_t>(size);
    ++usage.count[i];
  }
}

template <typename Array>
void add_each(Array& sums, const Array& numbers) {
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += numbers[i];
}

}  // namespace

void Usage::add(const Usage& other) {
  message_octets += other.message_octets;
  extra_octets += other.extra_octets;
  add_each(octets, other.octets);
  add_each(count, other.count);
  accounts += other.accounts;
  ci_accounts += other.ci_accounts;
  add_each(active, other.active);
  errors += other.errors;
}

Usage usage_of(const mailbox::Mailboxes& mailboxes, const std::string& name,
               const Question& question, std::string& error) {
  using mailbox::Presence;
  Usage usage;
  if (!mailbox::is_account_name(name)) {
    error = "no account has such a name";
    usage.errors = 1;
    return usage;
  }
  const mailbox::OpenResult opened = mailboxes.find(name);
  if (opened.presence == Presence::kAbsent) return usage;  // vanished
  error = opened.error;
  if (opened.presence == Presence::kThere) {
    const mailbox::LastLogin login = opened.mailbox.last_login();
    error = login.error;
    const bool is_account = login.presence == Presence::kThere;
    if (is_account) count_login(name, login.day, question.now, usage);
    const bool counts =
        is_account && login.day <= question.now - question.min_login_age * kDay;
    mailbox::for_each_file(
        opened.mailbox,
        [&](const mailbox::Message& message) {
          usage.message_octets += static_cast<std::uint64_t>(message.size);
          if (counts &&
              (question.part.empty() || message.directory == question.part)) {
            count_message(message.size, usage);
          }
        },
        [&](off_t size) {
          usage.extra_octets += static_cast<std::uint64_t>(size);
        },
        error);
  }
  usage.errors = error.empty() ? 0 : 1;
  return usage;
}

}  // namespace fsreport
