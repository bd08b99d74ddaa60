#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "deploy/trial/steps.h"

namespace trial {
namespace {

using Clock = std::chrono::steady_clock;

std::string header_section(const std::string& message) {
  return message.substr(0, message.find("\r\n\r\n"));
}

// Between the lines of the armor, which must come through as they are.
std::string armor_of(const std::string& message) {
  const std::size_t begin = message.find("-----BEGIN PGP MESSAGE-----");
  const std::size_t end = message.find("-----END PGP MESSAGE-----");
  if (begin == std::string::npos || end == std::string::npos) return "";
  return message.substr(begin, end - begin);
}

// "", or what is wrong with a message that has arrived.
std::string difference(const std::string& message, const std::string& sent) {
  if (armor_of(message) != armor_of(sent)) {
    return "what arrived is not what was sent";
  }
  const std::string fields = "\r\n" + header_section(message) + "\r\n";
  if (fields.find("\r\nSubject: [...]\r\n") == std::string::npos) {
    return "it arrived, but its Subject was not taken away";
  }
  for (const std::string_view field :
       {"\r\nReceived:", "\r\nDKIM-Signature:"}) {
    if (fields.find(field) != std::string::npos) {
      return "it arrived with a field that is to be taken away: " +
             std::string(field.substr(2));
    }
  }
  return "";
}

Seen deliver(const Trial& trial, const Endpoint& endpoint) {
  std::string error;
  const auto client = trial.imap(trial.endpoint(993), trial.bob, error);
  if (client == nullptr) return bad(error);
  error = client->select_inbox();
  if (!error.empty()) return bad(error);
  const std::string sent = encrypted_message(trial.letter());
  const unsigned before = client->count();
  const Reply reply = trial.submit(endpoint, trial.alice.address, sent);
  if (reply.code != 250) return bad(reply.text);
  const auto begin = Clock::now();
  unsigned count = 0;
  error = client->await_message(before, trial.target().patience, count);
  if (!error.empty()) return bad(error);
  const double seconds =
      std::chrono::duration<double>(Clock::now() - begin).count();
  std::string message;
  error = client->fetch(count, message);
  if (error.empty()) error = difference(message, sent);
  client->log_out();
  return error.empty()
             ? good(fmt::format("in the other inbox {:.2f} s after its 250",
                                seconds))
             : bad(error);
}

}  // namespace

void try_delivery(Trial& trial) {
  const std::string advice =
      "look at `journalctl -u postfix@- -u chatmail-milter -u dovecot` and at "
      "`chatmail queue`";
  trial.step("an encrypted message by 465 arrives", advice,
             trial.has_accounts(),
             [&trial] { return deliver(trial, trial.endpoint(465)); });
  trial.step("an encrypted message by 587 arrives", advice,
             trial.has_accounts(), [&trial] {
               Endpoint endpoint = trial.endpoint(587);
               endpoint.tls = false;
               return deliver(trial, endpoint);
             });
}

}  // namespace trial
