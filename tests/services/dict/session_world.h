#pragma once

// A session in the test's own thread, and a service that keeps its replies.

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "deploy/services/dict/session.h"

namespace test {

// Every thread is the loop's: answers are filled in at once.
class HereLoop final : public dict::Loop {
 public:
  bool is_current() const override { return true; }
  void post(std::function<void()> task) override { task(); }
};

// Answers nothing until the test does.
class SlowService final : public dict::Service {
 public:
  void look_up(dict::Lookup lookup, dict::Reply reply) override {
    asked.push_back("look up " + lookup.key + " for " + lookup.user);
    replies.push_back(std::move(reply));
  }
  void iterate(dict::Iteration iteration, dict::Reply reply) override {
    asked.push_back("iterate " + std::to_string(iteration.paths.size()) +
                    " paths for " + iteration.user);
    replies.push_back(std::move(reply));
  }
  void commit(dict::Transaction transaction, dict::Reply reply) override {
    std::string text = "commit for " + transaction.user;
    for (const dict::Change& change : transaction.changes) {
      text += " " + change.key + "=" + change.value;
    }
    asked.push_back(std::move(text));
    replies.push_back(std::move(reply));
  }

  std::vector<std::string> asked;
  std::deque<dict::Reply> replies;
};

struct SessionWorld {
  explicit SessionWorld(dict::Service& service)
      : session(std::make_shared<dict::Session>(
            service, std::make_shared<HereLoop>(), [this] { ++outputs; })) {}

  std::string take() {
    std::string taken;
    taken.swap(session->output());
    session->sent();
    return taken;
  }

  int outputs = 0;
  std::shared_ptr<dict::Session> session;
};

}  // namespace test
