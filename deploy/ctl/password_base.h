#pragma once

// The password base that relays had before there were mailbox directories: an
// SQLite file with one table,
//   users (addr TEXT, password TEXT [, last_login INTEGER])
//
// It is opened for reading alone and stays as it is.  Values are taken for what
// they are, octets of somebody else; whether they make an account is not
// decided here.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

struct sqlite3;

namespace ctl {

struct PasswordEntry {
  std::string address;
  std::string hash;             // as Dovecot reads it: {SCHEME}...
  std::int64_t last_login = 0;  // seconds since 1970; 0: not known
};

class PasswordBase {
 public:
  // nullptr and the reason in `error`.
  static std::unique_ptr<PasswordBase> open(const std::string& path,
                                            std::string& error);
  ~PasswordBase();
  PasswordBase(const PasswordBase&) = delete;
  PasswordBase& operator=(const PasswordBase&) = delete;

  std::size_t count() const { return count_; }
  // In the order of the addresses.  False and the reason when it breaks off.
  bool for_each(const std::function<void(const PasswordEntry&)>& visit,
                std::string& error) const;

 private:
  PasswordBase() = default;
  bool has_column(const char* name) const;

  sqlite3* base_ = nullptr;
  std::size_t count_ = 0;
  bool has_last_login_ = false;
};

}  // namespace ctl
