#include "deploy/services/newemail/counters.h"

#include "daemon/metrics_socket.h"

namespace newemail {
namespace {

constexpr const char* kOutcomes[] = {"given",  "invited",   "redirected",
                                     "closed", "no-invite", "too-many",
                                     "bad",    "failed"};

}  // namespace

Counters::Counters()
    : answers_(&prometheus::BuildCounter()
                    .Name("chatmail_new_addresses_total")
                    .Help("Requests for a new address, by what came of them")
                    .Register(registry_)) {
  for (const char* outcome : kOutcomes) answers_->Add({{"outcome", outcome}});
}

std::string Counters::text() const { return daemons::exposition(registry_); }

}  // namespace newemail
