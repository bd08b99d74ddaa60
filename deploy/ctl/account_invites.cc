// `chatmail account invite create`, `list` and `revoke`.

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <ctime>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>

#include "deploy/ctl/account.h"
#include "deploy/ctl/json_text.h"
#include "deploy/services/doveauth/invitations.h"

namespace ctl {
namespace {

using doveauth::Invitations;
using doveauth::Invite;
using nlohmann::ordered_json;

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kMostDays = 36'500;

Invitations invitations_of(const AccountTask& task) {
  return Invitations(task.relay.settings.text("invites_file"));
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc() || parsed.ptr != end || number < 0) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> end_of_date(const std::string& text) {
  std::tm parts{};
  const char* rest = strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  const std::time_t day = timegm(&parts);
  // February 30 would be March 1.
  return date_of(day) == text ? std::optional<std::int64_t>(day + kDay)
                              : std::nullopt;
}

std::string link_of(const AccountTask& task, const std::string& token) {
  return "dcaccount:https://" + task.relay.settings.text("mail_domain") +
         "/new?token=" + token;
}

std::string_view state_of(const Invite& invite, std::int64_t now) {
  if (invite.is_valid(now)) return "good";
  return invite.expires && now >= *invite.expires ? "expired" : "used-up";
}

ordered_json in_json(const AccountTask& task, const std::string& token,
                     const Invite& invite) {
  return {{"token", token},
          {"state", state_of(invite, task.surroundings.now)},
          {"used", invite.used},
          {"uses", invite.uses ? ordered_json(*invite.uses) : ordered_json()},
          {"expires",
           invite.expires ? ordered_json(*invite.expires) : ordered_json()},
          {"comment", invite.comment},
          {"link", link_of(task, token)}};
}

std::string uses_of(const Invite& invite) {
  return invite.uses ? std::to_string(*invite.uses) : "no limit";
}

// The last day on which it is good.
std::string last_day_of(const Invite& invite) {
  return invite.expires ? date_of(*invite.expires - 1) : "never";
}

// The reason, or nothing.
std::optional<std::string> read_invite(const AccountOptions& options,
                                       std::int64_t now, Invite& invite) {
  invite.uses = options.uses;
  invite.comment = options.comment;
  if (options.expires.empty()) return std::nullopt;
  invite.expires = expiry_of(options.expires, now);
  if (invite.expires) return std::nullopt;
  return "--expires: '" + without_controls(options.expires) +
         "' is no time to come; write 30d, 12h or 2026-12-31";
}

}  // namespace

std::optional<std::int64_t> expiry_of(const std::string& text,
                                      std::int64_t now) {
  std::optional<std::int64_t> expiry;
  if (text.find('-') != std::string::npos) {
    expiry = end_of_date(text);
  } else if (!text.empty()) {
    const bool in_hours = text.back() == 'h';
    const bool has_unit = in_hours || text.back() == 'd';
    const auto count =
        number_of(std::string_view(text).substr(0, text.size() - has_unit));
    const std::int64_t most = in_hours ? kMostDays * 24 : kMostDays;
    if (count && *count <= most) {
      expiry = now + *count * (in_hours ? kHour : kDay);
    }
  }
  return expiry && *expiry > now ? expiry : std::nullopt;
}

int create_invite(const AccountTask& task) {
  Invite invite;
  if (auto wrong = read_invite(task.options, task.surroundings.now, invite)) {
    return task.complain(*wrong);
  }
  const std::string token =
      task.options.token.empty() ? doveauth::make_token() : task.options.token;
  if (token.empty()) return task.complain("the system has no randomness");
  if (doveauth::token_of(token + '-') != token) {
    return task.complain("--token: a token is 8 to 32 letters and digits");
  }
  if (auto wrong = invitations_of(task).add(token, invite)) {
    return task.complain(
        with_advice(task.relay.settings.text("invites_file") + ": " + *wrong));
  }
  if (task.options.json) {
    task.surroundings.out << to_line(in_json(task, token, invite)) << '\n';
  } else {
    task.surroundings.out << fmt::format(
        "token     {}\nlink      {}\nuses      {}\nlast day  {}\n", token,
        link_of(task, token), uses_of(invite), last_day_of(invite));
  }
  const std::string registration = task.relay.settings.text("registration");
  if (registration != "invite") {
    task.complain("note: registration is " + registration +
                  (registration == "open" ? ", so nobody needs an invite"
                                          : ", so no invite helps anybody"));
  }
  return kExitDone;
}

int list_invites(const AccountTask& task) {
  std::string error;
  const auto invites = invitations_of(task).all(error);
  if (!invites) {
    return task.complain(
        with_advice(task.relay.settings.text("invites_file") + ": " + error));
  }
  for (const auto& [token, invite] : *invites) {
    if (task.options.json) {
      task.surroundings.out << to_line(in_json(task, token, invite)) << '\n';
      continue;
    }
    task.surroundings.out << fmt::format(
        "{:<32}  {:<7}  used {} of {}  last day {}  {}\n", token,
        state_of(invite, task.surroundings.now), invite.used, uses_of(invite),
        last_day_of(invite), without_controls(invite.comment));
  }
  return kExitDone;
}

int revoke_invite(const AccountTask& task) {
  const std::string file = task.relay.settings.text("invites_file");
  const Invitations invitations = invitations_of(task);
  std::string error;
  const auto invites = invitations.all(error);
  if (!invites) return task.complain(with_advice(file + ": " + error));
  if (!invites->contains(task.options.token)) {
    return task.complain(
        "there is no invite " + without_controls(task.options.token),
        kExitDiffers);
  }
  if (auto wrong = invitations.remove(task.options.token)) {
    return task.complain(with_advice(file + ": " + *wrong));
  }
  if (task.options.json) {
    task.surroundings.out << to_line({{"token", task.options.token},
                                      {"revoked", true}})
                          << '\n';
  } else {
    task.surroundings.out << task.options.token
                          << ": revoked; accounts made by it stay\n";
  }
  return kExitDone;
}

}  // namespace ctl
