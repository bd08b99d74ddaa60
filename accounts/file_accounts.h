#pragma once

// policy::Accounts out of the mailbox directory (mailbox/account_lookup.h).

#include <string>
#include <string_view>

#include "policy/world.h"

namespace accounts {

class FileAccounts final : public policy::Accounts {
 public:
  explicit FileAccounts(std::string mailboxes_dir)
      : mailboxes_dir_(std::move(mailboxes_dir)) {}

  policy::Account look_up(std::string_view address) override;

 private:
  std::string mailboxes_dir_;
};

}  // namespace accounts
