#pragma once

// Which message was sent when, and which has arrived; for threads.
//
// A message is known by its token, which stands in its Message-ID: of the
// header fields that a sender chooses the only one that a relay leaves alone.

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace trial {

class PostOffice {
 public:
  using Clock = std::chrono::steady_clock;

  // Each begins with this.
  static constexpr std::string_view kTokenPrefix = "load-";

  explicit PostOffice(std::size_t receivers) : expected_(receivers) {}

  // It is being sent to that receiver; refused: it will not come.
  void send(const std::string& token, std::size_t receiver);
  void refuse(const std::string& token, const std::string& kind);
  // Whatever tokens stand in what a server has said of messages.
  void arrive(std::string_view fields, Clock::time_point when);
  // No more will be sent.
  void close();

  // Nothing that has been sent there is still to come, and nothing will be.
  bool is_done(std::size_t receiver) const;
  // Sorted.
  std::vector<double> latencies() const;
  std::map<std::string, std::size_t> refusals() const;

 private:
  struct Sent {
    Clock::time_point when;
    std::size_t receiver = 0;
  };

  mutable std::mutex mutex_;
  bool is_closed_ = false;
  std::map<std::string, Sent, std::less<>> under_way_;
  std::vector<std::size_t> expected_;  // under way to each
  std::vector<double> latencies_;
  std::map<std::string, std::size_t> refusals_;
};

}  // namespace trial
