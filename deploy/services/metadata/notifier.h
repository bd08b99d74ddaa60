#pragma once

// From "this account has mail" to notifications that are on disk and handed on.
//
// Lives in the disk's thread.  Many that come together are written together:
// one flush for all of them, and only then the word that they are written.

#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "deploy/services/metadata/notification.h"
#include "deploy/services/metadata/pending_files.h"
#include "deploy/services/metadata/token_files.h"

namespace metadata {

// Each holds an open file until it is flushed.
inline constexpr std::size_t kMaxUnsynced = 256;

class Notifier {
 public:
  using Written = std::function<void(std::optional<std::string> wrong)>;
  using HandOn = std::function<void(std::vector<Notification>)>;

  // `files` outlives it.
  Notifier(TokenFiles tokens, PendingFiles& files, HandOn hand_on)
      : tokens_(std::move(tokens)),
        files_(files),
        hand_on_(std::move(hand_on)) {}

  // `written` is called once, now or in flush().
  void wake(const std::string& address, std::time_t now, Written written);
  void flush();
  // Those of an earlier life; what went wrong, or nothing.
  std::optional<std::string> resume();

 private:
  TokenFiles tokens_;
  PendingFiles& files_;
  HandOn hand_on_;
  std::vector<Notification> unsynced_;
  std::vector<Written> waiting_;
};

}  // namespace metadata
