#include "deploy/machine/dns.h"

#include <poll.h>
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

DnsAnswer answer_of(const ub_result& result, DnsType type) {
  DnsAnswer answer;
  if (result.bogus != 0) {
    answer.error = std::string("DNSSEC: ") + result.why_bogus;
  } else if (result.rcode != 0 && result.rcode != kNameError) {
    answer.error = "the name servers give no answer";
  }
  if (!answer.error.empty() || result.data == nullptr) return answer;
  for (int i = 0; result.data[i] != nullptr; ++i) {
    std::string words = words_of_rdata(
        type, {result.data[i], static_cast<std::size_t>(result.len[i])});
    if (!words.empty()) answer.records.push_back(std::move(words));
  }
  return answer;
}

// A question on its way, and where its answer goes.
struct Pending {
  DnsType type = DnsType::kA;
  DnsAnswer* answer = nullptr;
  std::size_t* unanswered = nullptr;
  int id = 0;
  bool is_done = false;

  void finish(DnsAnswer value) {
    is_done = true;
    *answer = std::move(value);
    --*unanswered;
  }
  static void take(void* pending, int failure, ub_result* raw) {
    const std::unique_ptr<ub_result, Free> result(raw);
    auto& self = *static_cast<Pending*>(pending);
    self.finish(failure == 0 ? answer_of(*result, self.type)
                             : DnsAnswer{ub_strerror(failure), {}});
  }
};

class UnboundDns : public Dns {
 public:
  UnboundDns(Context context, std::chrono::milliseconds patience)
      : context_(std::move(context)), patience_(patience) {}

  std::vector<DnsAnswer> ask_all(
      const std::vector<DnsQuestion>& questions) override {
    std::vector<DnsAnswer> answers(questions.size());
    std::vector<Pending> pending(questions.size());
    std::size_t unanswered = questions.size();
    for (std::size_t i = 0; i < questions.size(); ++i) {
      pending[i] = {.type = questions[i].type,
                    .answer = &answers[i],
                    .unanswered = &unanswered};
      const int failure =
          ub_resolve_async(context_.get(), questions[i].name.c_str(),
                           static_cast<int>(questions[i].type), kInternet,
                           &pending[i], &Pending::take, &pending[i].id);
      if (failure != 0) pending[i].finish({ub_strerror(failure), {}});
    }
    await(unanswered);
    for (Pending& late : pending) {
      if (late.is_done) continue;
      ub_cancel(context_.get(), late.id);
      late.finish({"no answer in time", {}});
    }
    return answers;
  }

 private:
  // Until all are there, or it is too late.  Callbacks run in this thread.
  void await(const std::size_t& unanswered) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + patience_;
    while (unanswered > 0) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - Clock::now());
      if (left.count() <= 0) return;
      pollfd readable{ub_fd(context_.get()), POLLIN, 0};
      poll(&readable, 1, static_cast<int>(left.count()));
      if (readable.revents != 0 && ub_process(context_.get()) != 0) return;
    }
  }

  Context context_;
  std::chrono::milliseconds patience_;
};

// nullptr, and the reason in `error`.
Context make_context(const DnsOptions& options, std::string& error) {
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
  // A thread of its own instead of a process.
  ub_ctx_async(context.get(), 1);
  return context;
}

// The packet of an answer on its way.
struct PendingPacket {
  std::string octets;
  bool is_done = false;

  static void take(void* pending, int failure, ub_result* raw) {
    const std::unique_ptr<ub_result, Free> result(raw);
    auto& self = *static_cast<PendingPacket*>(pending);
    self.is_done = true;
    if (failure != 0 || result->answer_packet == nullptr) return;
    self.octets.assign(static_cast<const char*>(result->answer_packet),
                       static_cast<std::size_t>(result->answer_len));
  }
};

}  // namespace

std::unique_ptr<Dns> make_dns(const DnsOptions& options, std::string& error) {
  Context context = make_context(options, error);
  if (!context) return nullptr;
  return std::make_unique<UnboundDns>(std::move(context), options.patience);
}

std::optional<SignaturePeriod> root_signature_period(
    const DnsOptions& options) {
  using Clock = std::chrono::steady_clock;
  constexpr int kSoa = 6;
  constexpr std::chrono::seconds kPatience{5};
  std::string error;
  DnsOptions unvalidated = options;
  unvalidated.root_key_file.clear();
  const Context context = make_context(unvalidated, error);
  if (!context) return std::nullopt;
  PendingPacket pending;
  int id = 0;
  if (ub_resolve_async(context.get(), ".", kSoa, kInternet, &pending,
                       &PendingPacket::take, &id) != 0) {
    return std::nullopt;
  }
  const auto end = Clock::now() + kPatience;
  while (!pending.is_done && Clock::now() < end) {
    constexpr int kMilliseconds = 100;
    pollfd readable{ub_fd(context.get()), POLLIN, 0};
    poll(&readable, 1, kMilliseconds);
    if (readable.revents != 0 && ub_process(context.get()) != 0) break;
  }
  if (!pending.is_done) ub_cancel(context.get(), id);
  return signature_period_in(pending.octets);
}

}  // namespace machine
