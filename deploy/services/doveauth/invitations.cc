#include "deploy/services/doveauth/invitations.h"

#include <fcntl.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "deploy/services/doveauth/limits.h"
#include "mailbox/file_descriptor.h"
#include "mailbox/file_lock.h"
#include "mailbox/small_file.h"

namespace doveauth {
namespace {

using mailbox::Presence;
using nlohmann::json;

bool is_token(std::string_view text) {
  constexpr std::size_t shortest = 8;
  constexpr std::size_t longest = 32;
  return text.size() >= shortest && text.size() <= longest &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                  (c >= 'a' && c <= 'z');
         });
}

std::optional<Invite> to_invite(const json& object) {
  if (!object.is_object()) return std::nullopt;
  Invite invite;
  for (const auto& [name, value] : object.items()) {
    if (name == "comment" && value.is_string()) {
      invite.comment = value.get<std::string>();
    } else if (!value.is_number_unsigned()) {
      return std::nullopt;
    } else if (name == "uses") {
      invite.uses = value.get<std::uint64_t>();
    } else if (name == "used") {
      invite.used = value.get<std::uint64_t>();
    } else if (name == "expires") {
      invite.expires = value.get<std::time_t>();
    }
  }
  return invite;
}

std::optional<Invites> parse(const std::string& text) {
  const json root = json::parse(text, nullptr, false);
  if (!root.is_object() || !root.contains("invites") ||
      !root["invites"].is_object()) {
    return std::nullopt;
  }
  Invites invites;
  for (const auto& [token, object] : root["invites"].items()) {
    const auto invite = to_invite(object);
    if (!invite || !is_token(token)) return std::nullopt;
    invites.emplace(token, *invite);
  }
  return invites;
}

std::string print(const Invites& invites) {
  json all = json::object();
  for (const auto& [token, invite] : invites) {
    json object = {{"used", invite.used}};
    if (invite.uses) object["uses"] = *invite.uses;
    if (invite.expires) object["expires"] = *invite.expires;
    if (!invite.comment.empty()) object["comment"] = invite.comment;
    all[token] = std::move(object);
  }
  return json{{"invites", std::move(all)}}.dump(
             1, ' ', false, json::error_handler_t::replace) +
         "\n";
}

// The folder of a path, open, and the name in it.
struct Place {
  mailbox::FileDescriptor folder;
  std::string name;
};

Place place_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "." : path.substr(0, slash + 1);
  return {mailbox::FileDescriptor(
              open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
          path.substr(slash + 1)};
}

std::optional<Invites> read(const Place& place, std::string& error) {
  if (!place.folder.is_open()) {
    if (errno == ENOENT) return Invites{};
    error = mailbox::because("the folder of the invites");
    return std::nullopt;
  }
  const auto file = mailbox::read_file(place.folder.number(),
                                       place.name.c_str(), kMaxInvitesFile);
  if (file.presence == Presence::kAbsent) return Invites{};
  if (file.presence == Presence::kUnknowable) {
    error = file.error;
    return std::nullopt;
  }
  auto invites = parse(file.text);
  if (!invites) error = place.name + ": not in the form of invites";
  return invites;
}

}  // namespace

std::string_view token_of(std::string_view password) {
  const std::size_t hyphen = password.find('-');
  if (hyphen == std::string_view::npos) return {};
  const std::string_view token = password.substr(0, hyphen);
  return is_token(token) ? token : std::string_view();
}

std::string make_token() {
  // 32 letters and digits that are not taken for one another.
  constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789A";
  unsigned char octets[16];
  if (RAND_bytes(octets, sizeof octets) != 1) return {};
  std::string token;
  for (const unsigned char octet : octets) token += alphabet[octet % 32];
  return token;
}

std::optional<Invites> Invitations::all(std::string& error) const {
  return read(place_of(path_), error);
}

// `change` gets the invites, and says whether they are to be written.
template <typename Change>
std::optional<std::string> Invitations::change(Change change) const {
  const Place place = place_of(path_);
  if (!place.folder.is_open()) {
    return mailbox::because("the folder of the invites");
  }
  const mailbox::FileLock lock(place.folder.number(),
                               (place.name + ".lock").c_str());
  if (!lock.is_held()) {
    errno = lock.error();
    return mailbox::because(place.name + ".lock");
  }
  std::string error;
  auto invites = read(place, error);
  if (!invites) return error;
  if (!change(*invites)) return std::nullopt;
  return mailbox::replace_file(place.folder.number(), place.name,
                               print(*invites), std::nullopt);
}

bool Invitations::use(std::string_view token, std::time_t now,
                      std::string& error) const {
  bool used = false;
  auto wrong = change([&](Invites& invites) {
    const auto found = invites.find(std::string(token));
    if (found == invites.end() || !found->second.is_valid(now)) return false;
    ++found->second.used;
    used = true;
    return true;
  });
  if (!wrong) return used;
  error = std::move(*wrong);
  return false;
}

void Invitations::give_back(std::string_view token) const {
  // One that cannot be given back is lost; nobody has an account by it.
  [[maybe_unused]] const auto wrong = change([&](Invites& invites) {
    const auto found = invites.find(std::string(token));
    if (found == invites.end() || found->second.used == 0) return false;
    --found->second.used;
    return true;
  });
}

std::optional<std::string> Invitations::add(const std::string& token,
                                            const Invite& invite) const {
  if (!is_token(token)) return "a token is 8 to 32 letters and digits";
  bool is_new = false;
  auto wrong = change([&](Invites& invites) {
    is_new = invites.emplace(token, invite).second;
    return is_new;
  });
  if (!wrong && !is_new)
    return "there is such a token already; revoke it first";
  return wrong;
}

std::optional<std::string> Invitations::remove(const std::string& token) const {
  return change([&](Invites& invites) { return invites.erase(token) > 0; });
}

}  // namespace doveauth
