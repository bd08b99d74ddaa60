#pragma once

// What the steps of a trial have in common: the relay, the two accounts, and
// who is told of each finding as soon as it is there.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "deploy/trial/connection.h"
#include "deploy/trial/encrypted_message.h"
#include "deploy/trial/finding.h"
#include "deploy/trial/imap_client.h"
#include "deploy/trial/smtp_client.h"
#include "deploy/trial/target.h"

namespace trial {

struct Outcome {
  bool is_good = true;
  std::vector<std::string> accounts;  // that were made, and are still there
};

class Trial {
 public:
  using Tell = std::function<void(const Finding&)>;

  // All outlive it.
  Trial(const Target& target, const Opener& opener, const Tell& tell)
      : target_(target), opener_(opener), tell_(tell) {}

  // Tries `what` and tells what it saw; `advice` goes with a failure.  Without
  // `can_try` it is told as not tried.
  void step(const std::string& name, const std::string& advice, bool can_try,
            const std::function<Seen()>& what);

  // Logged in as one of the two; nullptr, and the reason in `error`.
  std::unique_ptr<ImapClient> imap(const Endpoint& endpoint,
                                   const Account& account,
                                   std::string& error) const;
  // A message from the first account's login to the second, with this
  // reverse-path.
  Reply submit(const Endpoint& endpoint, const std::string& reverse_path,
               const std::string& message) const;
  // From the first account to the second.
  MessageOptions letter() const;
  Endpoint endpoint(std::uint16_t port) const {
    return endpoint_of(target_, port);
  }

  const Target& target() const { return target_; }
  const Opener& opener() const { return opener_; }
  // Both were made.
  bool has_accounts() const {
    return !alice.address.empty() && !bob.address.empty();
  }

  Account alice;
  Account bob;
  Outcome outcome;

 private:
  const Target& target_;
  const Opener& opener_;
  const Tell& tell_;
};

}  // namespace trial
