// `chatmail account disable`, `enable` and `delete`.

#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>

#include "deploy/ctl/account.h"
#include "deploy/ctl/json_text.h"
#include "mailbox/folders.h"
#include "mailbox/layout.h"
#include "mailbox/removal.h"

namespace ctl {
namespace {

using mailbox::Presence;

int set_disabled(const AccountTask& task, bool disabled) {
  std::string error;
  int status = kExitUnusable;
  const auto name = account_name(task.relay, task.options.address, error);
  if (!name) return task.complain(error);
  const auto mailbox = find_account(task.relay, *name, error, status);
  if (!mailbox) return task.complain(error, status);
  const Presence before = mailbox->flag(mailbox::kDisabledFlag);
  if (before == Presence::kUnknowable) {
    return task.complain(*name + ": its flags cannot be read");
  }
  const bool is_changed = (before == Presence::kThere) != disabled;
  if (is_changed) {
    if (auto wrong = mailbox->set_flag(mailbox::kDisabledFlag, disabled)) {
      return task.complain(with_advice(*name + ": " + *wrong));
    }
  }
  if (task.options.json) {
    task.surroundings.out << to_line({{"address", *name},
                                      {"state", state_of(*mailbox)},
                                      {"changed", is_changed}})
                          << '\n';
    return kExitDone;
  }
  const char* now =
      disabled ? "disabled; mail from and to it is dropped" : "enabled";
  task.surroundings.out << *name << ": " << (is_changed ? "" : "was already ")
                        << now << '\n';
  return kExitDone;
}

// Whether somebody at a terminal says so.
bool says_yes(const AccountTask& task, const std::string& name,
              std::uint64_t messages) {
  task.surroundings.err << "Delete " << name << " with " << messages
                        << " messages, for good? Write yes: " << std::flush;
  std::string answer;
  std::getline(task.surroundings.in, answer);
  return answer == "yes";
}

}  // namespace

int disable_account(const AccountTask& task) {
  return set_disabled(task, true);
}

int enable_account(const AccountTask& task) {
  return set_disabled(task, false);
}

int delete_account(const AccountTask& task) {
  std::string error;
  int status = kExitUnusable;
  const auto name = account_name(task.relay, task.options.address, error);
  if (!name) return task.complain(error);
  const auto mailbox = find_account(task.relay, *name, error, status);
  if (!mailbox) return task.complain(error, status);
  std::uint64_t messages = 0;
  // What cannot be read is not counted, and will not go either.
  mailbox::for_each_message(
      *mailbox, [&](const mailbox::Message&) { ++messages; }, error);
  if (!task.options.is_confirmed) {
    if (!task.surroundings.asks) {
      return task.complain(*name + " with " + std::to_string(messages) +
                           " messages would be gone for good; say --yes");
    }
    if (!says_yes(task, *name, messages)) {
      return task.complain("nothing is deleted", kExitDiffers);
    }
  }
  const mailbox::RemovalResult result = mailbox::remove_mailbox(
      task.relay.mailboxes, *name, *mailbox, [] { return true; });
  if (result.kind == mailbox::Removed::kAbsent) {
    return task.complain(*name + " has gone meanwhile", kExitDiffers);
  }
  if (result.kind != mailbox::Removed::kRemoved) {
    return task.complain(with_advice(
        *name + ": not all of it could be deleted: " + result.error));
  }
  if (task.options.json) {
    task.surroundings.out << to_line({{"address", *name},
                                      {"deleted", true},
                                      {"messages", messages}})
                          << '\n';
    return kExitDone;
  }
  task.surroundings.out
      << *name << ": deleted, with " << messages << " messages\n"
      << "Whoever logs in to it first has it from now on. Sessions that are "
         "open end by\n  doveadm kick "
      << *name << '\n';
  return kExitDone;
}

}  // namespace ctl
