#pragma once

// A dict in memory, by user and key.

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "deploy/services/dict/service.h"

namespace test {

class MemoryService : public dict::Service {
 public:
  void look_up(dict::Lookup lookup, dict::Reply reply) override;
  // Rows whose key begins with the path: those without a further '/', or all
  // with Dovecot's flag 1 (recurse).
  void iterate(dict::Iteration iteration, dict::Reply reply) override;
  // A key that ends in "/refused" cannot be changed.
  void commit(dict::Transaction transaction, dict::Reply reply) override;

  // By user (of shared keys "") and key; several values of one key.
  std::map<std::pair<std::string, std::string>, std::vector<std::string>>
      values;
};

}  // namespace test
