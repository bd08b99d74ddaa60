#pragma once

// As much of IMAP (RFC 9051) as trying a relay out takes: logging in, METADATA,
// waiting for messages, and their octets.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "deploy/trial/connection.h"

namespace trial {

class ImapClient {
 public:
  // nullptr, and the reason in `error`; with STARTTLS when the endpoint has no
  // TLS.
  static std::unique_ptr<ImapClient> open(
      const Endpoint& endpoint, std::string& error,
      const Opener& opener = &Connection::open);

  // Each: "" or what went wrong.
  std::string log_in(const std::string& user, const std::string& password);
  std::string select_inbox();
  // All that was answered to one command, untagged lines and literals too.
  std::string command(const std::string& words, std::string& answer);

  // Waits until the inbox has more than `before` messages, and gives how many
  // there are; "" or what went wrong.
  std::string await_message(unsigned before, std::chrono::seconds patience,
                            unsigned& count);
  // The same by IDLE (RFC 2177), as a client waits that is told of its mail;
  // ends too when `is_over` says so, which is asked a few times a second.
  std::string await_push(unsigned before, const std::function<bool()>& is_over);
  // The octets of message `number`.
  std::string fetch(unsigned number, std::string& octets);
  // All that is answered about header field `name` of the messages from `first`
  // to `last`.
  std::string fetch_field(unsigned first, unsigned last,
                          const std::string& name, std::string& answer);
  void log_out();

  // In the inbox, as the server last said.
  unsigned count() const { return count_; }
  // When it said so.
  std::chrono::steady_clock::time_point counted_at() const {
    return counted_at_;
  }

 private:
  explicit ImapClient(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  std::string read_answer(const std::string& tag, std::string& answer);
  void take_count(std::string_view line);

  std::unique_ptr<Connection> connection_;
  unsigned commands_ = 0;
  unsigned count_ = 0;
  std::chrono::steady_clock::time_point counted_at_{};
};

}  // namespace trial
