#pragma once

// One client's side of the protocol, without a socket: octets in, in any
// chunks, and answers out in the order of the requests.
//
// Bounded (limits.h): a line that is too long is skipped to its end, and what
// it asked for fails; a transaction that is too large fails when it is
// committed.  While too many answers are owed or unsent the session wants no
// more octets, and what it has read is kept until it can go on.
//
// Lives in one thread; only Reply brings answers from others.

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "deploy/services/dict/loop.h"
#include "deploy/services/dict/request.h"
#include "deploy/services/dict/service.h"

namespace dict {

class Session : public std::enable_shared_from_this<Session> {
 public:
  // `has_output` is called whenever there is something to take.
  Session(Service& service, std::shared_ptr<Loop> loop,
          std::function<void()> has_output)
      : service_(service),
        loop_(std::move(loop)),
        has_output_(std::move(has_output)) {}

  void receive(std::string_view octets);
  // Whether receive() is welcome now.
  bool wants_octets() const { return can_go_on(); }
  // Answers that are still owed.
  bool owes() const { return !pending_.empty() || !input_is_partial(); }

  // What is to be sent; the caller takes octets off its front.
  std::string& output() { return output_; }
  // To be called when output() has become shorter.
  void sent() { advance(); }

  // For Reply alone.
  void fill(Slot& slot, std::string& text);

 private:
  struct Open {
    Transaction transaction;
    std::size_t octets = 0;
    bool is_broken = false;
  };

  bool can_go_on() const;
  bool input_is_partial() const {
    return input_.find('\n') == std::string::npos;
  }
  void advance();
  std::string_view take_lines(std::string_view octets);
  void line(std::string_view line);
  void overlong(std::string_view head);
  void act(Request request);
  void begin(Request& request);
  void change(Request& request);
  void commit(const Request& request);
  void close(std::map<std::string, Open>::iterator open);
  Reply reply(std::string transaction = {});

  Service& service_;
  std::shared_ptr<Loop> loop_;
  std::function<void()> has_output_;
  std::string input_;  // read, and not acted upon yet
  std::string head_;   // of a line that is too long
  bool skipping_ = false;
  bool advancing_ = false;
  int major_ = 0;
  std::string user_;  // of the greeting, before version 3
  std::deque<std::shared_ptr<Slot>> pending_;
  std::string output_;
  std::map<std::string, Open> open_;
  std::size_t open_octets_ = 0;
};

}  // namespace dict
