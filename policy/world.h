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

namespace policy {

enum class AccountState {
  kUnknown,         // certain: there is no such account
  kEnforcing,       // takes encrypted mail only
  kTakesCleartext,  // an account from before encryption was enforced
  kDisabled,        // mail to it is dropped in silence
  kTemporaryError,  // disk, permission: nobody knows
};

class Accounts {
 public:
  virtual ~Accounts() = default;
  // `address` is canonical (see canonical_recipient()).
  virtual AccountState look_up(std::string_view address) = 0;
};

// One accepted message, to be counted.
struct Spend {
  std::string login;
  std::string client_address;
  mime::Shape shape = mime::Shape::kCleartext;
  int recipient_count = 0;
  std::string author_domain;
};

struct SpendAnswer {
  enum class Kind { kGranted, kTooMuch, kTemporaryError };
  Kind kind = Kind::kGranted;
  std::chrono::seconds wait{0};  // of kTooMuch
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
