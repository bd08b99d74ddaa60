#include "dkim/unbound_resolver.h"

#include "dkim/unbound_worker.h"

namespace dkim {

UnboundResolver::UnboundResolver(std::unique_ptr<Worker> worker)
    : worker_(std::move(worker)) {}

UnboundResolver::~UnboundResolver() = default;

UnboundResolver::Result UnboundResolver::create(UnboundOptions options) {
  auto worker = std::make_unique<Worker>(std::move(options));
  std::string error = worker->run();
  if (!error.empty()) return {nullptr, std::move(error)};
  return {
      std::unique_ptr<UnboundResolver>(new UnboundResolver(std::move(worker))),
      {}};
}

std::unique_ptr<KeyLookup> UnboundResolver::start(std::string_view name,
                                                  Freshness freshness) {
  return worker_->start(name, freshness);
}

UnboundResolver::Counters UnboundResolver::counters() const {
  return worker_->counters();
}

}  // namespace dkim
