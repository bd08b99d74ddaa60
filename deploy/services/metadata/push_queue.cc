#include "deploy/services/metadata/push_queue.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

namespace metadata {

using std::chrono::milliseconds;

milliseconds PushQueue::wait_after(int tries) const {
  constexpr double longest = 1e9;  // milliseconds: more than a life
  return milliseconds(static_cast<std::int64_t>(
      std::min(longest, 1000 * std::pow(retry_base_, tries))));
}

void PushQueue::schedule(Entry& entry, milliseconds due) {
  due_.erase({entry.due, entry.order, &entry});
  entry.due = due;
  entry.order = ++last_order_;
  due_.insert({entry.due, entry.order, &entry});
}

PushQueue::Added PushQueue::merge(Entry& entry, Notification notification,
                                  std::vector<std::string>& files) {
  std::optional<Notification>& again = entry.again;
  if (entry.is_sent) {
    if (again) files.push_back(std::move(again->name));
    again = std::move(notification);
    return Added::kMerged;
  }
  // What is read from disk comes in any order.
  if (notification.start < entry.notification.start) {
    files.push_back(std::move(notification.name));
    return Added::kMerged;
  }
  files.push_back(std::move(entry.notification.name));
  entry.notification = std::move(notification);
  if (entry.tries > 1) {
    entry.tries = 1;
    const milliseconds soonest = entry.last_try + wait_after(1);
    if (soonest < entry.due) schedule(entry, soonest);
  }
  return Added::kMerged;
}

PushQueue::Added PushQueue::add(Notification notification, Moment now,
                                std::vector<std::string>& files) {
  if (notification.start + kNotificationLife < now.wall) {
    files.push_back(std::move(notification.name));
    return Added::kExpired;
  }
  const auto known = entries_.find(notification.token);
  if (known != entries_.end()) {
    return merge(known->second, std::move(notification), files);
  }
  if (entries_.size() >= most_) {
    files.push_back(std::move(notification.name));
    return Added::kFull;
  }
  Entry& entry = entries_[notification.token];
  entry.notification = std::move(notification);
  schedule(entry, now.steady);
  return Added::kNew;
}

std::optional<Notification> PushQueue::take(Moment now) {
  if (due_.empty() || std::get<0>(*due_.begin()) > now.steady) {
    return std::nullopt;
  }
  Entry& entry = *std::get<2>(*due_.begin());
  due_.erase(due_.begin());
  entry.is_sent = true;
  entry.last_try = now.steady;
  return entry.notification;
}

PushQueue::Next PushQueue::retry(Entry& entry, Moment now,
                                 std::vector<std::string>& files) {
  if (entry.again) {
    files.push_back(std::move(entry.notification.name));
    entry.notification = std::move(*entry.again);
    entry.again = std::nullopt;
    entry.tries = 0;
  }
  const milliseconds wait = wait_after(++entry.tries);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(wait);
  if (now.wall + seconds.count() >
      entry.notification.start + kNotificationLife) {
    files.push_back(std::move(entry.notification.name));
    return Next::kDropped;
  }
  schedule(entry, now.steady + wait);
  return Next::kWaits;
}

PushQueue::Next PushQueue::finish(std::string_view token, Outcome outcome,
                                  Moment now, std::vector<std::string>& files) {
  const auto found = entries_.find(std::string(token));
  assert(found != entries_.end() && found->second.is_sent);
  Entry& entry = found->second;
  entry.is_sent = false;
  Next next = Next::kDone;
  if (outcome == Outcome::kFailed) {
    next = retry(entry, now, files);
  } else {
    files.push_back(std::move(entry.notification.name));
    if (entry.again && outcome == Outcome::kSent) {
      entry.notification = std::move(*entry.again);
      entry.again = std::nullopt;
      entry.tries = 0;
      schedule(entry, now.steady);
      next = Next::kWaits;
    } else if (entry.again) {
      files.push_back(std::move(entry.again->name));
    }
  }
  if (next != Next::kWaits) entries_.erase(found);
  return next;
}

std::optional<milliseconds> PushQueue::next_due() const {
  if (due_.empty()) return std::nullopt;
  return std::get<0>(*due_.begin());
}

}  // namespace metadata
