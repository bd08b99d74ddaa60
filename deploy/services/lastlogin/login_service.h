#pragma once

// Dovecot's last_login plugin into the mailboxes: each login is the mtime of
// the account's password, rounded down to the day.
//
//   S shared/last-login/ADDRESS <seconds since 1970>
//
// Anything else that is set fails; a lookup finds nothing.  A login to what is
// no account is no failure: it may have been deleted meanwhile.

#include <prometheus/counter.h>
#include <prometheus/registry.h>
#include <spdlog/logger.h>

#include <functional>
#include <optional>
#include <string>

#include "deploy/services/dict/service.h"
#include "mailbox/mailboxes.h"

namespace lastlogin {

class LoginService final : public dict::Service {
 public:
  // `log` and `mailboxes` outlive it.
  LoginService(const mailbox::Mailboxes& mailboxes, spdlog::logger& log);

  void look_up(dict::Lookup lookup, dict::Reply reply) override;
  void iterate(dict::Iteration iteration, dict::Reply reply) override;
  void commit(dict::Transaction transaction, dict::Reply reply) override;

  std::string metrics() const;

 private:
  // What went wrong, or nothing.
  std::optional<std::string> note(const dict::Change& change);

  const mailbox::Mailboxes& mailboxes_;
  spdlog::logger& log_;
  prometheus::Registry registry_;
  prometheus::Counter* noted_;
  prometheus::Counter* failed_;
};

}  // namespace lastlogin
