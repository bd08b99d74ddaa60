#include "deploy/services/doveauth/counters.h"

#include "daemon/metrics_socket.h"

namespace doveauth {
namespace {

prometheus::Family<prometheus::Counter>& family(prometheus::Registry& registry,
                                                const char* name,
                                                const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

}  // namespace

Counters::Counters()
    : lookups_(&family(registry_, "chatmail_auth_lookups_total",
                       "Lookups of logins, by result")),
      created_(&family(registry_, "chatmail_accounts_created_total",
                       "Accounts made")),
      rejected_(&family(registry_, "chatmail_registrations_rejected_total",
                        "First logins that made no account, by reason")),
      compared_(&family(registry_, "chatmail_auth_compared_total",
                        "Passwords that were compared here, by result")),
      refused_(&family(registry_, "chatmail_auth_guesses_refused_total",
                       "Logins not tried because their network failed too "
                       "often")
                    .Add({})) {
  for (const char* result : {"found", "not-found", "failed"}) {
    lookups_->Add({{"result", result}});
  }
  for (const char* kind : {"ci", "person"}) created_->Add({{"kind", kind}});
}

std::string Counters::text() const { return daemons::exposition(registry_); }

}  // namespace doveauth
