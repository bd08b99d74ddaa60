// What do logins cost?  Run: build/release/bin/doveauth_bench
//
// Starts doveauth on a folder of its own and asks it as Dovecot does: lookups
// of existing accounts over kept connections, a connection for each lookup,
// and first logins.  CPU time is that of the doveauth process alone.  The
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

class Doveauth {
 public:
  Doveauth() {
    std::filesystem::create_directory(folder_.path("mail"));
    std::ofstream(folder_.path("chatmail.ini"))
        << "[params]\nmail_domain = a.example\ndoveauth_state_dir = "
        << folder_.path("") << "state\nmailboxes_dir = " << folder_.path("mail")
        << "\naccount_rules = " CHATMILTER_SOURCE_DIR
           "/rules/accounts"
           "\nmax_load_1m = 1000\nmin_available_memory = 0"
           "\nmin_free_disk_space = 0\nmax_creations = 1000000"
           "\nmax_failed_logins = 1000000\n";
    const std::string config = folder_.path("chatmail.ini");
    const std::string place = socket();
    child_ = fork();
    bench::check(child_ >= 0, "fork");
    if (child_ == 0) {
      execl(CHATMILTER_DOVEAUTH, "doveauth", "--config", config.c_str(),
            "--socket", place.c_str(), "--log-level", "error", nullptr);
      _exit(127);
    }
    while (access(place.c_str(), F_OK) != 0) {
      bench::check(waitpid(child_, nullptr, WNOHANG) == 0, "doveauth runs");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
  ~Doveauth() {
    kill(child_, SIGTERM);
    waitpid(child_, nullptr, 0);
  }
  Doveauth(const Doveauth&) = delete;
  Doveauth& operator=(const Doveauth&) = delete;

  std::string socket() const { return folder_.path("auth"); }
  // proc(5).
  double cpu_seconds() const {
    double nanoseconds = 0;
    double total = 0;
    // Of each thread: time on the CPU in ns.
    for (const auto& task : std::filesystem::directory_iterator(
             "/proc/" + std::to_string(child_) + "/task")) {
      std::ifstream(task.path() / "schedstat") >> nanoseconds;
      total += nanoseconds;
    }
    return total / 1e9;
  }

 private:
  test::TemporaryDirectory folder_;
  pid_t child_ = -1;
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

}  // namespace

int main(int argc, char** argv) {
  const Doveauth doveauth;
  if (bench::only_checks(argc, argv)) {
    create(doveauth, 40);
    kept(doveauth, 40, "192.0.2.7");
    each(doveauth, 40, "");
    return 0;
  }
  const double before = doveauth.cpu_seconds();
  const double seconds = create(doveauth, kAccounts);
  const double creations = kAccounts / seconds;
  std::printf("new accounts:        %8.0f a second, %.2f ms of CPU each\n",
              creations, (doveauth.cpu_seconds() - before) * 1e3 / kAccounts);
  bool good = creations >= kLeastCreations;
  for (const char* remote : {"", "192.0.2.7"}) {
    constexpr int rounds = 5;
    constexpr int lookups = 40'000;
    const char* form = *remote == '\0' ? "" : ", with the client's address";
    const double one =
        least_of(rounds, [&] { return kept(doveauth, lookups, remote); });
    std::printf("kept connections:    %8.0f a second of CPU, %.1f us each%s\n",
                1e6 / one, one, form);
    const double fresh =
        least_of(rounds, [&] { return each(doveauth, lookups / 4, remote); });
    std::printf("a connection each:   %8.1f us of CPU%s\n", fresh, form);
    good = good && 1e6 / one >= kLeastKept && fresh <= kMostEach;
  }
  std::printf("%s\n", good ? "all bars met" : "a bar is missed");
  return good ? 0 : 1;
}
