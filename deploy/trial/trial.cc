#include "deploy/trial/trial.h"

#include <chrono>
#include <utility>

namespace trial {

void Trial::step(const std::string& name, const std::string& advice,
                 bool can_try, const std::function<Seen()>& what) {
  using Clock = std::chrono::steady_clock;
  Finding finding{.step = name, .said{}, .advice{}};
  if (can_try) {
    const auto begin = Clock::now();
    Seen seen = what();
    finding.seconds =
        std::chrono::duration<double>(Clock::now() - begin).count();
    finding.kind = seen.kind;
    finding.said = std::move(seen.said);
  } else {
    finding.said = "what it needs is missing";
  }
  if (!is_fine(finding.kind)) {
    outcome.is_good = false;
    finding.advice = advice;
  }
  tell_(finding);
}

std::unique_ptr<ImapClient> Trial::imap(const Endpoint& endpoint,
                                        const Account& account,
                                        std::string& error) const {
  auto client = ImapClient::open(endpoint, error, opener_);
  if (client == nullptr) return nullptr;
  error = client->log_in(account.address, account.password);
  return error.empty() ? std::move(client) : nullptr;
}

Reply Trial::submit(const Endpoint& endpoint, const std::string& reverse_path,
                    const std::string& message) const {
  std::string error;
  const auto client = SmtpClient::open(endpoint, error, opener_);
  if (client == nullptr) return {0, error};
  Reply reply = client->log_in(alice.address, alice.password);
  if (reply.code != 235) {
    return {0, "the login was refused: " + reply.text};
  }
  reply = client->send(reverse_path, bob.address, message);
  client->quit();
  return reply;
}

MessageOptions Trial::letter() const {
  return {.from = alice.address,
          .to = bob.address,
          .token = "trial-" + random_name(16),
          .now = target_.now};
}

}  // namespace trial
