#include "deploy/trial/post_office.h"

#include <algorithm>

namespace trial {

void PostOffice::send(const std::string& token, std::size_t receiver) {
  const std::lock_guard lock(mutex_);
  under_way_[token] = {Clock::now(), receiver};
  ++expected_[receiver];
}

void PostOffice::refuse(const std::string& token, const std::string& kind) {
  const std::lock_guard lock(mutex_);
  ++refusals_[kind];
  const auto found = under_way_.find(token);
  if (found == under_way_.end()) return;
  --expected_[found->second.receiver];
  under_way_.erase(found);
}

void PostOffice::arrive(std::string_view fields, Clock::time_point when) {
  const std::lock_guard lock(mutex_);
  std::size_t at = 0;
  while ((at = fields.find(kTokenPrefix, at)) != std::string_view::npos) {
    const std::size_t end = std::min(fields.find('@', at), fields.size());
    const auto found = under_way_.find(fields.substr(at, end - at));
    at = end;
    if (found == under_way_.end()) continue;
    latencies_.push_back(
        std::chrono::duration<double>(when - found->second.when).count());
    --expected_[found->second.receiver];
    under_way_.erase(found);
  }
}

void PostOffice::close() {
  const std::lock_guard lock(mutex_);
  is_closed_ = true;
}

bool PostOffice::is_done(std::size_t receiver) const {
  const std::lock_guard lock(mutex_);
  return is_closed_ && expected_[receiver] == 0;
}

std::vector<double> PostOffice::latencies() const {
  const std::lock_guard lock(mutex_);
  std::vector<double> sorted = latencies_;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

std::map<std::string, std::size_t> PostOffice::refusals() const {
  const std::lock_guard lock(mutex_);
  return refusals_;
}

}  // namespace trial
