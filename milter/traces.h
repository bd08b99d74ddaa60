#pragma once

// The last verdicts with the rules that were tried for each, kept in memory
// for an operator who asks why: `chatmail explain --queue-id ID`.
//
// Bounded by kKept; the oldest goes.  Nothing is written to a disk, and of a
// message there is what its rules asked for and no more.

#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "policy/trace.h"

namespace milter {

struct TracedVerdict {
  std::string queue_id;
  std::string reverse_path;
  std::string line;  // "inbound reject cleartext (preamble-text) 523 5.7.1"
  policy::Trace trace;
};

class Traces {
 public:
  static constexpr std::size_t kKept = 256;

  void add(TracedVerdict verdict);

  // Of that queue id, or all of that sender, the newest first; a text that
  // says so when there is none.
  std::string of_queue_id(std::string_view queue_id) const;
  std::string of_sender(std::string_view reverse_path) const;

  // The answer to "/trace?queue-id=ID" or "/trace?sender=ADDRESS", with
  // percent-encoded values (RFC 3986 2.1); nullopt: another question.
  std::optional<std::string> page(std::string_view target) const;

 private:
  template <typename Matches>
  std::string matching(Matches matches) const;

  mutable std::mutex mutex_;
  std::deque<TracedVerdict> verdicts_;  // the newest in front
};

}  // namespace milter
