#pragma once

// Who answers requests: the edge between the connections and what is decided.

#include <functional>
#include <string>

#include "policy/policyd/request.h"

namespace policyd {

class Answerer {
 public:
  // The answer as it goes over the wire, its empty line included.
  using Answered = std::function<void(std::string answer)>;

  virtual ~Answerer() = default;

  // Calls `answered` once, within the call or later, in the server's thread.
  // The request is gone when the call returns.
  virtual void answer(const Request& request, Answered answered) = 0;
};

}  // namespace policyd
