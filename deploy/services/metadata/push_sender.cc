#include "deploy/services/metadata/push_sender.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace metadata {
namespace {

using std::chrono::milliseconds;

// It wakes up at least this often, whatever a clock has done.
constexpr milliseconds kLongestWait{10'000};

constexpr long kGone = 410;

bool is_success(long status) { return status >= 200 && status < 300; }

const char* event_of(PushQueue::Added added) {
  switch (added) {
    case PushQueue::Added::kNew:
      return "queued";
    case PushQueue::Added::kMerged:
      return "merged";
    case PushQueue::Added::kExpired:
      return "dropped";
    case PushQueue::Added::kFull:
      break;
  }
  return "refused";
}

}  // namespace

PushSender::PushSender(const Setup& setup, World world, Counters& counters,
                       spdlog::logger& log)
    : world_(std::move(world)),
      counters_(counters),
      log_(log),
      queue_(setup.retry_base),
      posts_(setup.url, setup.ca_file, setup.timeout),
      thread_([this] { work(); }) {}

PushSender::~PushSender() {
  is_ending_ = true;
  posts_.wake_up();
  thread_.join();
}

void PushSender::add(std::vector<Notification> notifications) {
  {
    const std::lock_guard lock(mutex_);
    std::move(notifications.begin(), notifications.end(),
              std::back_inserter(added_));
  }
  posts_.wake_up();
}

void PushSender::forget(std::vector<std::string>& files) {
  for (const std::string& name : files) world_.forget(name);
  files.clear();
}

void PushSender::take_in() {
  std::vector<Notification> added;
  {
    const std::lock_guard lock(mutex_);
    added.swap(added_);
  }
  std::vector<std::string> files;
  for (Notification& each : added) {
    counters_.count(event_of(queue_.add(std::move(each), world_.now(), files)));
    forget(files);
  }
}

void PushSender::start_due() {
  while (posts_.in_flight() < kMaxInFlight) {
    auto notification = queue_.take(world_.now());
    if (!notification) return;
    const std::string token = notification->token;
    sending_.insert_or_assign(token, std::move(*notification));
    if (!posts_.start(token)) finish({token, 0, "no memory"});
  }
}

// The log hears of a change, not of each try.
void PushSender::note(const HttpPosts::Answer& answer, bool good) {
  if (good && fails_) log_.info("notifications are delivered again");
  if (!good && !fails_) {
    log_.warn("notifications fail, and are tried again later: {}",
              answer.status == 0 ? answer.error
                                 : "status " + std::to_string(answer.status));
  }
  fails_ = !good;
}

void PushSender::finish(const HttpPosts::Answer& answer) {
  using Outcome = PushQueue::Outcome;
  const auto sent = sending_.find(answer.body);
  const Notification notification = std::move(sent->second);
  sending_.erase(sent);
  Outcome outcome = Outcome::kFailed;
  if (is_success(answer.status)) outcome = Outcome::kSent;
  if (answer.status == kGone) outcome = Outcome::kGone;
  note(answer, outcome != Outcome::kFailed);
  if (outcome == Outcome::kSent) counters_.count("sent");
  if (outcome == Outcome::kFailed) counters_.count("failed");
  if (outcome == Outcome::kGone) {
    counters_.count("gone");
    world_.gone(notification);
  }
  std::vector<std::string> files;
  if (queue_.finish(notification.token, outcome, world_.now(), files) ==
      PushQueue::Next::kDropped) {
    counters_.count("dropped");
  }
  forget(files);
}

milliseconds PushSender::patience() const {
  const auto due = queue_.next_due();
  if (!due || posts_.in_flight() >= kMaxInFlight) return kLongestWait;
  // One more than what is left: a wait of 0.4 ms is not one of none.
  const milliseconds left = *due - world_.now().steady + milliseconds(1);
  return std::clamp(left, milliseconds(0), kLongestWait);
}

void PushSender::work() {
  while (!is_ending_) {
    take_in();
    start_due();
    counters_.set_pending(queue_.size());
    for (const HttpPosts::Answer& answer : posts_.wait(patience())) {
      finish(answer);
    }
    if (queue_.size() == 0) posts_.rest();
  }
}

}  // namespace metadata
