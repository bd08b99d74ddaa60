#include "tests/bench/policy_load.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string_view>

#include "daemon/socket_place.h"

namespace bench {
namespace {

using Clock = std::chrono::steady_clock;

void die(const char* what) {
  std::perror(what);
  std::exit(2);
}

void send_all(int file, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t count =
        send(file, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count < 0) die("send");
    octets.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

PolicyLoad::PolicyLoad(const std::string& path, std::size_t connections,
                       std::size_t active)
    : received_(active), active_(active), epoll_(epoll_create1(0)) {
  for (std::size_t i = 0; i < connections; ++i) {
    const int file = daemons::connect_to(path);
    if (file < 0) die("connect");
    files_.push_back(file);
    if (i >= active) continue;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event);
  }
}

PolicyLoad::~PolicyLoad() {
  for (const int file : files_) close(file);
  close(epoll_);
}

std::string PolicyLoad::ask(std::size_t connection,
                            const std::string& request) const {
  send_all(files_[connection], request);
  std::string answer;
  char chunk[4096];
  while (!answer.ends_with("\n\n")) {
    const ssize_t count = recv(files_[connection], chunk, sizeof chunk, 0);
    if (count <= 0) return {};
    answer.append(chunk, static_cast<std::size_t>(count));
  }
  return answer.substr(0, answer.size() - 2);
}

void PolicyLoad::ask_all(const std::string& request) const {
  for (std::size_t i = 0; i < files_.size(); ++i) ask(i, request);
}

// Reads what is there; counts whole answers.
bool PolicyLoad::take_answers(std::size_t connection, const std::string& wanted,
                              std::size_t& count) {
  char chunk[16384];
  const ssize_t got =
      recv(files_[connection], chunk, sizeof chunk, MSG_DONTWAIT);
  count = 0;
  if (got < 0 && errno == EAGAIN) return true;
  if (got <= 0) return false;
  std::string& received = received_[connection];
  received.append(chunk, static_cast<std::size_t>(got));
  std::size_t begin = 0;
  std::size_t end = 0;
  bool good = true;
  while ((end = received.find("\n\n", begin)) != std::string::npos) {
    good =
        good && std::string_view(received).substr(begin, end - begin) == wanted;
    begin = end + 2;
    ++count;
  }
  received.erase(0, begin);
  return good;
}

double PolicyLoad::closed_loop(const std::vector<std::string>& requests,
                               const std::string& wanted,
                               std::chrono::milliseconds time) {
  std::size_t next = 0;
  const auto ask_next = [&](std::size_t connection) {
    send_all(files_[connection], requests[next++ % requests.size()]);
  };
  for (std::size_t i = 0; i < active_; ++i) ask_next(i);
  const auto begin = Clock::now();
  std::size_t answered = 0;
  std::size_t waiting = active_;
  std::vector<epoll_event> events(active_);
  while (waiting > 0) {
    // Never asleep: waking it up would be work for the server.
    const int ready =
        epoll_wait(epoll_, events.data(), static_cast<int>(active_), 0);
    const auto spent = Clock::now() - begin;
    if (spent > time + std::chrono::seconds(5)) return 0;
    const bool goes_on = spent < time;
    for (int i = 0; i < ready; ++i) {
      const std::size_t connection =
          events[static_cast<std::size_t>(i)].data.u64;
      std::size_t count = 0;
      if (!take_answers(connection, wanted, count)) return 0;
      if (count == 0) continue;
      ++answered;
      if (goes_on) {
        ask_next(connection);
      } else {
        --waiting;
      }
    }
  }
  const std::chrono::duration<double> took = Clock::now() - begin;
  return static_cast<double>(answered) / took.count();
}

std::vector<std::uint32_t> PolicyLoad::open_loop(
    const std::vector<std::string>& requests, const std::string& wanted,
    double rate, std::chrono::milliseconds time) {
  const std::chrono::duration<double> interval(1 / rate);
  const auto total =
      static_cast<std::size_t>(rate * static_cast<double>(time.count()) / 1000);
  struct Due {
    Clock::time_point when;
    std::size_t request;
  };
  std::vector<std::deque<Due>> due(active_);
  const auto ask_first = [&](std::size_t connection) {
    send_all(files_[connection], requests[due[connection].front().request]);
  };
  std::vector<std::uint32_t> latencies;
  latencies.reserve(total);
  std::vector<epoll_event> events(active_);
  const auto begin = Clock::now();
  std::size_t sent = 0;
  while (latencies.size() < total) {
    // Never asleep: it would be late itself.
    while (sent < total) {
      const auto when = begin + std::chrono::duration_cast<Clock::duration>(
                                    interval * static_cast<double>(sent));
      if (Clock::now() < when) break;
      const std::size_t connection = sent % active_;
      due[connection].push_back({when, sent % requests.size()});
      // As smtpd does: the next one when the last is answered.
      if (due[connection].size() == 1) ask_first(connection);
      ++sent;
    }
    const int ready =
        epoll_wait(epoll_, events.data(), static_cast<int>(active_), 0);
    const auto now = Clock::now();
    if (now - begin > time + std::chrono::seconds(5)) return {};
    for (int i = 0; i < ready; ++i) {
      const std::size_t connection =
          events[static_cast<std::size_t>(i)].data.u64;
      std::size_t count = 0;
      if (!take_answers(connection, wanted, count) || count > 1) return {};
      if (count == 0) continue;
      const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
          now - due[connection].front().when);
      due[connection].pop_front();
      latencies.push_back(static_cast<std::uint32_t>(took.count()));
      if (!due[connection].empty()) ask_first(connection);
    }
  }
  std::sort(latencies.begin(), latencies.end());
  return latencies;
}

std::size_t PolicyLoad::pipeline(const std::vector<std::string>& requests,
                                 const std::string& wanted) {
  constexpr std::size_t at_once = 20;
  std::size_t granted = 0;
  std::string batch;
  for (std::size_t begin = 0; begin < requests.size(); begin += at_once) {
    const std::size_t end = std::min(begin + at_once, requests.size());
    batch.clear();
    for (std::size_t i = begin; i < end; ++i) batch += requests[i];
    const std::size_t connection = begin / at_once % active_;
    send_all(files_[connection], batch);
    std::size_t answered = 0;
    while (answered < end - begin) {
      std::size_t count = 0;
      const bool good = take_answers(connection, wanted, count);
      answered += count;
      if (!good) return granted;
    }
    granted += answered;
  }
  return granted;
}

}  // namespace bench
