#include "deploy/services/doveauth/accounts.h"

#include <algorithm>
#include <utility>

#include "deploy/services/doveauth/client_network.h"
#include "deploy/services/doveauth/invitations.h"
#include "deploy/services/doveauth/limits.h"
#include "mailbox/address.h"
#include "mailbox/creation.h"

namespace doveauth {
namespace {

using Kind = LookupResult::Kind;
using mailbox::Presence;

// An invitation may be used up between the question and the use; more often
// than this it is asked again no more.
constexpr int kInviteRounds = 3;

std::string_view word_of(Kind kind) {
  switch (kind) {
    case Kind::kFound:
      return "found";
    case Kind::kNotFound:
      return "not-found";
    case Kind::kFailed:
      break;
  }
  return "failed";
}

// Limits and an invitation, taken back unless keep() was called.
class Spent {
 public:
  explicit Spent(LimitStore& limits) : limits_(limits) {}
  ~Spent() { give_back(); }
  Spent(const Spent&) = delete;
  Spent& operator=(const Spent&) = delete;

  std::vector<LimitUse>& uses() { return uses_; }
  bool use(const Invitations& invitations, std::string_view token,
           std::time_t now, std::string& error) {
    if (!invitations.use(token, now, error)) return false;
    invitations_ = &invitations;
    token_ = token;
    return true;
  }
  void give_back() {
    for (const LimitUse& use : uses_) limits_.give_back(use.key, use.rate);
    uses_.clear();
    if (invitations_ != nullptr) invitations_->give_back(token_);
    invitations_ = nullptr;
  }
  void keep() {
    uses_.clear();
    invitations_ = nullptr;
  }

 private:
  LimitStore& limits_;
  std::vector<LimitUse> uses_;
  const Invitations* invitations_ = nullptr;
  std::string token_;
};

}  // namespace

Accounts::Accounts(World world, std::size_t threads)
    : world_(std::move(world)),
      pairs_(kMaxKnownPairs),
      pool_(threads, kMaxQueued) {}

LookupResult Accounts::counted(LookupResult result) {
  world_.counters.looked_up(word_of(result.kind));
  return result;
}

std::string Accounts::shown(std::string_view address,
                            const Setup& setup) const {
  return setup.log_addresses ? std::string(address) : "(not logged)";
}

bool Accounts::is_ours(std::string_view address) const {
  if (!mailbox::is_account_name(address)) return false;
  const auto setup = world_.setup.get();
  return std::find(setup->domains.begin(), setup->domains.end(),
                   mailbox::domain_of(address)) != setup->domains.end();
}

LookupResult Accounts::stored(std::string_view address) const {
  const auto opened = world_.mailboxes.find(address);
  if (opened.presence == Presence::kAbsent) return {Kind::kNotFound, {}};
  mailbox::Password password;
  password.error = opened.error;
  if (opened.presence == Presence::kThere) {
    password = opened.mailbox.password();
  }
  switch (password.presence) {
    case Presence::kThere:
      return {Kind::kFound, std::move(password.hash)};
    case Presence::kAbsent:
      return {Kind::kNotFound, {}};
    case Presence::kUnknowable:
      break;
  }
  world_.log.error("an account cannot be read: {}", password.error);
  return {Kind::kFailed, "the account cannot be read"};
}

LookupResult Accounts::find_user(std::string_view address) {
  if (!is_ours(address)) return counted({Kind::kNotFound, {}});
  return counted(stored(address));
}

std::optional<LookupResult> Accounts::find(const PassdbKey& login) {
  if (!is_ours(login.user)) return counted({Kind::kNotFound, {}});
  LookupResult result = stored(login.user);
  if (result.kind == Kind::kNotFound) return std::nullopt;
  if (result.kind == Kind::kFound) {
    const Guess guess = judge_guess(login, result.text);
    if (guess == Guess::kCompare) return std::nullopt;
    if (guess == Guess::kRefused) return counted(refuse_guess(login));
  }
  return counted(std::move(result));
}

std::vector<LimitUse> Accounts::limits_of(const PassdbKey& login,
                                          const Setup& setup) {
  LoginFacts facts(login, setup.settings, setup.surroundings);
  return setup.rules->login_limits(facts);
}

Accounts::Guess Accounts::judge_guess(const PassdbKey& login,
                                      std::string_view hash) {
  if (network_of(login.remote).empty()) return Guess::kKnown;
  const auto pair = pairs_.pair(login.user, hash, login.password);
  if (pairs_.contains(pair)) return Guess::kKnown;
  const auto setup = world_.setup.get();
  const auto limits = limits_of(login, *setup);
  const double now = world_.now();
  Guess guess = Guess::kFree;
  for (const LimitUse& limit : limits) {
    if (!world_.limits.has_room(limit.key, limit.rate, 1, now)) {
      return Guess::kRefused;
    }
    const std::uint64_t half = limit.rate.burst / 2 + 1;
    if (!world_.limits.has_room(limit.key, limit.rate, half, now)) {
      guess = Guess::kCompare;
    }
  }
  if (guess == Guess::kFree) {
    for (const LimitUse& limit : limits) {
      world_.limits.spend(limit.key, limit.rate, now);
    }
    pairs_.add(pair);
  }
  return guess;
}

LookupResult Accounts::refuse_guess(const PassdbKey& login) {
  world_.counters.refused_guess();
  world_.log.info("login refused: too many failed logins from one network: {}",
                  shown(login.user, *world_.setup.get()));
  return {Kind::kFailed, "too many failed logins"};
}

// The hash is given whatever comes of it: Dovecot says the same, and logs it.
LookupResult Accounts::compare(const PassdbKey& login, std::string hash) {
  const auto right = matches(hash, login.password);
  world_.counters.compared(right.value_or(false));
  if (!right.value_or(false)) {
    const double now = world_.now();
    for (const LimitUse& limit : limits_of(login, *world_.setup.get())) {
      const auto wait = world_.limits.spend(limit.key, limit.rate, now);
      if (!wait) return {Kind::kFailed, "limits cannot be asked"};
      if (*wait != 0) return refuse_guess(login);
    }
  }
  pairs_.add(pairs_.pair(login.user, hash, login.password));
  return {Kind::kFound, std::move(hash)};
}

void Accounts::work(PassdbKey login, Answer answer) {
  const LookupResult existing = stored(login.user);
  if (existing.kind == Kind::kFailed) {
    answer(counted(existing));
    return;
  }
  if (existing.kind == Kind::kFound) {
    auto waiting =
        std::make_shared<Waiting>(Waiting{std::move(login), std::move(answer)});
    const bool added = pool_.add([this, waiting, hash = existing.text] {
      waiting->answer(counted(compare(waiting->login, hash)));
    });
    if (!added) waiting->answer(counted({Kind::kFailed, "too many logins"}));
    return;
  }
  const std::string address = login.user;
  {
    const std::lock_guard lock(mutex_);
    auto& waiting = creating_[address];
    waiting.push_back({std::move(login), std::move(answer)});
    if (waiting.size() > 1) return;
  }
  if (pool_.add([this, address] { create_for_all(address); })) return;
  std::deque<Waiting> given_up;
  {
    const std::lock_guard lock(mutex_);
    given_up = std::move(creating_.extract(address).mapped());
  }
  for (const Waiting& each : given_up) {
    each.answer(counted({Kind::kFailed, "too many logins"}));
  }
}

// The first of those who wait for this address, and with it all others if
// there is an account then; else one after the other.
void Accounts::create_for_all(const std::string& address) {
  bool more = true;
  while (more) {
    const Waiting* first = nullptr;
    {
      const std::lock_guard lock(mutex_);
      first = &creating_.find(address)->second.front();
    }
    const LookupResult result = create(first->login);
    std::deque<Waiting> answered;
    {
      const std::lock_guard lock(mutex_);
      const auto found = creating_.find(address);
      if (result.kind == Kind::kFound) {
        answered.swap(found->second);
      } else {
        answered.push_back(std::move(found->second.front()));
        found->second.pop_front();
      }
      more = !found->second.empty();
      if (!more) creating_.erase(found);
    }
    for (const Waiting& each : answered) each.answer(counted(result));
  }
}

LookupResult Accounts::create(const PassdbKey& login) {
  const auto setup = world_.setup.get();
  const double now = world_.now();
  // Who guesses learns nothing from an address that is new, either.
  for (const LimitUse& limit : limits_of(login, *setup)) {
    if (!world_.limits.has_room(limit.key, limit.rate, 1, now)) {
      return refuse_guess(login);
    }
  }
  return make(login, *setup);
}

LookupResult Accounts::make(const PassdbKey& login, const Setup& setup) {
  const double now = world_.now();
  const auto second = static_cast<std::time_t>(now);
  const Invitations invitations(setup.invites_file);
  Spent spent(world_.limits);
  Decision decision;
  for (int round = 0; round < kInviteRounds; ++round) {
    spent.give_back();
    LoginFacts facts(login, setup.settings, setup.surroundings);
    decision =
        setup.rules->decide_creation(facts, world_.limits, now, spent.uses());
    if (decision.kind != Decision::Kind::kAccept) break;
    if (!facts.saw_valid_invite()) break;
    std::string error;
    if (spent.use(invitations, token_of(login.password), second, error)) break;
    decision = {Decision::Kind::kDefer, "temporary-error",
                error.empty() ? "the invite was used up meanwhile" : error};
    if (!error.empty()) break;
  }
  if (decision.kind != Decision::Kind::kAccept) {
    world_.counters.rejected(decision.reason);
    world_.log.info("registration rejected: {}", decision.text);
    return {decision.kind == Decision::Kind::kReject ? Kind::kNotFound
                                                     : Kind::kFailed,
            decision.text};
  }
  std::string error;
  auto hash = hash_password(setup.scheme, login.password, error);
  mailbox::CreationResult made;
  made.error = error;
  if (hash) {
    made = mailbox::create_account(world_.mailboxes, login.user, *hash, second);
  }
  if (made.kind == mailbox::CreationResult::Kind::kFailed) {
    world_.counters.rejected("failed");
    world_.log.error("an account cannot be made: {}", made.error);
    return {Kind::kFailed, "the account cannot be made"};
  }
  if (made.kind == mailbox::CreationResult::Kind::kCreated) {
    spent.keep();
    world_.counters.created(login.user);
    world_.log.info("Created address: {}", shown(login.user, setup));
  }
  return {Kind::kFound, std::move(made.hash)};
}

}  // namespace doveauth
