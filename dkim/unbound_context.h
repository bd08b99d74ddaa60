#pragma once

// A libunbound context on a libevent loop, with our options set.
//
// Some options (cache-max-ttl and its kind) are globals of the library, so all
// contexts of a process have to agree on them: none sets them here.

#include <event2/event.h>
#include <unbound.h>

#include <memory>
#include <string>

#include "dkim/unbound_resolver.h"

namespace dkim {

struct UnboundContextDeleter {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using UnboundContext = std::unique_ptr<ub_ctx, UnboundContextDeleter>;

struct UnboundContextResult {
  UnboundContext context;
  std::string error;  // not empty when context is null
};

// `base` outlives the context.
UnboundContextResult make_unbound_context(event_base* base,
                                          const UnboundOptions& options);

}  // namespace dkim
