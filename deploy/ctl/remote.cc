#include "deploy/ctl/remote.h"

#include <chrono>
#include <ostream>

#include "deploy/machine/program.h"

namespace ctl {
namespace {

constexpr std::chrono::seconds kPatience{3600};
constexpr const char* kConfigThere = "/etc/chatmail/chatmail.ini";
constexpr const char* kPackageThere = "/root/chatmilter.deb";

class Remote {
 public:
  Remote(const RemoteRun& run, Surroundings& surroundings)
      : host_(run.host.find('@') == std::string::npos ? "root@" + run.host
                                                      : run.host),
        surroundings_(surroundings) {}

  bool run(const std::vector<std::string>& words) {
    std::vector<std::string> all = {"ssh", "--", host_};
    all.insert(all.end(), words.begin(), words.end());
    return go(all);
  }

  bool copy(const std::string& file, const char* place) {
    return go({"scp", "-q", "--", file, host_ + ":" + place});
  }

  int status() const { return status_; }

 private:
  bool go(const std::vector<std::string>& words) {
    const machine::ProgramResult result = machine::run_program(
        words, {.patience = kPatience, .on_output = [&](std::string_view text) {
                  surroundings_.out << lines_without_controls(text)
                                    << std::flush;
                }});
    status_ = result.status;
    if (result.good()) return true;
    if (!result.errors.empty()) {
      surroundings_.err << lines_without_controls(result.errors);
    }
    if (!result.error.empty()) {
      surroundings_.err << "chatmail: " << without_controls(result.error)
                        << '\n';
      status_ = kExitUnusable;
    }
    return false;
  }

  std::string host_;
  Surroundings& surroundings_;
  int status_ = 0;
};

}  // namespace

int run_remotely(const RemoteRun& run, Surroundings& surroundings) {
  if (run.host.starts_with('-')) {
    surroundings.err << "chatmail: " << without_controls(run.host)
                     << " is no host\n";
    return kExitUnusable;
  }
  Remote remote(run, surroundings);
  bool good = remote.run({"mkdir", "-p", "/etc/chatmail"});
  if (good && !run.package.empty()) {
    good = remote.copy(run.package, kPackageThere) &&
           remote.run({"apt-get", "update", "-q"}) &&
           remote.run({"DEBIAN_FRONTEND=noninteractive", "apt-get", "install",
                       "-q", "-y", "--no-install-recommends", kPackageThere});
  }
  good = good && remote.copy(run.config_file, kConfigThere);
  if (!good) {
    surroundings.err << "chatmail: " << without_controls(run.host)
                     << " was not changed any further\n";
    return kExitUnusable;
  }
  remote.run(run.words);
  return remote.status();
}

}  // namespace ctl
