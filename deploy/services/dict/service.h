#pragma once

// What answers the requests of a dict client.
//
// All calls come from the server's one thread and must not block it; what takes
// longer moves the Reply to another thread.

#include <cstdint>
#include <string>
#include <vector>

#include "deploy/services/dict/reply.h"

namespace dict {

struct Lookup {
  std::string key;
  std::string user;
};

struct Iteration {
  std::vector<std::string> paths;
  std::string user;
  std::uint32_t flags = 0;
  std::uint64_t most_rows = 0;  // 0: all
};

struct Change {
  enum class Kind : std::uint8_t { kSet, kUnset, kAdd };
  Kind kind = Kind::kSet;
  std::string key;
  std::string value;        // of kSet
  std::int64_t amount = 0;  // of kAdd
};

struct Transaction {
  std::string user;
  std::vector<Change> changes;  // in the order in which they came
};

class Service {
 public:
  virtual ~Service() = default;
  virtual void look_up(Lookup lookup, Reply reply) = 0;
  // Answered with rows(), which may be none.
  virtual void iterate(Iteration iteration, Reply reply) = 0;
  // Answered with done(), or failed() when any of the changes was not made.
  virtual void commit(Transaction transaction, Reply reply) = 0;
};

}  // namespace dict
