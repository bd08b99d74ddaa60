#pragma once

// The right and duty to answer one request.
//
// A service may answer at once or later, from any thread; the answers of a
// connection leave it in the order of the requests.  A Reply that goes without
// having been used answers that it failed: a client is never left waiting.

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "deploy/services/dict/answer.h"
#include "deploy/services/dict/loop.h"

namespace dict {

class Session;

// A place in the row of answers.
struct Slot {
  std::string text;
  bool is_filled = false;
};

class Reply {
 public:
  // `transaction` is the id of the one that is committed, or "".
  Reply(std::weak_ptr<Session> session, std::shared_ptr<Loop> loop,
        std::shared_ptr<Slot> slot, std::string transaction)
      : session_(std::move(session)),
        loop_(std::move(loop)),
        slot_(std::move(slot)),
        transaction_(std::move(transaction)) {}
  ~Reply();
  Reply(Reply&&) = default;
  Reply& operator=(Reply&&) = delete;

  // Each once, and only one of them.
  void found(std::string_view value) { give(found_line(value)); }
  void found(std::span<const std::string> values) { give(found_line(values)); }
  void rows(std::span<const Row> rows) { give(rows_lines(rows)); }
  void done() { give(done_line()); }
  void not_found() { give(not_found_line()); }
  void failed(std::string_view why);

 private:
  void give(std::string text);

  std::weak_ptr<Session> session_;
  std::shared_ptr<Loop> loop_;
  std::shared_ptr<Slot> slot_;  // null once it is used
  std::string transaction_;
};

}  // namespace dict
