#pragma once

// policy::Accounts by asking the authentication service, which answers for
// `shared/chatmail/account/ADDRESS` over Dovecot's dict protocol.  Whoever asks
// so needs no access to the mailboxes.
//
// How question and answer travel is the caller's: nothing here does I/O.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "policy/world.h"

namespace policy {

// One line of dict protocol; nullopt: no account has such an address, which
// need not be asked (control octets, more than 320 octets).
std::optional<std::string> account_question(std::string_view address);

// The answer without its line end.  What cannot be read is a temporary error.
Account parse_account_answer(std::string_view line, std::int64_t now);

class AskedAccounts final : public Accounts {
 public:
  // nullopt: no answer came.
  using Ask = std::function<std::optional<std::string>(const std::string&)>;
  using Clock = std::function<std::int64_t()>;

  AskedAccounts(Ask ask, Clock now)
      : ask_(std::move(ask)), now_(std::move(now)) {}

  Account look_up(std::string_view address) override;

 private:
  Ask ask_;
  Clock now_;
};

}  // namespace policy
