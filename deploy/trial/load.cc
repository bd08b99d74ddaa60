#include "deploy/trial/load.h"

#include <algorithm>
#include <cmath>
#include <latch>
#include <memory>
#include <mutex>
#include <thread>

#include "deploy/trial/crew.h"
#include "deploy/trial/encrypted_message.h"
#include "deploy/trial/imap_client.h"
#include "deploy/trial/post_office.h"
#include "deploy/trial/smtp_client.h"

namespace trial {
namespace {

using Clock = Crew::Clock;

// What senders and receivers share.
struct Exchange {
  Exchange(std::size_t receivers, std::size_t messages,
           Clock::time_point sending_ends, std::chrono::seconds patience)
      : office(receivers),
        crew(messages, sending_ends),
        end(sending_ends + patience),
        waiting(static_cast<std::ptrdiff_t>(receivers)) {}

  PostOffice office;
  Crew crew;              // of the messages
  Clock::time_point end;  // when nobody waits any more
  std::latch waiting;     // until all receivers do
};

class LoadRun {
 public:
  LoadRun(const Target& target, const Load& load, const LoadProgress& tell,
          const Opener& opener)
      : target_(target), load_(load), tell_(tell), opener_(opener) {}

  LoadReport run() {
    if (make_accounts() && log_in_often()) exchange();
    return std::move(report_);
  }

 private:
  bool make_accounts();
  bool log_in_often();
  void exchange();

  // "" or what went wrong.
  std::string log_in_once(const Account& account);
  void send_all_of(const Account& sender, std::size_t receiver,
                   Exchange& exchange);
  void receive(std::size_t receiver, Exchange& exchange);
  double run(Crew& crew, const std::string& part,
             const std::function<void(std::size_t)>& work) {
    return crew.run(load_.connections, work, [&] {
      tell_(part, std::min(crew.done(), crew.total()), crew.total());
    });
  }
  bool take_error(const Crew& crew) {
    report_.error = crew.error();
    return report_.error.empty();
  }
  Clock::time_point end() const { return Clock::now() + load_.seconds; }

  const Target& target_;
  const Load& load_;
  const LoadProgress& tell_;
  const Opener& opener_;
  std::vector<Account> accounts_;
  LoadReport report_;
};

std::string LoadRun::log_in_once(const Account& account) {
  std::string error;
  const auto client =
      ImapClient::open(endpoint_of(target_, 993), error, opener_);
  if (client == nullptr) return error;
  error = client->log_in(account.address, account.password);
  if (error.empty()) error = client->select_inbox();
  client->log_out();
  return error;
}

bool LoadRun::make_accounts() {
  Crew crew(accounts_for(load_), end());
  std::mutex mutex;
  report_.first_logins.seconds = run(crew, "new accounts", [&](std::size_t) {
    for (std::size_t piece = 0; crew.take(piece);) {
      Account account = new_account(target_);
      const std::string error = log_in_once(account);
      if (!error.empty()) return crew.fail(error);
      crew.finish();
      const std::lock_guard lock(mutex);
      report_.accounts.push_back(account.address);
      accounts_.push_back(std::move(account));
    }
  });
  report_.first_logins.count = crew.done();
  if (!take_error(crew)) return false;
  if (accounts_.size() < crew.total()) {
    report_.error = "the time was over before all accounts were made";
  }
  return report_.error.empty();
}

bool LoadRun::log_in_often() {
  Crew crew(load_.logins, end());
  report_.logins.seconds = run(crew, "logins", [&](std::size_t) {
    for (std::size_t piece = 0; crew.take(piece);) {
      const std::string error =
          log_in_once(accounts_[piece % accounts_.size()]);
      if (!error.empty()) return crew.fail(error);
      crew.finish();
    }
  });
  report_.logins.count = crew.done();
  return take_error(crew);
}

void LoadRun::send_all_of(const Account& sender, std::size_t receiver,
                          Exchange& exchange) {
  Crew& crew = exchange.crew;
  PostOffice& office = exchange.office;
  std::string error;
  const auto client =
      SmtpClient::open(endpoint_of(target_, 465), error, opener_);
  if (client == nullptr) return crew.fail(error);
  Reply reply = client->log_in(sender.address, sender.password);
  if (reply.code != 235) {
    return crew.fail("the login was refused: " + reply.text);
  }
  for (std::size_t i = 0, piece = 0;
       i < load_.messages_of_one && crew.take(piece); ++i) {
    const std::string token =
        std::string(PostOffice::kTokenPrefix) + random_name(20);
    const std::string message =
        encrypted_message({.from = sender.address,
                           .to = accounts_[receiver].address,
                           .token = token,
                           .now = target_.now,
                           .octets = load_.octets});
    office.send(token, receiver);
    reply = client->send(sender.address, accounts_[receiver].address, message);
    if (reply.code == 250) {
      crew.finish();
      continue;
    }
    office.refuse(token, reply_kind(reply.text));
    if (reply.code == 0) return crew.fail(reply.text);
  }
  client->quit();
}

void LoadRun::receive(std::size_t receiver, Exchange& exchange) {
  std::string error;
  const auto client =
      ImapClient::open(endpoint_of(target_, 993), error, opener_);
  const Account& account = accounts_[receiver];
  if (error.empty()) error = client->log_in(account.address, account.password);
  if (error.empty()) error = client->select_inbox();
  exchange.waiting.count_down();
  const auto is_over = [&] {
    return exchange.office.is_done(receiver) || Clock::now() > exchange.end;
  };
  for (unsigned seen = 0; error.empty() && !is_over();) {
    error = client->await_push(seen, is_over);
    const unsigned last = client->count();
    if (!error.empty() || last <= seen) continue;
    const auto when = client->counted_at();
    std::string fields;
    error = client->fetch_field(seen + 1, last, "MESSAGE-ID", fields);
    exchange.office.arrive(fields, when);
    seen = last;
  }
  if (!error.empty()) return exchange.crew.fail(error);
  client->log_out();
}

void LoadRun::exchange() {
  const std::size_t receivers = std::min(load_.connections, accounts_.size());
  Exchange exchange(receivers, load_.messages, end(), target_.patience);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < receivers; ++i) {
    threads.emplace_back([this, i, &exchange] { receive(i, exchange); });
  }
  exchange.waiting.wait();
  Crew senders(accounts_.size(), end());
  report_.submissions.seconds =
      run(exchange.crew, "messages", [&](std::size_t) {
        for (std::size_t sender = 0; senders.take(sender);) {
          send_all_of(accounts_[sender], sender % receivers, exchange);
        }
      });
  report_.submissions.count = exchange.crew.done();
  exchange.office.close();
  for (std::thread& thread : threads) thread.join();
  report_.latencies = exchange.office.latencies();
  report_.refusals = exchange.office.refusals();
  take_error(exchange.crew);
}

}  // namespace

std::size_t accounts_for(const Load& load) {
  const std::size_t of_one = std::max<std::size_t>(load.messages_of_one, 1);
  return std::max({load.connections, (load.messages + of_one - 1) / of_one,
                   std::size_t{1}});
}

LoadReport put_load_on(const Target& target, const Load& load,
                       const LoadProgress& tell, const Opener& opener) {
  return LoadRun(target, load, tell, opener).run();
}

double percentile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const double rank = std::ceil(share * static_cast<double>(sorted.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return sorted[std::min(index, sorted.size() - 1)];
}

std::string reply_kind(const std::string& reply) {
  std::string kind;
  bool is_within = false;
  for (const char c : reply) {
    if (c == '<') is_within = true;
    if (!is_within) kind += c;
    if (c == '>') is_within = false;
  }
  // "wait 3 s" is another one each time.
  const std::size_t wait = kind.find(", wait");
  if (wait != std::string::npos) kind.resize(wait);
  constexpr std::size_t kLongest = 120;
  if (kind.size() > kLongest) kind.resize(kLongest);
  while (kind.ends_with(' ')) kind.pop_back();
  return kind;
}

}  // namespace trial
