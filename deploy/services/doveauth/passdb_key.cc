#include "deploy/services/doveauth/passdb_key.h"

#include <vector>

namespace doveauth {

std::optional<PassdbKey> parse_passdb_key(std::string_view key) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < key.size(); ++i) {
    if (key[i] == '"') {
      if (fields.size() == 3) return std::nullopt;
      fields.emplace_back();
    } else {
      if (key[i] == '\\' && i + 1 < key.size()) ++i;
      fields.back() += key[i];
    }
  }
  if (fields.size() < 2) return std::nullopt;
  fields.resize(3);
  return PassdbKey{std::move(fields[0]), std::move(fields[1]),
                   std::move(fields[2])};
}

}  // namespace doveauth
