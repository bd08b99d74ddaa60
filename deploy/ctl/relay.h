#pragma once

// The relay that a command is about: its settings and its mailboxes.
//
// What is written has to belong to those who read it, so a command that root
// starts goes on as the owner of the mailboxes; it then can do no more than
// the relay's own services.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "mailbox/mailboxes.h"

namespace ctl {

struct Relay {
  daemons::Settings settings;
  mailbox::Mailboxes mailboxes;
  std::vector<std::string> domains;  // of its addresses
};

// nullopt, and in `error` what is wrong and what to do about it.
std::optional<Relay> open_relay(const std::string& config_file,
                                const Surroundings& surroundings,
                                std::string& error);

// The account that somebody means, as it is named on disk; nullopt and the
// reason in `error` for what is no address of this relay's.
std::optional<std::string> account_name(const Relay& relay,
                                        std::string_view address,
                                        std::string& error);

// An account that is there.  `status` is the exit status when it is not:
// kExitDiffers when that is certain.
std::optional<mailbox::Mailbox> find_account(const Relay& relay,
                                             const std::string& name,
                                             std::string& error, int& status);

// What went wrong, with what to do about it where that is known.
std::string with_advice(std::string error);

// "2026-11-25"; "-" for 0.
std::string date_of(std::int64_t seconds);

}  // namespace ctl
