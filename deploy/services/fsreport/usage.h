#pragma once

// What the mailboxes of a relay take of the disk, and who was there when.
//
// Nothing in it has an address: sums and counts of all mailboxes.

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>

#include "mailbox/mailboxes.h"

namespace fsreport {

// Octets; a message counts for each that it reaches.
inline constexpr std::array<off_t, 7> kSizes = {
    0, 100 << 10, 512 << 10, 1 << 20, 2 << 20, 5 << 20, 10 << 20};
// Days since the last login; an account counts for each that it keeps.
inline constexpr std::array<int, 7> kAges = {1, 10, 30, 40, 80, 100, 150};

struct Usage {
  std::uint64_t message_octets = 0;  // of all messages
  std::uint64_t extra_octets = 0;    // of all other files
  // Of the messages that were asked for, by kSizes.
  std::array<std::uint64_t, kSizes.size()> octets{};
  std::array<std::uint64_t, kSizes.size()> count{};
  std::uint64_t accounts = 0;
  std::uint64_t ci_accounts = 0;  // of automatic tests: "ci-..."
  // Of the others, by kAges.
  std::array<std::uint64_t, kAges.size()> active{};
  std::uint64_t errors = 0;  // mailboxes that could not be read wholly

  void add(const Usage& other);
};

struct Question {
  std::time_t now = 0;
  int min_login_age = 0;  // days; in octets and count, others do not count
  std::string part{};     // cur, new, tmp; empty: all
};

// Of one mailbox.  What could not be read is in `error`.
Usage usage_of(const mailbox::Mailboxes& mailboxes, const std::string& name,
               const Question& question, std::string& error);

}  // namespace fsreport
