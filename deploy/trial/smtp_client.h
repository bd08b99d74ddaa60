#pragma once

// As much of SMTP submission (RFC 6409) as trying a relay out takes; and of
// SMTP, for port 25.

#include <memory>
#include <string>

#include "deploy/trial/connection.h"

namespace trial {

struct Reply {
  int code = 0;      // 0: there was none, `text` says why
  std::string text;  // "250 2.0.0 Ok", several lines joined by " / "
};

class SmtpClient {
 public:
  // nullptr, and the reason in `error`.  EHLO is said, and STARTTLS when the
  // endpoint has no TLS.
  static std::unique_ptr<SmtpClient> open(
      const Endpoint& endpoint, std::string& error,
      const Opener& opener = &Connection::open);

  Reply log_in(const std::string& user, const std::string& password);
  // A whole transaction: the first refusal, or the answer to the message.
  Reply send(const std::string& from, const std::string& to,
             const std::string& message);
  Reply command(const std::string& words);
  void quit();

 private:
  explicit SmtpClient(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}
  Reply read_reply();

  std::unique_ptr<Connection> connection_;
};

}  // namespace trial
