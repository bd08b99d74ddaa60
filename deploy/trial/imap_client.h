#pragma once

// As much of IMAP (RFC 9051) as trying a relay out takes: logging in, METADATA,
// and the octets of the newest message.

#include <chrono>
#include <memory>
#include <string>

#include "deploy/trial/connection.h"

namespace trial {

class ImapClient {
 public:
  // nullptr, and the reason in `error`; with STARTTLS when the endpoint has no
  // TLS.
  static std::unique_ptr<ImapClient> open(const Endpoint& endpoint,
                                          std::string& error);

  // Each: "" or what went wrong.
  std::string log_in(const std::string& user, const std::string& password);
  std::string select_inbox();
  // All that was answered to one command, untagged lines and literals too.
  std::string command(const std::string& words, std::string& answer);

  // Waits until the inbox has more than `before` messages, and gives how many
  // there are; "" or what went wrong.
  std::string await_message(unsigned before, std::chrono::seconds patience,
                            unsigned& count);
  // The octets of message `number`.
  std::string fetch(unsigned number, std::string& octets);
  void log_out();

  // In the inbox, as the server last said.
  unsigned count() const { return count_; }

 private:
  explicit ImapClient(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  std::unique_ptr<Connection> connection_;
  unsigned commands_ = 0;
  unsigned count_ = 0;
};

}  // namespace trial
