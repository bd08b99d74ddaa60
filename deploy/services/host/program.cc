#include "deploy/services/host/program.h"

#include <grp.h>
#include <pwd.h>

#include <optional>
#include <utility>

#include "daemon/kept_listener.h"
#include "daemon/metrics_socket.h"
#include "daemon/options.h"
#include "daemon/privilege.h"
#include "daemon/readiness.h"
#include "daemon/signals.h"
#include "daemon/socket_place.h"

namespace host {
namespace {

// After SIGTERM, answers that are owed get this long.
constexpr std::chrono::seconds kDrain{10};

// The file and the command line; no service here can do without the domain.
daemons::SettingsFile settings_of(const daemons::Options& options) {
  daemons::SettingsFile file = daemons::read_settings(options);
  if (file.errors.empty() && !file.settings.is_set("mail_domain")) {
    file.errors.emplace_back("mail_domain is not set");
  }
  return file;
}

daemons::Identity with_options(const Identity& identity) {
  const std::string socket = std::string("Where ") + identity.client;
  daemons::Identity whole{
      .name = identity.name,
      .about = identity.about,
      .overrides = {
          {"--socket", identity.socket_key, socket + " connects: PATH"},
          {"--metrics-socket", identity.metrics_key,
           "Where counters are served: PATH"},
          {"--mail-domain", "mail_domain",
           "The domain of the relay's addresses"}}};
  if (identity.has_mailboxes) {
    whole.overrides.push_back(
        {"--mailboxes-dir", "mailboxes_dir", "Where the mailboxes are"});
  }
  return whole;
}

class Host {
 public:
  Host(const Identity& identity, const daemons::Options& options,
       spdlog::logger& log, Daemon& daemon)
      : identity_(identity), options_(options), log_(log), daemon_(daemon) {}

  int run();

 private:
  bool open_sockets(const daemons::Settings& settings);
  bool take(const daemons::SettingsFile& file);
  void reload();
  std::string doing() const {
    return std::string("answering ") + identity_.client;
  }

  const Identity& identity_;
  const daemons::Options& options_;
  spdlog::logger& log_;
  Daemon& daemon_;
  daemons::Signals signals_;
  std::string path_;
  int listening_ = -1;
  std::unique_ptr<daemons::MetricsSocket> metrics_;
};

// The group that --group names, or the own one of the user who works.
std::string socket_group(const daemons::Options& options) {
  if (!options.group.empty() || options.user.empty()) return options.group;
  const passwd* user = getpwnam(options.user.c_str());
  const group* own = user == nullptr ? nullptr : getgrgid(user->pw_gid);
  return own == nullptr ? std::string() : own->gr_name;
}

bool Host::open_sockets(const daemons::Settings& settings) {
  const daemons::SocketAccess access{0660, socket_group(options_)};
  const auto place =
      daemons::parse_socket_place(settings.text(identity_.socket_key));
  std::string error = "it has to be a unix socket";
  if (place && place->is_unix) {
    path_ = place->path;
    listening_ = daemons::listen_on(path_, access, error);
  }
  if (listening_ < 0) {
    log_.error("{}: {}", identity_.socket_key, error);
    return false;
  }
  const std::string metrics = settings.text(identity_.metrics_key);
  if (metrics.empty()) return true;
  metrics_ = daemons::MetricsSocket::open_place(
      metrics, access, [this] { return daemon_.metrics(); }, error);
  if (metrics_ == nullptr) log_.error("{}: {}", identity_.metrics_key, error);
  return metrics_ != nullptr;
}

bool Host::take(const daemons::SettingsFile& file) {
  std::vector<std::string> errors = file.errors;
  std::vector<std::string> warnings = file.warnings;
  const bool good =
      errors.empty() && daemon_.take(file.settings, errors, warnings);
  for (const std::string& warning : warnings) log_.warn("{}", warning);
  for (const std::string& error : errors) log_.error("{}", error);
  return good;
}

void Host::reload() {
  daemons::notify_reloading();
  const bool good = take(settings_of(options_));
  if (good) {
    log_.info("settings reloaded");
  } else {
    log_.error("the settings have errors; those from before stay in force");
  }
  daemons::notify_ready(doing() + (good ? "" : "; the last reload failed"));
}

int Host::run() {
  const daemons::SettingsFile file = settings_of(options_);
  if (options_.check_config) return take(file) ? 0 : 1;
  for (const std::string& error : file.errors) log_.error("{}", error);
  if (!file.errors.empty()) return 1;
  // The sockets as the one who may make them, the rest as the one who works.
  if (!open_sockets(file.settings) ||
      !daemons::give_up_privileges(options_.user, log_))
    return 1;
  if (!take(file)) return 1;
  bool started = false;
  {
    const daemons::BlockedSignals blocked;
    daemon_.serve(listening_);
    started = daemon_.start();
  }
  if (!started) {
    daemon_.stop({});
    return 1;
  }
  log_.info("listening on {}", path_);
  daemons::drop_other_listeners();
  daemons::notify_ready(doing());
  while (true) {
    const auto signal = signals_.wait(std::chrono::milliseconds(-1));
    if (signal == daemons::Signal::kStop) break;
    if (signal == daemons::Signal::kReload) reload();
  }
  daemons::notify_stopping();
  daemons::leave_listener(path_);
  daemon_.stop(kDrain);
  metrics_.reset();
  log_.info("stopped");
  return 0;
}

}  // namespace

void Program::serve(int listening) {
  server_ = std::make_unique<dict::Server>();
  server_->listen(listening, service());
  loop_ = std::thread([this] { server_->run(); });
}

void Program::stop(std::chrono::milliseconds patience) {
  server_->stop(patience);
  loop_.join();
  server_.reset();  // before the service that it asks
}

int main(const Identity& identity, int argc, char** argv, const Make& make) {
  return daemons::run_program(
      with_options(identity), argc, argv,
      [&](const daemons::Options& options,
          const std::shared_ptr<spdlog::logger>& log) {
        const std::unique_ptr<Daemon> daemon = make(log);
        return Host(identity, options, *log, *daemon).run();
      });
}

}  // namespace host
