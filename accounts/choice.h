#pragma once

// The accounts that the settings name: those that the service behind
// `accounts_socket` answers for, or without it those in `mailboxes_dir`.

#include <chrono>
#include <memory>
#include <string>

#include "daemon/settings.h"
#include "policy/world.h"

namespace accounts {

struct Patience {
  // For one answer; without it, the account cannot be looked up.
  std::chrono::milliseconds answer{2000};
  // When one did not come in that time, nobody is asked for so long: a program
  // of one thread would do nothing but wait.
  std::chrono::milliseconds pause{0};
};

// nullptr and the reason in `error`.  As many threads as like may ask.
std::unique_ptr<policy::Accounts> make_accounts(
    const daemons::Settings& settings, const Patience& patience,
    std::string& error);

}  // namespace accounts
