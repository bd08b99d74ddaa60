#pragma once

// What the settings come to.  Immutable; a reload makes another.

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/services/doveauth/account_rules.h"
#include "deploy/services/doveauth/login_facts.h"
#include "deploy/services/doveauth/password_hash.h"

namespace doveauth {

struct Setup {
  daemons::Settings settings;
  std::shared_ptr<const AccountRules> rules;
  Surroundings surroundings;
  Scheme scheme = Scheme::kSha512Crypt;
  std::vector<std::string> domains;
  std::string mailboxes_dir;
  std::string mailbox_user;
  std::string invites_file;
  bool log_addresses = false;
};

// Null when there are errors.
std::shared_ptr<const Setup> make_setup(const daemons::Settings& settings,
                                        std::vector<std::string>& errors,
                                        std::vector<std::string>& warnings);

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

}  // namespace doveauth
