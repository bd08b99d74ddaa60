#include <string_view>
#include <utility>

#include "deploy/trial/steps.h"

namespace trial {
namespace {

Seen make_account(Trial& trial, const Endpoint& endpoint, Account& account) {
  Account made = new_account(trial.target());
  std::string error;
  const auto client = trial.imap(endpoint, made, error);
  if (client == nullptr) return bad(error);
  account = std::move(made);
  trial.outcome.accounts.push_back(account.address);
  error = client->select_inbox();
  if (!error.empty()) return bad(error);
  client->log_out();
  return good(account.address);
}

Seen offers(const Trial& trial) {
  std::string error;
  const auto client = trial.imap(trial.endpoint(993), trial.alice, error);
  if (client == nullptr) return bad(error);
  std::string answer;
  error = client->command("CAPABILITY", answer);
  if (!error.empty()) return bad(error);
  for (const std::string_view word : {"XCHATMAIL", "XDELTAPUSH", "METADATA"}) {
    if (answer.find(word) == std::string::npos) {
      return bad("no " + std::string(word) + " among the capabilities");
    }
  }
  error = client->command(
      "GETMETADATA \"\" (/shared/vendor/deltachat/maxsmtprecipients)", answer);
  if (!error.empty()) return bad(error);
  if (answer.find("maxsmtprecipients") == std::string::npos ||
      answer.find(" NIL") != std::string::npos) {
    return bad("it does not say maxsmtprecipients");
  }
  client->log_out();
  return good("XCHATMAIL, XDELTAPUSH, maxsmtprecipients");
}

}  // namespace

void try_accounts(Trial& trial) {
  const std::string advice =
      "look at `journalctl -u dovecot -u chatmail-doveauth`: is the service "
      "up, is registration open, does a limit of chatmail.ini refuse (load, "
      "memory, disk)?";
  trial.step("IMAP login on 993 makes an account", advice, true, [&trial] {
    return make_account(trial, trial.endpoint(993), trial.alice);
  });
  trial.step("IMAP login on 143 with STARTTLS makes another", advice, true,
             [&trial] {
               Endpoint endpoint = trial.endpoint(143);
               endpoint.tls = false;
               return make_account(trial, endpoint, trial.bob);
             });
  trial.step("METADATA answers",
             "look at `journalctl -u chatmail-metadata -u dovecot`",
             trial.has_accounts(), [&trial] { return offers(trial); });
}

}  // namespace trial
