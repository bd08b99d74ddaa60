// `chatmail account list` and `show`.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "deploy/ctl/account.h"
#include "deploy/ctl/json_text.h"
#include "deploy/ctl/progress.h"
#include "mailbox/folders.h"
#include "mailbox/layout.h"

namespace ctl {
namespace {

using mailbox::Presence;
using nlohmann::ordered_json;

// Seconds since 1970; null when nobody knows.
ordered_json time_of(std::int64_t seconds) {
  return seconds == 0 ? ordered_json() : ordered_json(seconds);
}

struct Contents {
  std::uint64_t messages = 0;
  std::uint64_t octets = 0;
};

// Phones that are woken; -1 when nobody can tell.
std::int64_t devices_of(const mailbox::Mailbox& mailbox) {
  const mailbox::ReadResult file = mailbox.metadata();
  if (file.presence == Presence::kAbsent) return 0;
  const auto metadata = nlohmann::json::parse(file.text, nullptr, false);
  if (file.presence != Presence::kThere || !metadata.is_object()) return -1;
  const auto tokens = metadata.find("devicetoken");
  return tokens == metadata.end() ? 0
                                  : static_cast<std::int64_t>(tokens->size());
}

std::string in_text(const AccountTask& task, const ordered_json& facts) {
  const std::int64_t devices =
      facts["devices"].is_null() ? -1 : facts["devices"].get<std::int64_t>();
  const auto date = [&](const char* name) {
    return date_of(facts[name].is_null() ? 0 : facts[name].get<std::int64_t>());
  };
  return fmt::format(
      "address     {}\n"
      "state       {}\n"
      "created     {}\n"
      "last login  {}\n"
      "messages    {}\n"
      "octets      {} (max_mailbox_size is {})\n"
      "devices     {}\n"
      "directory   {}\n",
      facts["address"].get<std::string>(), facts["state"].get<std::string>(),
      date("created"), date("last_login"),
      facts["messages"].get<std::uint64_t>(),
      facts["octets"].get<std::uint64_t>(),
      task.relay.settings.number("max_mailbox_size"),
      devices < 0 ? "metadata.json cannot be read" : std::to_string(devices),
      facts["directory"].get<std::string>());
}

}  // namespace

std::string_view state_of(const mailbox::Mailbox& mailbox) {
  if (mailbox.flag(mailbox::kDisabledFlag) != Presence::kAbsent) {
    return "disabled";
  }
  return mailbox.flag(mailbox::kEnforcingFlag) == Presence::kAbsent
             ? "takes-cleartext"
             : "enforcing";
}

int list_accounts(const AccountTask& task) {
  std::vector<std::string> addresses;
  std::size_t longest = 0;
  std::string error;
  const bool read = task.relay.mailboxes.for_each_address(
      [&](const std::string& address) {
        addresses.push_back(address);
        longest = std::max(longest, address.size());
      },
      error);
  if (!read) return task.complain(with_advice(error));
  std::sort(addresses.begin(), addresses.end());
  Progress progress(task.surroundings, "account", addresses.size());
  int status = kExitDone;
  for (const std::string& address : addresses) {
    progress.step();
    int ignored = kExitDone;
    const auto mailbox = find_account(task.relay, address, error, ignored);
    if (!mailbox) {
      // One that went away meanwhile is no longer to be listed.
      if (ignored == kExitDiffers) continue;
      progress.clear();
      status = task.complain(error);
      continue;
    }
    const std::string_view state = state_of(*mailbox);
    if (!task.options.state.empty() && task.options.state != state) continue;
    const std::time_t last_login = mailbox->password().last_login;
    if (task.options.json) {
      task.surroundings.out
          << to_line({{"address", address},
                      {"state", state},
                      {"created", time_of(mailbox->created())},
                      {"last_login", time_of(last_login)}})
          << '\n';
    } else {
      task.surroundings.out << fmt::format("{:<{}}  {:<15}  {}\n", address,
                                           longest, state, date_of(last_login));
    }
  }
  return status;
}

int show_account(const AccountTask& task) {
  std::string error;
  int status = kExitUnusable;
  const auto name = account_name(task.relay, task.options.address, error);
  if (!name) return task.complain(error);
  const auto mailbox = find_account(task.relay, *name, error, status);
  if (!mailbox) return task.complain(error, status);
  Contents contents;
  const bool read = mailbox::for_each_message(
      *mailbox,
      [&](const mailbox::Message& message) {
        ++contents.messages;
        contents.octets += static_cast<std::uint64_t>(message.size);
      },
      error);
  const std::int64_t devices = devices_of(*mailbox);
  const ordered_json facts = {
      {"address", *name},
      {"state", state_of(*mailbox)},
      {"created", time_of(mailbox->created())},
      {"last_login", time_of(mailbox->password().last_login)},
      {"messages", contents.messages},
      {"octets", contents.octets},
      {"devices", devices < 0 ? ordered_json() : ordered_json(devices)},
      {"directory", task.relay.mailboxes.path_of(*name)}};
  task.surroundings.out << (task.options.json ? to_line(facts) + "\n"
                                              : in_text(task, facts));
  if (read) return kExitDone;
  return task.complain(*name + ": not all could be read: " + error);
}

}  // namespace ctl
