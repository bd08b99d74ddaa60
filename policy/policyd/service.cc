#include "policy/policyd/service.h"

#include <unistd.h>

#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "daemon/kept_listener.h"
#include "daemon/listener.h"
#include "daemon/metrics_socket.h"
#include "daemon/privilege.h"
#include "daemon/readiness.h"
#include "daemon/signals.h"
#include "daemon/socket_place.h"
#include "daemon/worker_pool.h"
#include "limits/choice.h"
#include "limits/clock.h"
#include "limits/limits.h"
#include "policy/policyd/counters.h"
#include "policy/policyd/limits.h"
#include "policy/policyd/server.h"
#include "policy/policyd/setup.h"

namespace policyd {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDrainStep{50};
// The milter asks nobody where policyd_socket is not set; here it has to be
// somewhere.
constexpr char kUsualSocket[] =
    "unix:/var/spool/postfix/chatmilter/policyd.sock";
constexpr char kStatus[] = "answering requests";

void tell(spdlog::logger& log, const RulingResult& result) {
  for (const std::string& warning : result.warnings) log.warn("{}", warning);
  for (const std::string& error : result.errors) log.error("{}", error);
}

RulingResult load(const daemons::SettingsFile& file,
                  const std::function<std::int64_t()>& now,
                  const Elsewhere& elsewhere) {
  RulingResult result;
  if (file.errors.empty()) result = make_ruling(file.settings, now, elsewhere);
  result.errors.insert(result.errors.begin(), file.errors.begin(),
                       file.errors.end());
  result.warnings.insert(result.warnings.begin(), file.warnings.begin(),
                         file.warnings.end());
  return result;
}

class Service {
 public:
  Service(const daemons::Options& options, std::shared_ptr<spdlog::logger> log)
      : options_(options), shared_log_(std::move(log)), log_(*shared_log_) {}

  int run();

 private:
  bool open_sockets(const daemons::Settings& settings);
  bool set_up(const daemons::SettingsFile& file);
  void serve();
  void wait_for_stop();
  void reload();
  void drain();
  static std::function<std::int64_t()> seconds() {
    return [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  }

  Elsewhere elsewhere() {
    return {
        [this](std::function<void()> errand) {
          return pool_->add(std::move(errand));
        },
        [this](std::function<void()> call) { server_->post(std::move(call)); }};
  }

  const daemons::Options& options_;
  std::shared_ptr<spdlog::logger> shared_log_;
  spdlog::logger& log_;
  daemons::Signals signals_;
  limits::Clock clock_;
  Counters counters_;
  std::string socket_path_;  // to be removed at the end; may be empty
  int listening_ = -1;
  std::string fixed_;  // see fixed_settings()
  std::unique_ptr<limits::LimitStore> store_;
  std::unique_ptr<RuleAnswerer> answerer_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<daemons::MetricsSocket> metrics_;
  std::unique_ptr<daemons::WorkerPool> pool_;
  std::thread thread_;
};

bool Service::open_sockets(const daemons::Settings& settings) {
  std::string name = settings.text("policyd_socket");
  if (name.empty()) name = kUsualSocket;
  const auto place = daemons::parse_socket_place(name);
  if (!place) {
    log_.error("policyd_socket: '{}' is neither unix:/PATH nor inet:PORT@HOST",
               name);
    return false;
  }
  const daemons::SocketAccess access{0660,
                                     daemons::postfix_group(options_.group)};
  if (!place->is_unix) {
    log_.warn(
        "{}: whoever can connect can spend others' limits; a unix "
        "socket would keep others out",
        name);
  } else if (access.group.empty()) {
    log_.warn("{}: not in the group {}, so Postfix may not be able to connect",
              name, daemons::kPostfixGroup);
  }
  std::string error;
  listening_ = daemons::open_listener(*place, access, error);
  if (listening_ < 0) {
    log_.error("{}", error);
    return false;
  }
  socket_path_ = place->path;
  const std::string metrics = settings.text("policyd_metrics_socket");
  if (metrics.empty()) return true;
  metrics_ = daemons::MetricsSocket::open_place(
      metrics, access, [this] { return counters_.text(); }, error);
  if (metrics_ == nullptr) log_.error("policyd_metrics_socket: {}", error);
  return metrics_ != nullptr;
}

bool Service::set_up(const daemons::SettingsFile& file) {
  RulingResult result = load(file, seconds(), elsewhere());
  tell(log_, result);
  if (result.ruling == nullptr) return false;
  limits::StoreSurroundings surroundings;
  surroundings.directory_key = "policyd_state_dir";
  surroundings.now = [this] { return clock_.microseconds(); };
  surroundings.post = [this](std::function<void()> call) {
    if (server_ != nullptr) server_->post(std::move(call));
  };
  surroundings.tell = [this](const std::string& line) {
    log_.warn("{}", line);
  };
  std::string error;
  store_ = limits::make_store(file.settings, surroundings, error);
  if (store_ == nullptr) {
    log_.error("{}", error);
    return false;
  }
  fixed_ = fixed_settings(file.settings);
  answerer_ = std::make_unique<RuleAnswerer>(std::move(result.ruling), *store_,
                                             counters_, log_, seconds());
  ServerOptions options;
  options.tell = [this](const std::string& line) { log_.warn("{}", line); };
  server_ = std::make_unique<Server>(*answerer_, std::move(options));
  pool_ = std::make_unique<daemons::WorkerPool>(1, kMaxConnections);
  server_->listen(std::exchange(listening_, -1));
  server_->every(limits::kJournalInterval, [this] {
    store_->tick();
    counters_.set_gauges(server_->connections(), store_->live_keys());
    counters_.set_broken(server_->broken());
  });
  return true;
}

int Service::run() {
  const daemons::SettingsFile file = daemons::read_settings(options_);
  if (!file.errors.empty()) {
    for (const std::string& error : file.errors) log_.error("{}", error);
    return 1;
  }
  // The sockets as the one who may make them, the rest as the one who works.
  const bool ready = open_sockets(file.settings) &&
                     daemons::give_up_privileges(options_.user, log_) &&
                     set_up(file);
  if (ready) {
    serve();
  } else if (listening_ >= 0) {
    close(listening_);
  }
  if (!socket_path_.empty()) daemons::leave_listener(socket_path_);
  return ready ? 0 : 1;
}

void Service::serve() {
  {
    const daemons::BlockedSignals blocked;
    thread_ = std::thread([this] { server_->run(); });
  }
  log_.info("listening");
  daemons::drop_other_listeners();
  daemons::notify_ready(kStatus);
  wait_for_stop();
  drain();
}

void Service::wait_for_stop() {
  while (true) {
    const auto signal = signals_.wait(milliseconds(-1));
    if (!signal) continue;
    if (*signal == daemons::Signal::kStop) return;
    reload();
  }
}

void Service::reload() {
  daemons::notify_reloading();
  const daemons::SettingsFile file = daemons::read_settings(options_);
  RulingResult result = load(file, seconds(), elsewhere());
  if (result.ruling != nullptr && fixed_settings(file.settings) != fixed_) {
    result.warnings.emplace_back(
        "sockets, policyd_state_dir and limits_store change at a restart only");
  }
  tell(log_, result);
  const bool good = result.ruling != nullptr;
  counters_.reloaded(good);
  if (good) {
    server_->post([this, ruling = std::move(result.ruling)]() mutable {
      answerer_->replace(std::move(ruling));
    });
    log_.info("settings and rules reloaded");
  } else {
    log_.error("the settings have errors; those from before stay in force");
  }
  daemons::notify_ready(good ? kStatus
                             : "answering requests; the last reload failed");
}

void Service::drain() {
  daemons::notify_stopping();
  if (!socket_path_.empty()) daemons::leave_listener(socket_path_);
  socket_path_.clear();
  server_->drain();
  const auto deadline = std::chrono::steady_clock::now() + kDrain;
  while (server_->connections() > 0 &&
         std::chrono::steady_clock::now() < deadline) {
    signals_.wait(kDrainStep);
  }
  const std::size_t left = server_->connections();
  server_->stop();
  thread_.join();
  metrics_.reset();
  pool_.reset();
  // What waits in the store is answered to nobody any more.
  store_.reset();
  log_.info("stopped, {} connections cut off", left);
  log_.flush();
}

}  // namespace

int run_service(const daemons::Options& options,
                std::shared_ptr<spdlog::logger> log) {
  return Service(options, std::move(log)).run();
}

int check_config(const daemons::Options& options, spdlog::logger& log) {
  const RulingResult result =
      load(daemons::read_settings(options), [] { return std::int64_t{0}; }, {});
  tell(log, result);
  return result.errors.empty() ? 0 : 1;
}

}  // namespace policyd
