#pragma once

// Postfix's queue by destination and reason, of what `postqueue -j` prints.
//
// Reasons differ in addresses and host names that say nothing about the cause;
// those are cut away, so that a thousand recipients behind one dead host are
// one line.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ctl {

struct QueueLine {
  std::string destination;  // the domain behind the @
  std::string queue;        // "deferred", "active", "incoming", "hold"
  std::string reason;       // "" where nothing was tried yet
  std::uint64_t recipients = 0;
  std::uint64_t messages = 0;  // with such a recipient
  std::uint64_t octets = 0;    // of these messages
  std::int64_t oldest = 0;     // seconds since 1970
};

struct QueueListing {
  std::string error;             // not empty: there is no listing
  std::vector<QueueLine> lines;  // those with most recipients first
  std::uint64_t messages = 0;    // each once
  std::uint64_t deferred = 0;
  std::uint64_t recipients = 0;
  std::uint64_t octets = 0;
  std::int64_t oldest = 0;  // 0: the queue is empty
};

QueueListing list_queue(std::string_view postqueue_json);

// Asks `postqueue -j`; what went wrong, and what to do, is the listing's error.
QueueListing ask_for_queue();

// The cause alone, without the addresses and hosts of one delivery.
std::string cause_of(std::string_view delay_reason);

// "3 d", "5 h", "12 min", "7 s".
std::string age_text(std::int64_t seconds);

}  // namespace ctl
