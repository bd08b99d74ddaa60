#pragma once

// Invite tokens: a password that begins with TOKEN and a hyphen, at the first
// login to an address that does not exist, is an invitation.
//
// It is in the password, not in the address, because addresses are seen by
// everybody.  The whole password, token included, stays the account's password,
// so a client has nothing to cut off; but only what stands behind the token
// counts as its length, because whoever was invited by the same token knows the
// rest.
//
// The file is JSON, replaced whole under a lock, so that an operator's command
// and several services may use it at once:
//   {"invites": {"TOKEN": {"uses": 5, "used": 2, "expires": 1790000000,
//                          "comment": "summer camp"}}}
// Without "uses" a token has no end of them, without "expires" none in time.

#include <cstdint>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace doveauth {

struct Invite {
  std::optional<std::uint64_t> uses;
  std::uint64_t used = 0;
  std::optional<std::time_t> expires;
  std::string comment;

  bool is_valid(std::time_t now) const {
    return (!uses || used < *uses) && (!expires || now < *expires);
  }
};

using Invites = std::map<std::string, Invite>;

// The token that a password begins with: 8 to 32 letters and digits before the
// first hyphen; "" when there is none.
std::string_view token_of(std::string_view password);
// "" when the system has no randomness.
std::string make_token();

class Invitations {
 public:
  explicit Invitations(std::string path) : path_(std::move(path)) {}

  // A file that is not there has none; nullopt and the reason in `error` when
  // nobody can tell.
  std::optional<Invites> all(std::string& error) const;
  // Uses one; false when there is none (or no more), and when nobody can tell
  // with the reason in `error`.
  bool use(std::string_view token, std::time_t now, std::string& error) const;
  void give_back(std::string_view token) const;
  // What went wrong, or nothing.
  std::optional<std::string> add(const std::string& token,
                                 const Invite& invite) const;
  std::optional<std::string> remove(const std::string& token) const;

 private:
  template <typename Change>
  std::optional<std::string> change(Change change) const;

  std::string path_;
};

}  // namespace doveauth
