#include "deploy/services/dict/reply.h"

#include <cassert>
#include <utility>

#include "deploy/services/dict/session.h"

namespace dict {

Reply::~Reply() {
  if (slot_ != nullptr) failed("no answer");
}

void Reply::failed(std::string_view why) {
  give(transaction_.empty() ? failed_line(why)
                            : failed_line(transaction_, why));
}

void Reply::give(std::string text) {
  assert(slot_ != nullptr);
  std::shared_ptr<Slot> slot = std::exchange(slot_, nullptr);
  if (loop_->is_current()) {
    if (const auto session = session_.lock()) session->fill(*slot, text);
    return;
  }
  loop_->post([session = std::move(session_), slot = std::move(slot),
               octets = std::move(text)]() mutable {
    if (const auto alive = session.lock()) alive->fill(*slot, octets);
  });
}

}  // namespace dict
