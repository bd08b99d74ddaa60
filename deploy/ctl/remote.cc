#include "deploy/ctl/remote.h"

#include <chrono>
#include <ostream>
#include <sstream>

#include "deploy/ctl/command_line.h"
#include "deploy/installation/story.h"
#include "deploy/installation/waiting.h"
#include "deploy/machine/file.h"
#include "deploy/machine/ssh_host.h"
#include "deploy/machine/unified_diff.h"

namespace ctl {
namespace {

using installation::Story;
using machine::ProgramResult;
using std::chrono::seconds;

constexpr seconds kLongPatience{3600};
constexpr seconds kShortPatience{120};
constexpr const char* kOption = "--ssh-host";
constexpr const char* kConfigThere = "/etc/chatmail/chatmail.ini";
// A folder that is root's, and that apt's own user may read.
constexpr const char* kPackageThere =
    "/var/cache/apt/archives/chatmilter-by-ssh.deb";

// What stands in the way of a command there; empty: nothing.
struct Obstacle {
  std::string what;
  std::string remedy;

  bool is_there() const { return !what.empty(); }
};

class Remote {
 public:
  Remote(const std::string& place, Surroundings& surroundings)
      : host_(place), surroundings_(surroundings) {}

  const std::string& place() const { return host_.place(); }

  // Who we are there, and whether our programs are.
  Obstacle look() {
    const ProgramResult result =
        host_.run({"sh", "-c", "id -u; command -v chatmail || echo none"},
                  {.patience = kShortPatience});
    if (const auto failure = machine::ssh_failure(result, host_)) {
      return {failure->what, failure->remedy};
    }
    std::istringstream lines(result.output);
    std::string user;
    std::string program;
    lines >> user >> program;
    if (user.find_first_not_of("0123456789") != std::string::npos ||
        program.empty()) {
      return {place() + " gives no shell: " + result.why(),
              "Try by hand: ssh " + place() + " id"};
    }
    has_programs_ = program != "none";
    if (user != "0") {
      return {place() + " is not root there",
              "Name one who is: --ssh-host root@HOST"};
    }
    return {};
  }
  bool has_programs() const { return has_programs_; }

  // Its output goes nowhere.
  ProgramResult run(const std::vector<std::string>& words,
                    seconds patience = kShortPatience) {
    return host_.run(words, {.patience = patience});
  }
  ProgramResult run(const std::vector<std::string>& words,
                    const machine::ProgramOptions& options) {
    return host_.run(words, options);
  }
  ProgramResult put(const std::string& from, const std::string& to) {
    return host_.put(from, to, kLongPatience);
  }
  // Its output is ours; gives our exit status.
  int tell(const std::vector<std::string>& words) {
    const ProgramResult result = host_.run(
        words,
        {.patience = kLongPatience, .on_output = [&](std::string_view text) {
           surroundings_.out << lines_without_controls(text) << std::flush;
         }});
    if (const auto failure = machine::ssh_failure(result, host_)) {
      surroundings_.err << lines_without_controls(result.errors)
                        << "chatmail: " << without_controls(failure->what)
                        << "\n          " << without_controls(failure->remedy)
                        << '\n';
      return kExitUnusable;
    }
    surroundings_.err << lines_without_controls(result.errors);
    return result.status;
  }

 private:
  machine::SshHost host_;
  Surroundings& surroundings_;
  bool has_programs_ = false;
};

Obstacle no_programs(const Remote& remote) {
  return {"chatmilter is not installed on " + remote.place(),
          "Have it installed: chatmail run --ssh-host " + remote.place() +
              " --package chatmilter_*.deb"};
}

std::vector<std::string> words_without_host(
    const std::vector<std::string>& all) {
  std::vector<std::string> words = {"chatmail"};
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == kOption) {
      ++i;
    } else if (!all[i].starts_with(std::string(kOption) + "=")) {
      words.push_back(all[i]);
    }
  }
  return words;
}

// `chatmail run` on a host that may have nothing of ours.
class Deployment {
 public:
  Deployment(const RemoteRun& run, Remote& remote, Story& story)
      : run_(run), remote_(remote), story_(story) {}

  // False when something was told as a problem.
  bool prepare() {
    if (const Obstacle obstacle = remote_.look(); obstacle.is_there()) {
      return stop(obstacle);
    }
    if (run_.dry_run && !remote_.has_programs()) {
      return stop({"chatmilter is not installed on " + remote_.place() +
                       ", and a dry run installs nothing",
                   "Without --dry-run, --package has it installed"});
    }
    if (!run_.package.empty() && !install_package()) return false;
    if (run_.package.empty() && !remote_.has_programs()) {
      return stop(no_programs(remote_));
    }
    return run_.config_file.empty() || put_settings();
  }

  // What is run there; a dry run has settings of its own.
  std::vector<std::string> words() const {
    std::vector<std::string> words = run_.words;
    if (!folder_.empty()) {
      words.insert(words.end(), {"--config", settings_of_dry_run()});
    }
    return words;
  }

  void tidy_up() {
    if (!folder_.empty()) remote_.run({"rm", "-rf", "--", folder_});
  }

 private:
  std::string settings_of_dry_run() const { return folder_ + "/chatmail.ini"; }

  bool stop(const Obstacle& obstacle) {
    story_.problem(obstacle.what, obstacle.remedy);
    return false;
  }
  bool stop_at(const ProgramResult& result, const std::string& what,
               const std::string& remedy) {
    const auto failure =
        machine::ssh_failure(result, machine::SshHost(remote_.place()));
    return failure ? stop({failure->what, failure->remedy})
                   : stop({what + ": " + result.why(), remedy});
  }

  bool install_package() {
    if (run_.dry_run) {
      story_.line("would install " + run_.package);
      return true;
    }
    story_.line("installing " + run_.package);
    ProgramResult done = remote_.put(run_.package, kPackageThere);
    if (!done.good()) {
      return stop_at(done, run_.package + " could not be copied there",
                     "Is it there, and is there room on that disk?");
    }
    done = installation::install_told(
        {kPackageThere},
        [&](const std::vector<std::string>& words,
            const machine::ProgramOptions& options) {
          return remote_.run(words, options);
        },
        story_);
    if (!done.good()) {
      return stop_at(done, "the package could not be installed",
                     "See what apt-get says: ssh " + remote_.place() +
                         " apt-get install " + kPackageThere);
    }
    remote_.run({"rm", "-f", kPackageThere});
    return true;
  }

  bool put_settings() {
    std::string error;
    const auto ours = machine::read_text(run_.config_file, error);
    if (!ours) return stop({run_.config_file + ": " + error, ""});
    // Whoever changed it there sees what goes.
    const ProgramResult theirs = remote_.run(
        {"sh", "-c", "cat \"$1\" 2> /dev/null || true", "sh", kConfigThere});
    if (!theirs.good()) {
      return stop_at(theirs, std::string(kConfigThere) + " cannot be read", "");
    }
    if (theirs.output == *ours) return true;
    story_.change(kConfigThere,
                  machine::unified_diff(theirs.output, *ours, kConfigThere));
    std::string place = kConfigThere;
    if (run_.dry_run) {
      const ProgramResult made = remote_.run({"mktemp", "-d"});
      folder_ = made.output.substr(0, made.output.find('\n'));
      if (!made.good() || folder_.empty()) {
        return stop_at(made, "no temporary folder there", "");
      }
      place = settings_of_dry_run();
    }
    const ProgramResult done = remote_.put(run_.config_file, place);
    return done.good() ||
           stop_at(done, place + " could not be written there", "");
  }

  const RemoteRun& run_;
  Remote& remote_;
  Story& story_;
  std::string folder_;  // of a dry run, there
};

int complain(Surroundings& surroundings, const Obstacle& obstacle) {
  surroundings.err << "chatmail: " << without_controls(obstacle.what) << '\n';
  if (!obstacle.remedy.empty()) {
    surroundings.err << "          " << without_controls(obstacle.remedy)
                     << '\n';
  }
  return kExitUnusable;
}

}  // namespace

void add_ssh_host(CommandLine& command, std::string& host) {
  command
      .add_option(kOption, host,
                  "Do it on that host, as root by ssh; files that are named\n"
                  "are files there")
      ->type_name("HOST");
}

int run_there(const std::string& host, Surroundings& surroundings) {
  if (!machine::is_ssh_place(host)) {
    return complain(surroundings, {"'" + host + "' is no host", ""});
  }
  Remote remote(host, surroundings);
  if (const Obstacle obstacle = remote.look(); obstacle.is_there()) {
    return complain(surroundings, obstacle);
  }
  if (!remote.has_programs()) {
    return complain(surroundings, no_programs(remote));
  }
  return remote.tell(words_without_host(surroundings.words));
}

int run_remotely(const RemoteRun& run, Surroundings& surroundings) {
  if (!machine::is_ssh_place(run.host)) {
    return complain(surroundings, {"'" + run.host + "' is no host", ""});
  }
  Remote remote(run.host, surroundings);
  Story story(surroundings.out, surroundings.colour, run.json,
              {.rewrites = surroundings.rewrites});
  story.step(remote.place());
  Deployment deployment(run, remote, story);
  if (!deployment.prepare()) {
    story.end("Nothing else was done there", false);
    return kExitUnusable;
  }
  const int status = remote.tell(deployment.words());
  deployment.tidy_up();
  return status;
}

}  // namespace ctl
