// chatmail-policyd with 10,000 connections open, 50 of which ask, beside a bare
// asio server that always answers DUNNO, both in one thread.
//
//   build/release/bin/policyd_bench [--check] [SECONDS]
//
// Requests are those of Postfix at RCPT and DATA and those of the milter, by
// the shipped rules, for accounts that exist.  Its bars: at least 0.7 of the
// bare server's requests a second, in the same run (rounds in turn, medians);
// at half of that, open loop, 99 in 100 answered within 2 ms; at most 4 KB a
// connection; 1,000,000 live keys in at most 200 MB.  The answers are checked
// first; --check does nothing else.  The exit status is 1 when a bar is missed.
//
// In the open loop the load never sleeps, so of two processors one is left for
// the server and for all else that the host does; each of its turns takes 4 ms.
// There both servers are real-time processes, which wait for nobody: the tail
// is their own.  That needs root; without, a line says so.

#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "daemon/socket_place.h"
#include "tests/bench/policy_load.h"
#include "tests/daemon/temporary_directory.h"
#include "tests/milter/running_program.h"
#include "tests/policyd/sample_requests.h"

namespace {

using bench::PolicyLoad;
using policyd_test::Attributes;
using policyd_test::with;
using policyd_test::written;
using std::chrono::milliseconds;

constexpr std::size_t kConnections = 10'000;
constexpr std::size_t kActive = 50;
constexpr int kRounds = 5;
constexpr std::size_t kKeys = 1'000'000;
constexpr double kRatioBar = 0.7;
constexpr double kP99Bar = 2000;                      // microseconds
constexpr double kOctetsBar = 4096;                   // a connection
constexpr long kKeysBar = 200L * 1000 * 1000 / 1024;  // KiB
constexpr char kDunno[] = "action=DUNNO";
constexpr char kNoLimit[] =
    "max_user_send_per_minute = 1000000000\n"
    "max_user_send_burst_size = 1000000000\n"
    "max_user_send_recipients_per_minute = 1000000000\n"
    "max_user_send_recipients_burst_size = 1000000000\n"
    "max_new_user_send_per_minute = 1000000000\n"
    "max_network_send_per_minute = 1000000000\n"
    "max_network_send_burst_size = 1000000000\n";
constexpr char kNoCap[] =
    "max_relay_send_per_minute = 1000000000\n"
    "max_relay_send_burst_size = 1000000000\n";

std::string login_of(std::size_t user) {
  return "user" + std::to_string(user) + "@relay.example";
}

Attributes recipient_request(std::size_t user) {
  return with(
      with(policyd_test::recipient_request(), "sasl_username", login_of(user)),
      "sender", login_of(user));
}

Attributes data_request(std::size_t user) {
  return with(with(with(recipient_request(user), "protocol_state", "DATA"),
                   "policy_context", "data"),
              "recipient_count", "3");
}

Attributes spend_request(std::size_t user) {
  return {{"request", "chatmail_spend"},
          {"direction", "outbound"},
          {"login", login_of(user)},
          {"reverse_path", login_of(user)},
          {"client_address", "192.0.2.7"},
          {"shape", "encrypted"},
          {"recipient_count", "3"},
          {"author_domain", "relay.example"},
          {"size", "4711"}};
}

// One processor for the load and one for the servers: where both share one, the
// kernel takes up to a tick to see that the other is idle.
void stay_on(pid_t thread, int processor) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(processor, &one);
  sched_setaffinity(thread, sizeof one, &one);
}

// chatmail-policyd or dunno_server, in a directory of its own.
class Program {
 public:
  explicit Program(const std::string& settings) {
    for (std::size_t user = 0; user < kActive; ++user) {
      std::filesystem::create_directories(
          directory_.path("mail/" + login_of(user)));
    }
    std::filesystem::create_directory(directory_.path("own"));
    std::ofstream(directory_.path("chatmail.ini"))
        << "[params]\nmail_domain = relay.example\n"
        << "policyd_socket = unix:" << socket() << "\n"
        << "policyd_metrics_socket = " << directory_.path("metrics") << "\n"
        << "policyd_state_dir = " << directory_.path("state") << "\n"
        << "mailboxes_dir = " << directory_.path("mail") << "\n"
        << "own_rules_dir = " << directory_.path("own") << "\n"
        << kNoCap << settings;
    start({test::program_path("chatmail-policyd"), "--config",
           directory_.path("chatmail.ini")});
  }
  Program() { start({test::program_path("dunno_server"), socket()}); }

  std::string socket() const { return directory_.path("socket"); }
  // CPU time so far, in microseconds.
  double cpu() const {
    double all = 0;
    const std::string process = "/proc/" + std::to_string(program_->pid());
    for (const auto& task :
         std::filesystem::directory_iterator(process + "/task")) {
      std::ifstream file(task.path() / "schedstat");
      double nanoseconds = 0;
      file >> nanoseconds;
      all += nanoseconds;
    }
    return all / 1000;
  }
  // Before all other processes of the host; false when that is not allowed.
  bool go_first() const {
    sched_param first{};
    first.sched_priority = 1;
    const std::string process = "/proc/" + std::to_string(program_->pid());
    bool good = true;
    for (const auto& task :
         std::filesystem::directory_iterator(process + "/task")) {
      const pid_t id = std::stoi(task.path().filename());
      good = sched_setscheduler(id, SCHED_FIFO, &first) == 0 && good;
      stay_on(id, 0);
    }
    return good;
  }
  long rss() const { return test::memory_use(program_->pid()).rss; }
  // Keys that policyd has in its table.
  double live_keys() const {
    const int file = daemons::connect_to(directory_.path("metrics"));
    std::string text;
    char chunk[4096];
    ssize_t count = 0;
    shutdown(file, SHUT_WR);
    while ((count = read(file, chunk, sizeof chunk)) > 0) {
      text.append(chunk, static_cast<std::size_t>(count));
    }
    close(file);
    const std::string name = "\nchatmilter_policy_live_keys ";
    const std::size_t at = text.find(name);
    return at == std::string::npos
               ? 0
               : std::strtod(text.c_str() + at + name.size(), nullptr);
  }

 private:
  void start(const std::vector<std::string>& command) {
    program_ =
        std::make_unique<test::RunningProgram>(command, directory_.path());
    if (program_->wait_until_ready()) return;
    std::fprintf(stderr, "%s", program_->log().c_str());
    std::exit(2);
  }

  test::TemporaryDirectory directory_;
  std::unique_ptr<test::RunningProgram> program_;
};

bool expect(const std::string& answer, const std::string& wanted) {
  if (answer == wanted) return true;
  std::printf("wrong answer: %s instead of %s\n", answer.c_str(),
              wanted.c_str());
  return false;
}

bool answers_are_right() {
  const Program policyd("max_user_send_per_minute = 1\n");
  const PolicyLoad load(policyd.socket(), 1, 1);
  const std::string login = login_of(1);
  bool good = true;
  for (int i = 0; i < 10; ++i) {
    good = expect(load.ask(0, written(recipient_request(1))), kDunno) && good;
    good = expect(load.ask(0, written(spend_request(1))), kDunno) && good;
  }
  std::string answer = load.ask(0, written(data_request(1)));
  answer.resize(answer.find(", wait"));
  good =
      expect(answer, "action=450 4.7.1: Too much mail from <" + login + ">") &&
      good;
  good = expect(load.ask(0, written(recipient_request(2))), kDunno) && good;
  return expect(
             load.ask(0, written(with(recipient_request(2), "sender", login))),
             "action=553 5.7.1 <" + login +
                 ">: Sender address rejected: not owned by user " +
                 login_of(2)) &&
         good;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

bool bar(const char* what, double value, double limit, bool at_most) {
  const bool met = at_most ? value <= limit : value >= limit;
  std::printf("%-44s %12.2f  bar %s %.2f  %s\n", what, value,
              at_most ? "<=" : ">=", limit, met ? "met" : "MISSED");
  return met;
}

std::vector<std::string> mixed_requests() {
  std::vector<std::string> requests;
  for (std::size_t user = 0; user < kActive; ++user) {
    requests.push_back(written(recipient_request(user)));
    requests.push_back(written(recipient_request((user + 1) % kActive)));
    requests.push_back(written(data_request(user)));
    requests.push_back(written(spend_request(user)));
  }
  return requests;
}

// The 99th percentile in microseconds.  The bare server's beside it tells what
// of it is the host's: both wait for the same two processors.
double tail(const char* who, const Program& server,
            const std::vector<std::string>& requests, double rate,
            milliseconds time) {
  PolicyLoad load(server.socket(), kConnections, kActive);
  // Connected is not accepted: the last ones would be in the tail.
  load.ask_all(requests.front());
  const auto latencies = load.open_loop(requests, kDunno, rate, time);
  if (latencies.empty()) return 1e9;
  const std::size_t count = latencies.size();
  std::printf("  %-8s at half the rate: p50 %u, p99 %u, p999 %u us\n", who,
              latencies[count / 2], latencies[count * 99 / 100],
              latencies[count * 999 / 1000]);
  return latencies[count * 99 / 100];
}

bool measure_rate(milliseconds time) {
  const Program policyd(kNoLimit);
  const Program bare;
  const std::vector<std::string> requests = mixed_requests();
  std::vector<double> ours;
  std::vector<double> theirs;
  for (int round = 0; round < kRounds; ++round) {
    for (const bool is_ours : {true, false}) {
      PolicyLoad load((is_ours ? policyd : bare).socket(), kConnections,
                      kActive);
      load.closed_loop(requests, kDunno, milliseconds(200));
      const double before = (is_ours ? policyd : bare).cpu();
      const double rate = load.closed_loop(requests, kDunno, time);
      const double cpu = (is_ours ? policyd : bare).cpu() - before;
      (is_ours ? ours : theirs).push_back(rate);
      std::printf("  %-8s %10.0f requests/s, %.2f us of CPU each\n",
                  is_ours ? "policyd" : "bare", rate,
                  cpu / (rate * static_cast<double>(time.count()) / 1000));
    }
  }
  const double rate = median(ours);
  std::printf("%-44s %12.0f\n", "policyd, requests a second", rate);
  std::printf("%-44s %12.0f\n", "the bare server, requests a second",
              median(theirs));
  bool good = bar("of the bare server", rate / median(theirs), kRatioBar,
                  /*at_most=*/false);
  // The load is no real-time process: those that never sleep are held back.
  if (!policyd.go_first() || !bare.go_first() ||
      setpriority(PRIO_PROCESS, 0, -20) != 0) {
    std::printf("without root, what else the host does is in the tails\n");
  }
  stay_on(0, 1);
  std::vector<double> tails;
  std::vector<double> bare_tails;
  for (int round = 0; round < kRounds; ++round) {
    tails.push_back(tail("policyd", policyd, requests, rate / 2, time));
    bare_tails.push_back(tail("bare", bare, requests, rate / 2, time));
  }
  std::printf("%-44s %12.0f\n", "the bare server's p99 at that rate, us",
              median(bare_tails));
  return bar("p99 at half the rate, us", median(tails), kP99Bar,
             /*at_most=*/true) &&
         good;
}

bool measure_connections() {
  const Program policyd(kNoLimit);
  const std::string request = written(recipient_request(1));
  { PolicyLoad(policyd.socket(), 10, 10).ask_all(request); }
  const long before = policyd.rss();
  const PolicyLoad load(policyd.socket(), kConnections, kActive);
  load.ask_all(request);
  const double octets =
      static_cast<double>(policyd.rss() - before) * 1024 / kConnections;
  return bar("octets a connection", octets, kOctetsBar, /*at_most=*/true);
}

bool measure_keys() {
  // Two buckets a login that stay for a minute and more.
  const Program policyd(
      "max_user_send_per_minute = 1\n"
      "max_user_send_recipients_per_minute = 1\n");
  const long before = policyd.rss();
  std::vector<std::string> requests;
  const std::size_t logins = kKeys / 2 + 1;
  for (std::size_t user = 0; user < logins; ++user) {
    requests.push_back(
        written(with(spend_request(user), "client_address", "127.0.0.1")));
  }
  PolicyLoad load(policyd.socket(), kActive, kActive);
  const std::size_t granted = load.pipeline(requests, kDunno);
  std::this_thread::sleep_for(milliseconds(1500));
  const double keys = policyd.live_keys();
  std::printf("%-44s %12ld\n", "before, KiB", before);
  bool good = granted == logins;
  if (!good) std::printf("only %zu of %zu were granted\n", granted, logins);
  good = bar("live keys", keys, kKeys, /*at_most=*/false) && good;
  return bar("memory with them, KiB", static_cast<double>(policyd.rss()),
             kKeysBar, /*at_most=*/true) &&
         good;
}

}  // namespace

int main(int argc, char** argv) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  const bool only_check = argc > 1 && std::strcmp(argv[1], "--check") == 0;
  if (!answers_are_right()) return 1;
  std::printf("the answers are right\n");
  if (only_check) return 0;
  const milliseconds time(argc > 1 ? 1000 * std::atoi(argv[1]) : 2000);
  const bool rate = measure_rate(time);
  const bool connections = measure_connections();
  const bool keys = measure_keys();
  return rate && connections && keys ? 0 : 1;
}
