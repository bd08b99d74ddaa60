#pragma once

// The facts of one login, looked up when a rule asks.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "deploy/services/doveauth/passdb_key.h"
#include "deploy/services/doveauth/system_load.h"
#include "rules/evaluation.h"

namespace doveauth {

// What the facts are about beside the login; a test brings its own.
struct Surroundings {
  std::function<bool()> nocreate;
  std::function<SystemLoad()> load;
  std::function<std::uint64_t()> free_disk;
  // nullopt: nobody can tell for the moment.
  std::function<std::optional<bool>(std::string_view token)> invite_is_valid;
};

class LoginFacts final : public rules::FactSource {
 public:
  // All outlive it.
  LoginFacts(const PassdbKey& login, const daemons::Settings& settings,
             const Surroundings& surroundings);

  rules::Value value(std::size_t fact, std::string_view argument) override;
  // Whether a rule asked for the invite, and there was one.
  bool saw_valid_invite() const { return saw_valid_invite_; }

 private:
  rules::Value text(std::string made);
  rules::Value invite();
  rules::Value password_length();
  const SystemLoad& load();

  const PassdbKey& login_;
  const daemons::Settings& settings_;
  const Surroundings& surroundings_;
  std::string token_;
  std::string network_;
  std::optional<SystemLoad> load_;
  std::string registration_;
  bool saw_valid_invite_ = false;
  // Values point to them.
  std::vector<std::unique_ptr<std::string>> texts_;
};

// Characters of UTF-8 text; of other octets, their number.
std::size_t characters_of(std::string_view text);
bool is_printable_utf8(std::string_view text);

// A setting as a number for rules: octets, seconds, days; decimals in
// hundredths.  nullopt when there is no such key, or it is no number.
std::optional<std::string> number_setting(const daemons::Settings& settings,
                                          std::string_view key);
// A setting as it stands in a log line: sizes in MB, decimals with two places.
std::string shown_setting(const daemons::Settings& settings,
                          std::string_view key);

}  // namespace doveauth
