#pragma once

// What became of one mailbox, and of all: for people and for programs.

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "deploy/services/expire/retention.h"

namespace expire {

struct Removal {
  Reason reason = Reason::kOld;
  std::string path{};        // of a message, below the mailbox; else empty
  off_t size = 0;            // of a message: octets on disk
  std::time_t modified = 0;  // of a message; of an unused mailbox, last login
};

struct Outcome {
  enum class Kind : std::uint8_t {
    kKept,
    kRemoved,   // the mailbox; in a dry run it would be
    kVanished,  // meanwhile, by somebody else
    kLeftAlone,
  };
  Kind kind = Kind::kKept;
  std::uint64_t messages = 0;  // of a mailbox that is kept
  std::uint64_t removed = 0;   // of those
  off_t octets = 0;            // on disk, of those
  std::vector<Removal> removals{};
  // Why it was left alone, or what could not be done; without an address.
  std::string error{};
};

struct Summary {
  std::uint64_t mailboxes = 0;
  std::uint64_t mailboxes_removed = 0;
  std::uint64_t messages = 0;
  std::uint64_t messages_removed = 0;
  off_t octets_removed = 0;
  std::uint64_t left_alone = 0;
  std::uint64_t errors = 0;

  void add(const Outcome& outcome);
};

// Lines of text, or of JSON.
struct Wording {
  bool dry_run = true;
  bool json = false;
};

// `path` is that of the mailbox; in text, what is no printable ASCII in it is
// shown as '?'.
std::string lines_of(const Wording& wording, const std::string& path,
                     const Outcome& outcome);
std::string line_of(const Wording& wording, const Summary& summary,
                    double seconds);

}  // namespace expire
