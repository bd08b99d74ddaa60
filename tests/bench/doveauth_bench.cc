// What do logins cost?  Run: build/release/bin/doveauth_bench
//
// Starts doveauth on a folder of its own and asks it as Dovecot does: lookups
// of existing accounts over kept connections, a connection for each lookup,
// and first logins; then a Python program that does the same,
// doveauth_obvious.py.  CPU time is that of the process alone.  The
// bars: 40,000 lookups a second of CPU time on kept connections, at most 60 us
// with a connection each, 350 new accounts a second; a missed one is exit
// status 1.  All answers are checked, those of the measured lookups by their
// length; with --check nothing is timed, and no bar is set.

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "daemon/socket_place.h"
#include "tests/bench/stopwatch.h"
#include "tests/daemon/temporary_directory.h"

namespace {

constexpr int kAccounts = 1000;
constexpr int kConnections = 20;
constexpr char kHello[] = "H3\t2\t0\t\tauth\n";

constexpr double kLeastKept = 40'000;  // a second
constexpr double kMostEach = 60;       // microseconds
constexpr double kLeastCreations = 350;

double wall_seconds() {
  return std::chrono::duration<double>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string address_of(int number) {
  const std::string digits = std::to_string(number);
  return std::string("u00000000").substr(0, 9 - digits.size()) + digits +
         "@a.example";
}

std::string lookup_of(int number, const std::string& remote) {
  const std::string address = address_of(number);
  return "Lshared/passdb/secret-pass-1\"" + address +
         (remote.empty() ? "" : "\"" + remote) + "\t" + address + "\n";
}

// doveauth, or the Python program that does the same.
class Doveauth {
 public:
  explicit Doveauth(bool is_python) {
    std::filesystem::create_directory(folder_.path("mail"));
    std::ofstream(folder_.path("chatmail.ini"))
        << "[params]\nmail_domain = a.example\ndoveauth_state_dir = "
        << folder_.path("") << "state\nmailboxes_dir = " << folder_.path("mail")
        << "\naccount_rules = " CHATMILTER_SOURCE_DIR
           "/rules/accounts"
           "\nmax_load_1m = 1000\nmin_available_memory = 0"
           "\nmin_free_disk_space = 0\nmax_creations = 1000000"
           "\nmax_failed_logins = 1000000\n";
    child_ = fork();
    bench::check(child_ >= 0, "fork");
    if (child_ == 0) run(is_python);
    for (int known = -1; known < 0;) {
      bench::check(waitpid(child_, nullptr, WNOHANG) == 0, "it runs");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      known = daemons::connect_to(socket());
      if (known >= 0) close(known);
    }
    bench::check(clock_getcpuclockid(child_, &clock_) == 0, "its clock");
  }
  ~Doveauth() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
  }
  Doveauth(const Doveauth&) = delete;
  Doveauth& operator=(const Doveauth&) = delete;

  std::string socket() const { return folder_.path("auth"); }
  // Of all its threads, those that have ended too.
  double cpu_seconds() const {
    timespec used{};
    clock_gettime(clock_, &used);
    return static_cast<double>(used.tv_sec) +
           static_cast<double>(used.tv_nsec) / 1e9;
  }

 private:
  void run(bool is_python) const {
    const std::string config = folder_.path("chatmail.ini");
    const std::string place = socket();
    const std::string mail = folder_.path("mail");
    if (is_python) {
      freopen("/dev/null", "w", stderr);  // crypt is said to be old
      execl("/usr/bin/python3", "python3",
            CHATMILTER_SOURCE_DIR "/tests/bench/doveauth_obvious.py",
            place.c_str(), mail.c_str(), nullptr);
    } else {
      execl(CHATMILTER_DOVEAUTH, "doveauth", "--config", config.c_str(),
            "--socket", place.c_str(), "--log-level", "error", nullptr);
    }
    _exit(127);
  }

  test::TemporaryDirectory folder_;
  pid_t child_ = -1;
  clockid_t clock_{};
};

class Client {
 public:
  explicit Client(const std::string& path)
      : socket_(daemons::connect_to(path)) {
    bench::check(socket_ >= 0, "connect");
  }
  ~Client() { close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void say(const std::string& text) const {
    bench::check(send(socket_, text.data(), text.size(), MSG_NOSIGNAL) ==
                     static_cast<ssize_t>(text.size()),
                 "send");
  }
  // One line, without its end.
  std::string hear() {
    char chunk[4096];
    std::size_t end = 0;
    while ((end = heard_.find('\n')) == std::string::npos) {
      const ssize_t count = read(socket_, chunk, sizeof chunk);
      bench::check(count > 0, "an answer");
      heard_.append(chunk, static_cast<std::size_t>(count));
    }
    std::string line = heard_.substr(0, end);
    heard_.erase(0, end + 1);
    return line;
  }

 private:
  int socket_;
  std::string heard_;
};

void check_found(const std::string& answer, const std::string& address) {
  bench::check(answer.starts_with("O{") &&
                   answer.find("\"" + address + "\"") != std::string::npos &&
                   answer.find("{SHA512-CRYPT}$6$") != std::string::npos,
               "the account's hash");
}

// First logins, `kConnections` at a time; gives the seconds.
double create(const Doveauth& doveauth, int accounts) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kConnections; ++i) {
    clients.push_back(std::make_unique<Client>(doveauth.socket()));
    clients.back()->say(kHello);
  }
  const double begin = wall_seconds();
  for (int i = 0; i < accounts; ++i) {
    clients[static_cast<std::size_t>(i % kConnections)]->say(lookup_of(i, ""));
  }
  for (int i = 0; i < accounts; ++i) {
    check_found(clients[static_cast<std::size_t>(i % kConnections)]->hear(),
                address_of(i));
  }
  return wall_seconds() - begin;
}

// Microseconds of doveauth's CPU time for each of `rounds` lookups.
double kept(const Doveauth& doveauth, int rounds, const std::string& remote) {
  std::vector<std::unique_ptr<Client>> clients;
  std::vector<std::string> lookups;
  std::size_t length = 0;
  for (int i = 0; i < kConnections; ++i) {
    clients.push_back(std::make_unique<Client>(doveauth.socket()));
    lookups.push_back(lookup_of(i, remote));
    clients.back()->say(kHello + lookups.back());
    const std::string answer = clients.back()->hear();
    check_found(answer, address_of(i));
    length = answer.size();
  }
  const double begin = doveauth.cpu_seconds();
  for (int round = 0; round < rounds / kConnections; ++round) {
    for (std::size_t i = 0; i < clients.size(); ++i)
      clients[i]->say(lookups[i]);
    for (auto& client : clients) {
      bench::check(client->hear().size() == length, "the same answer");
    }
  }
  return (doveauth.cpu_seconds() - begin) * 1e6 / rounds;
}

double each(const Doveauth& doveauth, int rounds, const std::string& remote) {
  const double begin = doveauth.cpu_seconds();
  for (int i = 0; i < rounds; ++i) {
    const int number = i % 20;
    Client client(doveauth.socket());
    client.say(kHello + lookup_of(number, remote));
    check_found(client.hear(), address_of(number));
  }
  return (doveauth.cpu_seconds() - begin) * 1e6 / rounds;
}

template <typename Work>
double least_of(int rounds, Work work) {
  double least = work();
  for (int i = 1; i < rounds; ++i) least = std::min(least, work());
  return least;
}

// What is measured of one program.
struct Figures {
  double creations = 0;     // a second
  double creation_cpu = 0;  // milliseconds each
  double kept = 0;          // microseconds each
  double each = 0;
  double kept_by_address = 0;
  double each_by_address = 0;
};

Figures measure(bool is_python) {
  const Doveauth doveauth(is_python);
  const int lookups = is_python ? 10'000 : 40'000;
  Figures figures;
  const double before = doveauth.cpu_seconds();
  figures.creations = kAccounts / create(doveauth, kAccounts);
  figures.creation_cpu = (doveauth.cpu_seconds() - before) * 1e3 / kAccounts;
  const auto least = [](const auto& work) { return least_of(5, work); };
  const char* const remote = "192.0.2.7";
  figures.kept = least([&] { return kept(doveauth, lookups, ""); });
  figures.each = least([&] { return each(doveauth, lookups / 4, ""); });
  figures.kept_by_address =
      least([&] { return kept(doveauth, lookups, remote); });
  figures.each_by_address =
      least([&] { return each(doveauth, lookups / 4, remote); });
  return figures;
}

void print(const char* what, const Figures& figures) {
  std::printf(
      "%s:\n"
      "  new accounts         %8.0f a second, %.2f ms of CPU each\n"
      "  kept connections     %8.1f us of CPU (%.0f a second); with the "
      "client's address %.1f\n"
      "  a connection each    %8.1f us of CPU; with the client's address "
      "%.1f\n",
      what, figures.creations, figures.creation_cpu, figures.kept,
      1e6 / figures.kept, figures.kept_by_address, figures.each,
      figures.each_by_address);
}

void check(bool is_python) {
  const Doveauth doveauth(is_python);
  create(doveauth, 40);
  kept(doveauth, 40, "192.0.2.7");
  each(doveauth, 40, "");
}

}  // namespace

int main(int argc, char** argv) {
  check(false);
  check(true);
  if (bench::only_checks(argc, argv)) return 0;
  const Figures ours = measure(false);
  const Figures python = measure(true);
  print("doveauth", ours);
  print("the same in Python", python);
  std::printf(
      "Python takes %.1f times as much on kept connections, %.1f with a "
      "connection each, %.1f of CPU for a new account\n",
      python.kept / ours.kept, python.each / ours.each,
      python.creation_cpu / ours.creation_cpu);
  const bool good =
      ours.creations >= kLeastCreations &&
      1e6 / std::max(ours.kept, ours.kept_by_address) >= kLeastKept &&
      std::max(ours.each, ours.each_by_address) <= kMostEach;
  std::printf("%s\n", good ? "all bars met" : "a bar is missed");
  return good ? 0 : 1;
}
