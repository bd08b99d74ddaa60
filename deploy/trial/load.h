#pragma once

// How much a running relay does: new accounts, logins, submissions, and how
// long a message takes from one client to another.
//
// Connections of their own threads do the same at once, each bounded in number
// and in time.  Receivers wait as clients do, by IDLE, and a message's time is
// from its MAIL FROM to the moment at which its receiver has been told; so
// Dovecot's wait before it tells is part of it.  An account sends no more than
// the relay's limits let it send at once, and what is refused all the same is
// counted by its reply.

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "deploy/trial/target.h"

namespace trial {

struct Load {
  std::size_t connections = 10;  // at once, and as many that receive
  std::size_t messages = 200;
  std::size_t logins = 200;
  std::size_t messages_of_one = 10;  // that an account may send at once
  std::size_t octets = 2000;         // of what is encrypted
  std::chrono::seconds seconds{60};  // for each of the three parts
};

// How many accounts that takes.
std::size_t accounts_for(const Load& load);

struct Pace {
  std::size_t count = 0;
  double seconds = 0;
  double per_second() const {
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
  }
};

struct LoadReport {
  std::vector<std::string> accounts;  // that were made, and are still there
  Pace first_logins;                  // each makes an account
  Pace logins;
  Pace submissions;  // that were taken, with a login for each sender
  // What was not taken: the reply, without addresses and times, and how often.
  std::map<std::string, std::size_t> refusals;
  std::vector<double> latencies;  // seconds of what has arrived, sorted
  std::string error;  // not empty: it ended there, what is above was before
};

// Of how a part goes; told a few times a second by the calling thread.
using LoadProgress = std::function<void(const std::string& part,
                                        std::size_t done, std::size_t of)>;

LoadReport put_load_on(const Target& target, const Load& load,
                       const LoadProgress& tell,
                       const Opener& opener = &Connection::open);

// Of sorted values, the one that `share` (0 to 1) of them do not exceed; 0 of
// none.
double percentile(const std::vector<double>& sorted, double share);

// A reply without what differs from one message to the next.
std::string reply_kind(const std::string& reply);

}  // namespace trial
