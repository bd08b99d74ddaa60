#pragma once

// Logins: an existing account's hash, or a new account.
//
// find() costs a few system calls and runs in the event loop.  What costs a
// hash or writes the disk is work() in a thread of the pool: creations, and
// comparisons for networks that guess.  First logins to one address at once
// are one creation: the others wait for it, and each has its own password
// admitted only as long as there is no account.
//
// Dovecot compares the password with the hash; doveauth does so only where
// half of what a network may fail is used up (rules, section login).

#include <spdlog/logger.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/worker_pool.h"
#include "deploy/services/doveauth/counters.h"
#include "deploy/services/doveauth/known_pairs.h"
#include "deploy/services/doveauth/limit_store.h"
#include "deploy/services/doveauth/passdb_key.h"
#include "deploy/services/doveauth/setup.h"
#include "mailbox/mailboxes.h"

namespace doveauth {

struct LookupResult {
  enum class Kind : std::uint8_t { kFound, kNotFound, kFailed };
  Kind kind = Kind::kFailed;
  std::string text;  // of kFound the hash, of kFailed why
};

// Of the world; outlives Accounts.
struct World {
  CurrentSetup& setup;
  const mailbox::Mailboxes& mailboxes;
  LimitStore& limits;
  Counters& counters;
  spdlog::logger& log;
  std::function<double()> now;  // seconds since 1970
};

class Accounts {
 public:
  using Answer = std::function<void(LookupResult)>;

  Accounts(World world, std::size_t threads);

  // nullopt: it takes work().
  std::optional<LookupResult> find(const PassdbKey& login);
  // `answer` is called once, from another thread or before the return.
  void work(PassdbKey login, Answer answer);
  // Runs `task` in the pool; false when too much waits there.
  bool run(std::function<void()> task) { return pool_.add(std::move(task)); }

  // The userdb's: never makes an account.
  LookupResult find_user(std::string_view address);

 private:
  enum class Guess : std::uint8_t { kKnown, kFree, kCompare, kRefused };
  struct Waiting {
    PassdbKey login;
    Answer answer;
  };

  bool is_ours(std::string_view address) const;
  LookupResult stored(std::string_view address) const;
  Guess judge_guess(const PassdbKey& login, std::string_view hash);
  std::vector<LimitUse> limits_of(const PassdbKey& login, const Setup& setup);
  LookupResult compare(const PassdbKey& login, std::string hash);
  LookupResult refuse_guess(const PassdbKey& login);
  void create_for_all(const std::string& address);
  LookupResult create(const PassdbKey& login);
  LookupResult make(const PassdbKey& login, const Setup& setup);
  LookupResult counted(LookupResult result);
  std::string shown(std::string_view address, const Setup& setup) const;

  World world_;
  KnownPairs pairs_;
  std::mutex mutex_;
  std::map<std::string, std::deque<Waiting>, std::less<>> creating_;
  daemons::WorkerPool pool_;  // last: its threads use all of the above
};

}  // namespace doveauth
