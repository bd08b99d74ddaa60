#pragma once

// Many connections to a policy service, some of which ask: a load generator
// for one thread.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bench {

class PolicyLoad {
 public:
  // Opens all connections; the first `active` of them will ask.
  PolicyLoad(const std::string& path, std::size_t connections,
             std::size_t active);
  ~PolicyLoad();
  PolicyLoad(const PolicyLoad&) = delete;
  PolicyLoad& operator=(const PolicyLoad&) = delete;

  // The answer without its empty line; "" when there is none.
  std::string ask(std::size_t connection, const std::string& request) const;
  // Each connection asks once, one after the other.
  void ask_all(const std::string& request) const;

  // Each active connection asks again as soon as it has its answer, the
  // requests in turn.  Requests a second; 0 when an answer was not `wanted`.
  double closed_loop(const std::vector<std::string>& requests,
                     const std::string& wanted, std::chrono::milliseconds time);

  // A request each 1/`rate` s, whether the last ones are answered or not, on
  // the active connections in turn.  What each took from when it was due, in
  // microseconds, sorted; empty when an answer was not `wanted`.
  std::vector<std::uint32_t> open_loop(const std::vector<std::string>& requests,
                                       const std::string& wanted, double rate,
                                       std::chrono::milliseconds time);

  // Sends `requests` over the active connections as fast as they are taken,
  // and reads the answers; how many answers were `wanted`.
  std::size_t pipeline(const std::vector<std::string>& requests,
                       const std::string& wanted);

 private:
  bool take_answers(std::size_t connection, const std::string& wanted,
                    std::size_t& count);

  std::vector<int> files_;
  std::vector<std::string> received_;  // of the active ones
  std::size_t active_;
  int epoll_ = -1;
};

}  // namespace bench
