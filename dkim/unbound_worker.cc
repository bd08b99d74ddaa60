#include "dkim/unbound_worker.h"

#include <sys/eventfd.h>
#include <unbound-event.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "dkim/dns_answer.h"

namespace dkim {
namespace {

constexpr int kTypeTxt = 16;
constexpr int kClassIn = 1;
constexpr int kRcodeNoError = 0;
constexpr int kRcodeNxdomain = 3;
constexpr int kBogus = 1;  // of ub_resolve_event

timeval timeval_of(std::chrono::milliseconds time) {
  return {time.count() / 1000, (time.count() % 1000) * 1000};
}

// The DNS thread takes no signals: they are for the program's main thread.
std::thread start_without_signals(void (*body)(void*), void* argument) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::thread thread(body, argument);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

struct Parsed {
  KeyAnswer answer;
  std::uint32_t ttl = 0;
};

Parsed parse(int rcode, std::string_view packet) {
  Parsed servfail{temporary_failure(LookupFailure::kServfail), 0};
  if (rcode != kRcodeNoError && rcode != kRcodeNxdomain) return servfail;
  if (rcode == kRcodeNxdomain && packet.empty()) return {absent_answer(), 0};
  const auto message = parse_dns_answer(packet);
  if (!message ||
      (message->rcode != kRcodeNoError && message->rcode != kRcodeNxdomain)) {
    return servfail;
  }
  if (message->texts.empty()) return {absent_answer(), message->ttl};
  return {found_answer(message->texts), message->ttl};
}

}  // namespace

UnboundResolver::Worker::Worker(UnboundOptions options)
    : options_(std::move(options)),
      cache_(options_.cache_capacity, options_.cache_octets) {}

UnboundResolver::Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  if (thread_.joinable()) {
    wake();
    thread_.join();
  }
  // Nobody is left waiting.
  const KeyAnswer stopped = temporary_failure(LookupFailure::kServfail);
  for (const auto& [query, owner] : queries_) {
    owner->request.lookup->settle(stopped);
  }
  for (const Request& request : requests_) request.lookup->settle(stopped);
  wake_event_.reset();
  context_.reset();
  queries_.clear();
  finished_contexts_.clear();
  if (wake_fd_ >= 0) close(wake_fd_);
}

std::string UnboundResolver::Worker::run() {
  wake_fd_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  base_.reset(event_base_new());
  if (wake_fd_ < 0 || !base_) {
    return "the DNS thread: " + std::generic_category().message(errno);
  }
  auto made = make_unbound_context(base_.get(), options_);
  if (!made.context) return made.error;
  context_ = std::move(made.context);
  wake_event_.reset(event_new(base_.get(), wake_fd_, EV_READ | EV_PERSIST,
                              &Worker::on_wake, this));
  if (!wake_event_ || event_add(wake_event_.get(), nullptr) != 0) {
    return "the DNS thread: no event";
  }
  thread_ = start_without_signals(
      [](void* worker) { static_cast<Worker*>(worker)->loop(); }, this);
  return {};
}

std::unique_ptr<KeyLookup> UnboundResolver::Worker::start(std::string_view name,
                                                          Freshness freshness) {
  const std::lock_guard lock(mutex_);
  std::string key(name);
  if (auto answer = known(key, freshness)) {
    ++counters_.cache_hits;
    return make_lookup(std::move(*answer));
  }
  if (auto lookup = join(key, freshness)) return make_lookup(lookup);
  if (stopping_ ||
      under_way_.size() + fresh_under_way_.size() >= options_.max_lookups ||
      (freshness == Freshness::kFresh &&
       fresh_under_way_.size() >= options_.max_fresh_lookups)) {
    return make_lookup(temporary_failure(LookupFailure::kServfail));
  }
  auto lookup = std::make_shared<SharedLookup>();
  under_way(freshness).emplace(key, lookup);
  requests_.push_back({std::move(key), freshness, lookup});
  wake();
  return make_lookup(std::move(lookup));
}

UnboundResolver::Counters UnboundResolver::Worker::counters() const {
  const std::lock_guard lock(mutex_);
  Counters counters = counters_;
  counters.cached_names = cache_.size();
  counters.cached_octets = cache_.octets();
  return counters;
}

std::optional<KeyAnswer> UnboundResolver::Worker::known(const std::string& name,
                                                        Freshness freshness) {
  const auto now = options_.now();
  return freshness == Freshness::kFresh
             ? cache_.find_recent(name, now, options_.fresh_age)
             : cache_.find(name, now);
}

// A fresh lookup serves those who would take a cached answer, not vice versa.
std::shared_ptr<SharedLookup> UnboundResolver::Worker::join(
    const std::string& name, Freshness freshness) const {
  const auto fresh = fresh_under_way_.find(name);
  if (fresh != fresh_under_way_.end()) return fresh->second;
  if (freshness == Freshness::kFresh) return nullptr;
  const auto usual = under_way_.find(name);
  return usual == under_way_.end() ? nullptr : usual->second;
}

UnboundResolver::Worker::UnderWay& UnboundResolver::Worker::under_way(
    Freshness freshness) {
  return freshness == Freshness::kFresh ? fresh_under_way_ : under_way_;
}

void UnboundResolver::Worker::wake() const {
  const std::uint64_t one = 1;
  // It can only fail when the counter is full, and then the thread is awake.
  [[maybe_unused]] const ssize_t written = write(wake_fd_, &one, sizeof one);
}

void UnboundResolver::Worker::loop() {
  event_base_loop(base_.get(), EVLOOP_NO_EXIT_ON_EMPTY);
}

void UnboundResolver::Worker::on_wake(int fd, short /*events*/, void* worker) {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t got = read(fd, &count, sizeof count);
  static_cast<Worker*>(worker)->take_requests();
}

void UnboundResolver::Worker::take_requests() {
  std::deque<Request> requests;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) {
      event_base_loopbreak(base_.get());
      return;
    }
    requests.swap(requests_);
    counters_.queries += requests.size();
  }
  for (Request& request : requests) start_query(std::move(request));
}

void UnboundResolver::Worker::start_query(Request request) {
  auto owner = std::make_unique<Query>();
  Query* query = owner.get();
  query->worker = this;
  query->request = std::move(request);
  query->timer.reset(evtimer_new(base_.get(), &Worker::on_timeout, query));
  queries_.emplace(query, std::move(owner));
  const timeval timeout = timeval_of(patience_for(query->request));
  if (query->timer) evtimer_add(query->timer.get(), &timeout);
  ub_ctx* const context = context_for(*query);
  if (context == nullptr) {
    finish_query(query, temporary_failure(LookupFailure::kServfail), 0);
    return;
  }
  query->in_start = true;
  const int code =
      ub_resolve_event(context, query->request.name.c_str(), kTypeTxt, kClassIn,
                       query, &Worker::on_answer, nullptr);
  // The answer may have been there at once, and the query be gone.
  const auto found = queries_.find(query);
  if (found == queries_.end()) return;
  query->in_start = false;
  if (code != 0) {
    finish_query(query, temporary_failure(LookupFailure::kServfail), 0);
  }
}

// Nobody waits long for what a stale key can answer.
std::chrono::milliseconds UnboundResolver::Worker::patience_for(
    const Request& request) {
  if (request.freshness == Freshness::kFresh) return options_.timeout;
  const std::lock_guard lock(mutex_);
  return cache_.find_stale(request.name, options_.now(), options_.stale_grace)
             ? std::min(options_.timeout, options_.stale_wait)
             : options_.timeout;
}

ub_ctx* UnboundResolver::Worker::context_for(Query& query) {
  if (query.request.freshness != Freshness::kFresh) return context_.get();
  query.context = make_unbound_context(base_.get(), options_).context;
  return query.context.get();
}

void UnboundResolver::Worker::on_sweep(int /*fd*/, short /*events*/,
                                       void* argument) {
  static_cast<Worker*>(argument)->finished_contexts_.clear();
}

void UnboundResolver::Worker::on_timeout(int /*fd*/, short /*events*/,
                                         void* argument) {
  const auto* query = static_cast<Query*>(argument);
  Worker& worker = *query->worker;
  worker.settle(query->request, temporary_failure(LookupFailure::kTimeout));
}

// libunbound chose the parameters.
// NOLINTNEXTLINE(readability-function-size)
void UnboundResolver::Worker::on_answer(void* argument, int rcode, void* packet,
                                        int size, int security,
                                        char* /*why_bogus*/,
                                        int /*rate_limited*/) {
  auto* query = static_cast<Query*>(argument);
  Worker& worker = *query->worker;
  // libunbound marks bogus answers and delivers them all the same.
  if (security == kBogus) {
    worker.finish_query(query, temporary_failure(LookupFailure::kBogus), 0);
    return;
  }
  const std::size_t length =
      packet == nullptr ? 0 : static_cast<std::size_t>(std::max(size, 0));
  Parsed parsed = parse(rcode, {static_cast<const char*>(packet), length});
  // What is there before ub_resolve_event() returns was in its cache.
  parsed.answer.cached = query->in_start;
  worker.finish_query(query, parsed.answer, parsed.ttl);
}

void UnboundResolver::Worker::finish_query(Query* query,
                                           const KeyAnswer& answer,
                                           std::uint32_t ttl) {
  KeyAnswer told;
  {
    const std::lock_guard lock(mutex_);
    told = remember(query->request, answer, ttl);
  }
  settle(query->request, told);
  if (query->context) {
    finished_contexts_.push_back(std::move(query->context));
    const timeval at_once{};
    event_base_once(base_.get(), -1, EV_TIMEOUT, &Worker::on_sweep, this,
                    &at_once);
  }
  queries_.erase(query);
}

void UnboundResolver::Worker::settle(const Request& request,
                                     const KeyAnswer& answer) {
  KeyAnswer told = answer;
  {
    const std::lock_guard lock(mutex_);
    if (answer.failure == LookupFailure::kTimeout) {
      told = remember(request, answer, 0);
    }
    UnderWay& lookups = under_way(request.freshness);
    const auto found = lookups.find(request.name);
    if (found != lookups.end() && found->second == request.lookup) {
      lookups.erase(found);
    }
  }
  request.lookup->settle(told);
}

// Caches what may be cached; what is told may be a stale key instead of a
// failure.
KeyAnswer UnboundResolver::Worker::remember(const Request& request,
                                            KeyAnswer answer,
                                            std::uint32_t ttl) {
  const auto now = options_.now();
  const bool fresh = request.freshness == Freshness::kFresh;
  if (answer.status == LookupStatus::kTemperror) {
    if (fresh) return answer;
    auto stale = cache_.find_stale(request.name, now, options_.stale_grace);
    return stale ? *stale : answer;
  }
  // RFC 2308 5: a negative answer holds as long as its SOA says, no longer.
  const auto life = std::min<std::chrono::seconds>(
      std::chrono::seconds(ttl), answer.status == LookupStatus::kFound
                                     ? options_.max_ttl
                                     : options_.max_negative_ttl);
  if (life.count() > 0) {
    cache_.insert(request.name, answer, now, life, request.freshness);
  } else {
    cache_.erase(request.name);
  }
  return answer;
}

}  // namespace dkim
