#pragma once

// A relay in memory, for clients that open their connections by its opener():
// IMAP on 993, 143 and 443, SMTP on 25, 465, 587 and 443, and HTTP on 443.  It
// takes its input apart only as far as a trial's clients go, judges a message
// by a few words in it, and does what one of `faults` says wrong.
//
// For threads: each connection is one thread's, the relay is everybody's.

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "deploy/trial/connection.h"

namespace test {

class FakeRelay {
 public:
  explicit FakeRelay(std::set<std::string> faults = {})
      : faults_(std::move(faults)) {}

  trial::Opener opener();

  bool has(const std::string& fault) const { return faults_.contains(fault); }
  // false: another password is that account's.
  bool log_in(const std::string& address, const std::string& password);
  // The reply to a message that this login sends.
  std::string judge(const std::string& login, const std::string& reverse_path,
                    const std::string& recipient, std::string message);
  std::size_t count(const std::string& address);
  std::vector<std::string> inbox(const std::string& address);
  // Whether there is more, after a while at the latest.
  bool await_more(const std::string& address, std::size_t than,
                  std::chrono::milliseconds patience);

  // Messages that an account may send; further ones are refused.
  std::size_t most_messages = 1000;

 private:
  const std::set<std::string> faults_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::map<std::string, std::string> passwords_;
  std::map<std::string, std::vector<std::string>> inboxes_;
  std::map<std::string, std::size_t> sent_;
};

}  // namespace test
