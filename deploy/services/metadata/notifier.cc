#include "deploy/services/metadata/notifier.h"

#include <utility>

#include "mailbox/address.h"

namespace metadata {

void Notifier::wake(const std::string& address, std::time_t now,
                    Written written) {
  std::string error;
  const auto tokens = tokens_.find(address, now, error);
  if (!tokens) return written(error);
  std::optional<std::string> wrong;
  for (const std::string& token : *tokens) {
    Notification notification{
        {}, mailbox::canonical_address(address), now, token};
    if (auto trouble = files_.write(notification)) {
      wrong = std::move(trouble);
      continue;  // another device may have better luck
    }
    unsynced_.push_back(std::move(notification));
  }
  if (wrong || tokens->empty()) {
    written(std::move(wrong));
  } else {
    waiting_.push_back(std::move(written));
  }
  if (files_.unsynced() >= kMaxUnsynced) flush();
}

void Notifier::flush() {
  const std::optional<std::string> wrong = files_.sync();
  std::vector<Notification> written;
  written.swap(unsynced_);
  std::vector<Written> waiting;
  waiting.swap(waiting_);
  if (!wrong && !written.empty()) hand_on_(std::move(written));
  for (const Written& each : waiting) each(wrong);
}

std::optional<std::string> Notifier::resume() {
  std::string error;
  std::vector<Notification> found;
  const bool good = files_.for_each(
      [&](Notification each) { found.push_back(std::move(each)); }, error);
  if (!found.empty()) hand_on_(std::move(found));
  if (good) return std::nullopt;
  return error;
}

}  // namespace metadata
