#pragma once

// The thread that sends notifications: a PushQueue and what is in flight of it.
//
// Nobody waits for it.  It ends without a farewell: what is not delivered is
// on disk, and comes again at the next start.

#include <spdlog/logger.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "deploy/services/metadata/counters.h"
#include "deploy/services/metadata/http_posts.h"
#include "deploy/services/metadata/notification.h"
#include "deploy/services/metadata/push_queue.h"

namespace metadata {

// Posts at once; what a connection has streams for, so that one is enough.
inline constexpr std::size_t kMaxInFlight = kMaxStreams;

class PushSender {
 public:
  struct Setup {
    std::string url;
    std::string ca_file;  // "" for the system's
    double retry_base = 8;
    std::chrono::seconds timeout{60};
  };
  // Both are called in the sender's thread, and must not wait.
  struct World {
    std::function<Moment()> now;
    // The file of this name is not needed any more.
    std::function<void(const std::string& name)> forget;
    // There is no such device any more.
    std::function<void(const Notification&)> gone;
  };

  // `counters` and `log` outlive it.
  PushSender(const Setup& setup, World world, Counters& counters,
             spdlog::logger& log);
  ~PushSender();
  PushSender(const PushSender&) = delete;
  PushSender& operator=(const PushSender&) = delete;

  // From any thread.
  void add(std::vector<Notification> notifications);

 private:
  void work();
  void take_in();
  void start_due();
  void finish(const HttpPosts::Answer& answer);
  void forget(std::vector<std::string>& files);
  void note(const HttpPosts::Answer& answer, bool good);
  std::chrono::milliseconds patience() const;

  World world_;
  Counters& counters_;
  spdlog::logger& log_;
  PushQueue queue_;
  HttpPosts posts_;
  std::unordered_map<std::string, Notification> sending_;  // by token
  bool fails_ = false;  // as the log was told
  std::mutex mutex_;
  std::vector<Notification> added_;
  std::atomic<bool> is_ending_ = false;
  std::thread thread_;
};

}  // namespace metadata
