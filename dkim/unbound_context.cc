#include "dkim/unbound_context.h"

#include <unbound-event.h>

#include <utility>
#include <vector>

namespace dkim {
namespace {

constexpr int kTypeTxt = 16;
constexpr int kClassIn = 1;

using Option = std::pair<std::string, std::string>;

std::vector<Option> our_options() {
  return {
      // A forwarder on this host is the usual case.
      {"do-not-query-localhost:", "no"},
      // A silent server is given up after a few tries and asked again a minute
      // later; the defaults take up to 17 s and 15 minutes.
      {"outbound-msg-retry:", "3"},
      {"unknown-server-time-limit:", "400"},
      {"infra-host-ttl:", "60"},
      // Per context; the defaults are those of a site's resolver.
      {"msg-cache-size:", "1m"},
      {"rrset-cache-size:", "2m"},
      {"key-cache-size:", "1m"},
      {"infra-cache-numhosts:", "2000"},
  };
}

void ignore_answer(void* /*data*/, int /*rcode*/, void* /*packet*/,
                   int /*size*/, int /*security*/, char* /*why_bogus*/,
                   int /*rate_limited*/) {}

}  // namespace

UnboundContextResult make_unbound_context(event_base* base,
                                          const UnboundOptions& options) {
  UnboundContext context(ub_ctx_create_event(base));
  if (!context) return {nullptr, "libunbound: no memory"};
  ub_ctx_debugout(context.get(), nullptr);
  std::string error;
  const auto check = [&error](int code, const std::string& what) {
    if (code != 0 && error.empty()) {
      error = "libunbound: " + what + ": " + ub_strerror(code);
    }
  };
  std::vector<Option> settings = our_options();
  settings.insert(settings.end(), options.unbound_options.begin(),
                  options.unbound_options.end());
  for (const auto& [name, value] : settings) {
    check(ub_ctx_set_option(context.get(), name.c_str(), value.c_str()), name);
  }
  // Everything that configures stands before the first lookup, which
  // finalises the context.
  for (const std::string& forwarder : options.forwarders) {
    check(ub_ctx_set_fwd(context.get(), forwarder.c_str()), forwarder);
  }
  if (options.forwarders.empty() && !options.resolv_conf.empty()) {
    check(ub_ctx_resolvconf(context.get(), options.resolv_conf.c_str()),
          options.resolv_conf);
  }
  if (!options.root_key_file.empty()) {
    check(ub_ctx_add_ta_file(context.get(), options.root_key_file.c_str()),
          options.root_key_file);
  }
  // The first lookup finalises the context, and only then is a trust anchor
  // read: let it be one that needs no network, and now.
  if (error.empty()) {
    check(ub_resolve_event(context.get(), "localhost.", kTypeTxt, kClassIn,
                           nullptr, &ignore_answer, nullptr),
          "settings");
  }
  if (!error.empty()) return {nullptr, error};
  return {std::move(context), {}};
}

}  // namespace dkim
