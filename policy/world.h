#pragma once

// What a verdict may ask of the world.  policy/ has no I/O of its own: the
// milter brings the real ones, `chatmail check` and the tests their fakes.
// All calls may come from several threads at once.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "dkim/key_resolver.h"
#include "dkim/result.h"
#include "mime/shape.h"
#include "policy/envelope.h"

namespace policy {

enum class AccountState {
  kUnknown,         // certain: there is no such account
  kEnforcing,       // takes encrypted mail only
  kTakesCleartext,  // an account from before encryption was enforced
  kDisabled,        // mail to it is dropped in silence
  kTemporaryError,  // disk, permission: nobody knows
};

struct Account {
  AccountState state = AccountState::kUnknown;
  // Seconds since the epoch; nullopt: there is none, or nobody knows.
  std::optional<std::int64_t> created{};
};

class Accounts {
 public:
  virtual ~Accounts() = default;
  // `address` is canonical (see canonical_recipient()).
  virtual Account look_up(std::string_view address) = 0;
};

// One message that everything else accepts, to be counted (rules/ `on
// limits`).
struct Spend {
  Direction direction = Direction::kInbound;
  std::string login;
  std::string reverse_path;
  std::string client_address;
  mime::Shape shape = mime::Shape::kCleartext;
  std::size_t recipient_count = 0;
  std::string author_domain;
  std::uint64_t size = 0;  // octets
};

struct SpendAnswer {
  enum class Kind { kGranted, kTooMuch, kTemporaryError };
  Kind kind = Kind::kGranted;
  // Of kTooMuch: "450 4.7.1: Too much mail from <a>, wait 7 s", and the word
  // of the limit's rule.
  std::string reply;
  std::string reason;
};

class Limits {
 public:
  virtual ~Limits() = default;
  virtual SpendAnswer spend(const Spend&) = 0;
};

struct World {
  Accounts& accounts;
  Limits& limits;
  dkim::KeyResolver& keys;
  std::int64_t now;  // seconds since the epoch, when the message came
  // How long the end of the message may wait for DNS.
  std::chrono::milliseconds dns_deadline{10000};
  // A DKIM result to take for granted (`chatmail check --assume`); the milter
  // never sets it.
  std::optional<dkim::Status> assumed_dkim;
};

}  // namespace policy
