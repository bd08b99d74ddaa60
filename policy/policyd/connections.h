#pragma once

// The connections of the server, and which of them have waited too long.
//
// A client may be silent between its requests for a long time, and within one,
// or before it takes an answer, for a short one.  Each of both times is the
// same for all, so a list to which a connection goes when it begins to wait is
// in the order of the deadlines, and looking for late ones costs nothing while
// there are none: walking over 10,000 connections every second would make
// those who ask wait for milliseconds.

#include <array>
#include <asio/basic_stream_socket.hpp>
#include <asio/generic/stream_protocol.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <utility>

#include "policy/policyd/limits.h"
#include "policy/policyd/loop_executor.h"
#include "policy/policyd/request.h"

namespace policyd {

using Clock = std::chrono::steady_clock;
using Socket =
    asio::basic_stream_socket<asio::generic::stream_protocol, LoopExecutor>;

struct Connection {
  enum class Awaits : std::uint8_t {
    kRequest,    // between two of them
    kRest,       // of one that has begun
    kAnswer,     // from the answerer; has no deadline
    kTakenAway,  // the answer, by the client
  };

  explicit Connection(Socket taken) : socket(std::move(taken)) {}

  Socket socket;
  RequestParser parser;
  Clock::time_point deadline = Clock::time_point::max();
  Awaits awaits = Awaits::kAnswer;
  bool is_late = false;
  // Holds most requests whole.
  std::array<char, kConnectionOctets> octets{};
};

// Not for several threads.
class Connections {
 public:
  using Place = std::list<Connection>::iterator;

  Connections(Clock::duration idle_timeout, Clock::duration request_timeout)
      : idle_timeout_(idle_timeout), request_timeout_(request_timeout) {}

  std::size_t size() const {
    return idle_.size() + hurried_.size() + unhurried_.size();
  }

  Place add(Socket socket) {
    return unhurried_.emplace(unhurried_.end(), std::move(socket));
  }
  void remove(Place place) { list_of(place->awaits).erase(place); }

  // From now on the connection waits for that; its time begins.
  void wait(Place place, Connection::Awaits awaits) {
    // The time of the last look is near enough for the long wait, and saves
    // most connections that ask all the time the move.
    const Clock::time_point deadline = deadline_of(awaits);
    if (awaits == place->awaits && deadline == place->deadline) return;
    std::list<Connection>& to = list_of(awaits);
    to.splice(to.end(), list_of(place->awaits), place);
    place->awaits = awaits;
    place->deadline = deadline;
  }

  // Calls `done` for those that are late, once for each.
  template <typename Done>
  void look_for_late(Done done) {
    now_ = Clock::now();
    for (std::list<Connection>* list : {&idle_, &hurried_}) {
      while (!list->empty() && list->front().deadline <= now_) {
        const Place late = list->begin();
        wait(late, Connection::Awaits::kAnswer);
        late->is_late = true;
        done(*late);
      }
    }
  }

  // Those that wait for octets of a request.
  template <typename Done>
  void each_reading(Done done) {
    for (Connection& connection : idle_) done(connection);
    for (Connection& connection : hurried_) {
      if (connection.awaits == Connection::Awaits::kRest) done(connection);
    }
  }

 private:
  std::list<Connection>& list_of(Connection::Awaits awaits) {
    switch (awaits) {
      case Connection::Awaits::kRequest:
        return idle_;
      case Connection::Awaits::kAnswer:
        return unhurried_;
      default:
        return hurried_;
    }
  }

  Clock::time_point deadline_of(Connection::Awaits awaits) const {
    switch (awaits) {
      case Connection::Awaits::kRequest:
        return now_ + idle_timeout_;
      case Connection::Awaits::kAnswer:
        return Clock::time_point::max();
      default:
        return Clock::now() + request_timeout_;
    }
  }

  Clock::duration idle_timeout_;
  Clock::duration request_timeout_;
  Clock::time_point now_ = Clock::now();  // of the last look
  std::list<Connection> idle_;
  std::list<Connection> hurried_;
  std::list<Connection> unhurried_;
};

}  // namespace policyd
