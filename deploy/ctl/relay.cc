#include "deploy/ctl/relay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <utility>

#include "mailbox/address.h"

namespace ctl {
namespace {

// What went wrong, or nothing.
std::optional<std::string> go_on_as_owner(const std::string& directory,
                                          const Surroundings& surroundings) {
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0) {
    const bool is_absent = errno == ENOENT;
    std::string error = with_advice(mailbox::because(directory));
    if (is_absent) error += "; is mailboxes_dir right?";
    return error;
  }
  if (!surroundings.become || status.st_uid == 0) return std::nullopt;
  const passwd* owner = getpwuid(status.st_uid);  // NOLINT(concurrency-*)
  if (owner == nullptr) {
    return directory + ": its owner, user " + std::to_string(status.st_uid) +
           ", does not exist";
  }
  return surroundings.become(owner->pw_name);
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool is_domain_of(const Relay& relay, const std::string& domain) {
  return std::any_of(
      relay.domains.begin(), relay.domains.end(),
      [&](const std::string& one) { return lower_case(one) == domain; });
}

std::string all_domains(const Relay& relay) {
  return fmt::format("{}", fmt::join(relay.domains, ", @"));
}

}  // namespace

std::string with_advice(std::string error) {
  for (const int reason : {EACCES, EPERM}) {
    if (error.ends_with(std::strerror(reason))) {
      return error + "; run it as root, or as the owner of the mailboxes";
    }
  }
  return error;
}

std::optional<Relay> open_relay(const std::string& config_file,
                                const Surroundings& surroundings,
                                std::string& error) {
  daemons::SettingsFile file = daemons::read_settings(config_file);
  if (!file.errors.empty()) {
    error = with_advice(file.errors.front());
    return std::nullopt;
  }
  if (!file.settings.is_set("mail_domain")) {
    error = config_file + ": mail_domain is not set";
    return std::nullopt;
  }
  const std::string directory = file.settings.mailboxes_dir();
  if (auto wrong = go_on_as_owner(directory, surroundings)) {
    error = std::move(*wrong);
    return std::nullopt;
  }
  auto mailboxes = mailbox::Mailboxes::open(directory, error);
  if (!mailboxes) {
    error = with_advice(std::move(error));
    return std::nullopt;
  }
  std::vector<std::string> domains = file.settings.address_domains();
  return Relay{std::move(file.settings), std::move(*mailboxes),
               std::move(domains)};
}

std::optional<std::string> account_name(const Relay& relay,
                                        std::string_view address,
                                        std::string& error) {
  const std::string shown = without_controls(address);
  std::string name = mailbox::canonical_address(address);
  if (address.find('@') == std::string_view::npos) {
    error =
        "'" + shown + "' is no address; write it with @" + all_domains(relay);
  } else if (!is_domain_of(relay, lower_case(mailbox::domain_of(name)))) {
    error = shown + ": not of this relay, whose addresses end in @" +
            all_domains(relay);
  } else if (!mailbox::is_account_name(name)) {
    error = shown + ": no account can have that name";
  } else if (name != lower_case(address)) {
    error = shown + ": mail to it goes to the account " + name +
            "; name that, if you mean it";
  } else {
    return name;
  }
  return std::nullopt;
}

std::optional<mailbox::Mailbox> find_account(const Relay& relay,
                                             const std::string& name,
                                             std::string& error, int& status) {
  mailbox::OpenResult found = relay.mailboxes.find(name);
  mailbox::Presence presence = found.presence;
  error = found.error;
  if (presence == mailbox::Presence::kThere) {
    const mailbox::Password password = found.mailbox.password();
    presence = password.presence;
    error = password.error;
  }
  if (presence == mailbox::Presence::kThere) return std::move(found.mailbox);
  if (presence == mailbox::Presence::kAbsent) {
    status = kExitDiffers;
    error = "there is no account " + name;
  } else {
    status = kExitUnusable;
    error = with_advice(name + ": " + error);
  }
  return std::nullopt;
}

std::string date_of(std::int64_t seconds) {
  if (seconds == 0) return "-";
  const std::time_t when = seconds;
  std::tm parts{};
  char text[64];
  if (gmtime_r(&when, &parts) == nullptr) return "-";
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

}  // namespace ctl
