#pragma once

// What the settings come to: the values of a verdict, the keys to sign with,
// and the world to ask.  Immutable; a reload makes another, and messages
// under way keep theirs.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "dkim/key_resolver.h"
#include "policy/configuration.h"
#include "policy/world.h"

namespace milter {

struct Setup {
  std::shared_ptr<const policy::Configuration> configuration;
  std::unique_ptr<policy::Accounts> accounts;
  std::unique_ptr<policy::Limits> limits;
  std::shared_ptr<dkim::KeyResolver> keys;
  std::vector<std::string> resolver_settings;  // what `keys` was made with
  std::chrono::milliseconds dns_deadline{0};
  bool log_addresses = false;
  std::string fixed;  // what only a restart changes
};

struct SetupResult {
  std::shared_ptr<const Setup> setup;  // null when there are errors
  std::vector<std::string> errors;
  std::vector<std::string> warnings;
};

// `before` may be null; its resolver and cache are kept where its settings
// are the same.
SetupResult make_setup(const daemons::Settings& settings, const Setup* before);

// The one in force.
class CurrentSetup {
 public:
  std::shared_ptr<const Setup> get() const {
    const std::lock_guard lock(mutex_);
    return setup_;
  }
  void replace(std::shared_ptr<const Setup> setup) {
    const std::lock_guard lock(mutex_);
    setup_.swap(setup);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Setup> setup_;
};

}  // namespace milter
