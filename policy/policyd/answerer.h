#pragma once

// Who answers requests: the edge between the connections and what is decided.

#include <functional>
#include <optional>
#include <string>

#include "policy/policyd/request.h"

namespace policyd {

class Answerer {
 public:
  // The answer as it goes over the wire, its empty line included.
  using Answered = std::function<void(std::string answer)>;
  // Called once, and only where the answer comes later.
  using Later = std::function<Answered()>;

  virtual ~Answerer() = default;

  // Without a value the answer comes later, in the server's thread, to what
  // `later` gave.  The request is gone when the call returns.
  virtual std::optional<std::string> answer(const Request& request,
                                            const Later& later) = 0;
};

}  // namespace policyd
