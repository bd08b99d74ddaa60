#include "deploy/trial/relay_trial.h"

#include <utility>

#include "deploy/trial/steps.h"

namespace trial {

Outcome try_relay(const Target& target, const Trial::Tell& tell,
                  const Opener& opener) {
  Trial trial(target, opener, tell);
  try_accounts(trial);
  try_delivery(trial);
  try_refusals(trial);
  try_ports(trial);
  try_web(trial);
  return std::move(trial.outcome);
}

}  // namespace trial
