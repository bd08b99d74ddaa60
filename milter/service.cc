#include "milter/service.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "daemon/kept_listener.h"
#include "daemon/metrics_socket.h"
#include "daemon/privilege.h"
#include "daemon/readiness.h"
#include "daemon/signals.h"
#include "daemon/socket_place.h"
#include "milter/engine.h"
#include "milter/setup.h"

namespace milter {
namespace {

using std::chrono::milliseconds;

// After SIGTERM, messages under way get this long to come to their end.
constexpr std::chrono::seconds kDrain{30};
constexpr milliseconds kDrainStep{50};
// How often memory that a burst of mail took is given back.
constexpr milliseconds kTrimInterval{2000};
// Fewer at once leave nothing worth the walk through the heap.
constexpr int kBurst = 16;

SetupResult load(const daemons::Options& options, const Setup* before) {
  const daemons::SettingsFile file = daemons::read_settings(options);
  SetupResult result;
  if (file.errors.empty()) result = make_setup(file.settings, before);
  result.errors.insert(result.errors.begin(), file.errors.begin(),
                       file.errors.end());
  result.warnings.insert(result.warnings.begin(), file.warnings.begin(),
                         file.warnings.end());
  if (before != nullptr && result.setup != nullptr &&
      before->fixed != result.setup->fixed) {
    result.warnings.emplace_back(
        "milter_socket, metrics_socket and milter_engine change at a restart "
        "only");
  }
  return result;
}

// Nothing that a file may hold ends the service: what was in force stays.
SetupResult load_or_fail(const daemons::Options& options, const Setup* before) {
  try {
    return load(options, before);
  } catch (const std::exception& problem) {
    SetupResult failed;
    failed.errors.emplace_back(problem.what());
    return failed;
  }
}

void tell(spdlog::logger& log, const SetupResult& result) {
  for (const std::string& warning : result.warnings) log.warn("{}", warning);
  for (const std::string& error : result.errors) log.error("{}", error);
}

class Service {
 public:
  Service(const daemons::Options& options, std::shared_ptr<spdlog::logger> log)
      : options_(options), log_(*log) {
    shared_.log = std::move(log);
  }

  int run();

 private:
  bool open_sockets(const daemons::Settings& settings);
  void put_in_force(std::shared_ptr<const Setup> setup);
  void wait_for_stop();
  void reload();
  void drain();
  void trim();

  const daemons::Options& options_;
  spdlog::logger& log_;
  daemons::Signals signals_;
  Shared shared_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<daemons::MetricsSocket> metrics_;
  int burst_peak_ = 0;  // messages at once since memory was given back
};

bool Service::open_sockets(const daemons::Settings& settings) {
  const std::string name = settings.text("milter_socket");
  const auto place = daemons::parse_socket_place(name);
  if (!place) {
    log_.error("milter_socket: '{}' is neither unix:/PATH nor inet:PORT@HOST",
               name);
    return false;
  }
  const daemons::SocketAccess access{0660,
                                     daemons::postfix_group(options_.group)};
  if (!place->is_unix) {
    log_.warn(
        "{}: whoever can connect can have mail signed; a unix socket "
        "would keep others out",
        name);
  } else if (access.group.empty()) {
    log_.warn("{}: not in the group {}, so Postfix may not be able to connect",
              name, daemons::kPostfixGroup);
  }
  engine_ = make_engine(settings.text("milter_engine"), shared_, signals_);
  if (const std::string wrong = engine_->open(*place, access); !wrong.empty()) {
    log_.error("{}", wrong);
    return false;
  }
  const std::string metrics = settings.text("metrics_socket");
  if (metrics.empty()) return true;
  std::string error;
  metrics_ = daemons::MetricsSocket::open_place(
      metrics, access, [this] { return shared_.counters.text(); }, error,
      [this](std::string_view target) { return shared_.traces.page(target); });
  if (metrics_ == nullptr) log_.error("metrics_socket: {}", error);
  return metrics_ != nullptr;
}

int Service::run() {
  const daemons::SettingsFile file = daemons::read_settings(options_);
  if (!file.errors.empty()) {
    for (const std::string& error : file.errors) log_.error("{}", error);
    return 1;
  }
  // The sockets as the one who may make them, the rest as the one who works.
  if (!open_sockets(file.settings) ||
      !daemons::give_up_privileges(options_.user, log_))
    return 1;
  SetupResult result = load(options_, nullptr);
  tell(log_, result);
  if (result.setup == nullptr) return 1;
  put_in_force(std::move(result.setup));
  engine_->start();
  log_.info("listening on {}", file.settings.text("milter_socket"));
  daemons::drop_other_listeners();
  daemons::notify_ready("judging mail");
  wait_for_stop();
  drain();
  return 0;
}

void Service::put_in_force(std::shared_ptr<const Setup> setup) {
  shared_.counters.add_reasons(setup->configuration->rulebook->reasons());
  shared_.setup.replace(std::move(setup));
}

void Service::wait_for_stop() {
  while (true) {
    const auto signal = signals_.wait(kTrimInterval);
    if (!signal) {
      trim();
    } else if (*signal == daemons::Signal::kReload) {
      reload();
    } else {
      return;
    }
  }
}

void Service::reload() {
  daemons::notify_reloading();
  const auto before = shared_.setup.get();
  SetupResult result = load_or_fail(options_, before.get());
  tell(log_, result);
  const bool good = result.setup != nullptr;
  shared_.counters.reloaded(good);
  if (good) {
    put_in_force(std::move(result.setup));
    log_.info("settings reloaded");
  } else {
    log_.error("the settings have errors; those from before stay in force");
  }
  daemons::notify_ready(good ? "judging mail"
                             : "judging mail; the last reload failed");
}

// What was accepted is Postfix's already.  A message under way may come to
// its end; one that takes too long gets 451 from Postfix
// (milter_default_action=tempfail), and its client tries again.
void Service::drain() {
  engine_->close_door();
  daemons::notify_stopping();
  log_.info("stopping, {} messages under way",
            shared_.counters.messages_under_way());
  const auto deadline = std::chrono::steady_clock::now() + kDrain;
  while (shared_.counters.messages_under_way() > 0 &&
         std::chrono::steady_clock::now() < deadline) {
    signals_.wait(kDrainStep);
  }
  const int cut_off = shared_.counters.messages_under_way();
  const bool at_rest = engine_->stop();
  metrics_.reset();
  log_.info("stopped, {} messages cut off", cut_off);
  log_.flush();
  if (!at_rest) std::_Exit(0);
}

void Service::trim() {
  const int now = shared_.counters.messages_under_way();
  burst_peak_ = std::max(burst_peak_, shared_.counters.take_peak());
  if (burst_peak_ < kBurst || now > burst_peak_ / 4) return;
  malloc_trim(0);
  burst_peak_ = now;
}

}  // namespace

int run_service(const daemons::Options& options,
                std::shared_ptr<spdlog::logger> log) {
  return Service(options, std::move(log)).run();
}

int check_config(const daemons::Options& options, spdlog::logger& log) {
  const SetupResult result = load(options, nullptr);
  tell(log, result);
  return result.errors.empty() ? 0 : 1;
}

}  // namespace milter
