#include "deploy/services/metadata/counters.h"

#include "daemon/metrics_socket.h"

namespace metadata {

Counters::Counters() {
  events_ = &prometheus::BuildCounter()
                 .Name("chatmail_notifications_total")
                 .Help("What became of notifications to devices")
                 .Register(registry_);
  pending_ = &prometheus::BuildGauge()
                  .Name("chatmail_notifications_pending")
                  .Help("Devices that are to be woken")
                  .Register(registry_)
                  .Add({});
}

std::string Counters::text() const { return daemons::exposition(registry_); }

}  // namespace metadata
