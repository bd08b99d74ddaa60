#pragma once

// A KeyResolver that is a table: for tests, and for `chatmail check --dns`.
//
// A name that is not in the table does not exist.  Names are compared without
// regard to case.  Fill it before it is used; looking up is thread-safe.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/key_resolver.h"

namespace dkim {

enum class TableFailure : std::uint8_t {
  kTimeout,
  kServfail,
  kBogus,
  kNxdomain,
};

class TableResolver : public KeyResolver {
 public:
  // Each element is one TXT record, its strings joined.  An empty list is a
  // name without TXT records.
  void add(std::string_view name, const std::vector<std::string>& txt);
  void fail(std::string_view name, TableFailure failure);

  std::unique_ptr<KeyLookup> start(std::string_view name,
                                   Freshness freshness) override;

 private:
  std::map<std::string, KeyAnswer, std::less<>> answers_;
};

}  // namespace dkim
