#include "deploy/machine/dns.h"

#include <unbound.h>

#include <utility>

namespace machine {
namespace {

constexpr int kNameError = 3;  // NXDOMAIN
constexpr int kInternet = 1;   // class IN

struct Free {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
  void operator()(ub_result* result) const { ub_resolve_free(result); }
};
using Context = std::unique_ptr<ub_ctx, Free>;

class UnboundDns : public Dns {
 public:
  explicit UnboundDns(Context context) : context_(std::move(context)) {}

  DnsAnswer ask(const std::string& name, DnsType type) override {
    ub_result* raw = nullptr;
    const int failure = ub_resolve(context_.get(), name.c_str(),
                                   static_cast<int>(type), kInternet, &raw);
    const std::unique_ptr<ub_result, Free> result(raw);
    DnsAnswer answer;
    if (failure != 0) {
      answer.error = ub_strerror(failure);
    } else if (result->bogus != 0) {
      answer.error = std::string("DNSSEC: ") + result->why_bogus;
    } else if (result->rcode != 0 && result->rcode != kNameError) {
      answer.error = "the name servers give no answer";
    }
    if (!answer.error.empty() || result->data == nullptr) return answer;
    for (int i = 0; result->data[i] != nullptr; ++i) {
      std::string words = words_of_rdata(
          type, {result->data[i], static_cast<std::size_t>(result->len[i])});
      if (!words.empty()) answer.records.push_back(std::move(words));
    }
    return answer;
  }

 private:
  Context context_;
};

}  // namespace

std::unique_ptr<Dns> make_dns(const DnsOptions& options, std::string& error) {
  Context context(ub_ctx_create());
  if (!context) {
    error = "no memory for a resolver";
    return nullptr;
  }
  for (const std::string& forwarder : options.forwarders) {
    const int failure = ub_ctx_set_fwd(context.get(), forwarder.c_str());
    if (failure != 0) {
      error = forwarder + ": " + ub_strerror(failure);
      return nullptr;
    }
  }
  if (!options.forwarders.empty()) {
    // A forwarder on this host, and names that only it knows.
    ub_ctx_set_option(context.get(), "do-not-query-localhost:", "no");
    ub_ctx_set_option(context.get(), "unblock-lan-zones:", "yes");
  }
  if (!options.root_key_file.empty()) {
    const int failure =
        ub_ctx_add_ta_file(context.get(), options.root_key_file.c_str());
    if (failure != 0) {
      error = options.root_key_file + ": " + ub_strerror(failure);
      return nullptr;
    }
  }
  return std::make_unique<UnboundDns>(std::move(context));
}

}  // namespace machine
