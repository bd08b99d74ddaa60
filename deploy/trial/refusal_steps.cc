#include "deploy/trial/steps.h"

namespace trial {
namespace {

Seen refuse(const Trial& trial, const std::string& reverse_path,
            const std::string& message, int code) {
  const Reply reply = trial.submit(trial.endpoint(465), reverse_path, message);
  if (reply.code == code) return good(reply.text);
  return bad((reply.code == 250 ? "it was ACCEPTED: " : "") + reply.text);
}

}  // namespace

void try_refusals(Trial& trial) {
  const std::string advice =
      "the milter is not asked, or rules of your own allow it: see "
      "`chatmail explain`, smtpd_milters in `postconf -M -P` and "
      "`journalctl -u chatmail-milter`";
  const bool can_try = trial.has_accounts();
  trial.step("cleartext is refused with 523", advice, can_try, [&trial] {
    return refuse(trial, trial.alice.address, cleartext_message(trial.letter()),
                  523);
  });
  trial.step("another's From is refused", advice, can_try, [&trial] {
    MessageOptions forged = trial.letter();
    forged.from = "ci-another@" + trial.target().address_domain;
    return refuse(trial, trial.alice.address, encrypted_message(forged), 500);
  });
  trial.step("another's MAIL FROM is refused", advice, can_try, [&trial] {
    MessageOptions forged = trial.letter();
    forged.from = trial.bob.address;
    return refuse(trial, trial.bob.address, encrypted_message(forged), 553);
  });
}

}  // namespace trial
