// `chatmail account expire`: the daily expiry, of one account.

#include <ostream>
#include <string>

#include "deploy/ctl/account.h"
#include "deploy/services/expire/expiry.h"

namespace ctl {

int expire_account(const AccountTask& task) {
  using Kind = expire::Outcome::Kind;
  std::string error;
  int status = kExitUnusable;
  const auto name = account_name(task.relay, task.options.address, error);
  if (!name) return task.complain(error);
  if (!find_account(task.relay, *name, error, status)) {
    return task.complain(error, status);
  }
  const expire::Retention retention =
      expire::retention_of(task.relay.settings, task.surroundings.now);
  const expire::Expiry expiry(task.relay.mailboxes, retention,
                              {task.options.removes, true});
  const expire::Outcome outcome = expiry.expire(*name);
  const expire::Wording wording{!task.options.removes, task.options.json};
  task.surroundings.out << lines_of(
      wording, task.relay.mailboxes.path_of(*name), outcome);
  if (outcome.kind == Kind::kVanished) {
    return task.complain(*name + " has gone meanwhile", kExitDiffers);
  }
  if (!outcome.error.empty()) {
    return task.complain(with_advice(
        *name + (outcome.kind == Kind::kLeftAlone ? ": left alone: " : ": ") +
        outcome.error));
  }
  if (outcome.removals.empty() && !task.options.json) {
    task.surroundings.out << *name << ": nothing is to go\n";
  }
  return kExitDone;
}

}  // namespace ctl
