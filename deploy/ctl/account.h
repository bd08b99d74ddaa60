#pragma once

// What `chatmail account` does, each with an exit status.  The command line is
// account_command.cc's.

#include <cstdint>
#include <optional>
#include <string>

#include "deploy/ctl/command.h"
#include "deploy/ctl/relay.h"

namespace ctl {

struct AccountOptions {
  std::string config_file;
  bool json = false;
  std::string address;
  // list
  std::string state;
  // delete
  bool is_confirmed = false;
  // expire
  bool removes = false;
  // import
  std::string file;
  bool dry_run = false;
  // invite
  std::string token;
  std::optional<std::uint64_t> uses;
  std::string expires;
  std::string comment;
};

// A task with the relay open.
struct AccountTask {
  const AccountOptions& options;
  const Relay& relay;
  Surroundings& surroundings;

  // "chatmail account: WHAT" on stderr; gives `status` back.
  int complain(const std::string& what, int status = kExitUnusable) const;
};

int list_accounts(const AccountTask& task);
int show_account(const AccountTask& task);

int disable_account(const AccountTask& task);
int enable_account(const AccountTask& task);
int delete_account(const AccountTask& task);
int expire_account(const AccountTask& task);

int import_accounts(const AccountTask& task);

int create_invite(const AccountTask& task);
int list_invites(const AccountTask& task);
int revoke_invite(const AccountTask& task);

// "enforcing", "takes-cleartext" or "disabled".
std::string_view state_of(const mailbox::Mailbox& mailbox);

// When an invite ends, of "30d", "12h" or "2026-12-31" (at the end of that
// day, UTC); nullopt for anything else, and for what is past.
std::optional<std::int64_t> expiry_of(const std::string& text,
                                      std::int64_t now);

}  // namespace ctl
