#include "tests/services/dict/memory_service.h"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace test {
namespace {

constexpr std::uint32_t kRecurse = 1;

std::pair<std::string, std::string> place_of(const std::string& user,
                                             const std::string& key) {
  return {key.starts_with("shared/") ? "" : user, key};
}

bool add(std::int64_t amount, std::string& number) {
  std::int64_t sum = 0;
  const char* end = number.data() + number.size();
  const auto parsed = std::from_chars(number.data(), end, sum);
  if (parsed.ec != std::errc() || parsed.ptr != end ||
      __builtin_add_overflow(sum, amount, &sum)) {
    return false;
  }
  number = std::to_string(sum);
  return true;
}

}  // namespace

void MemoryService::look_up(dict::Lookup lookup, dict::Reply reply) {
  const auto found = values.find(place_of(lookup.user, lookup.key));
  if (found == values.end()) {
    reply.not_found();
  } else {
    reply.found(found->second);
  }
}

void MemoryService::iterate(dict::Iteration iteration, dict::Reply reply) {
  std::vector<dict::Row> rows;
  for (const std::string& path : iteration.paths) {
    const std::string owner = place_of(iteration.user, path).first;
    for (const auto& [place, all] : values) {
      const std::string& key = place.second;
      if (place.first != owner || !key.starts_with(path)) continue;
      const bool is_deeper = key.find('/', path.size()) != std::string::npos;
      if (is_deeper && (iteration.flags & kRecurse) == 0) continue;
      if (iteration.most_rows == 0 || rows.size() < iteration.most_rows) {
        rows.push_back({key, all.front()});
      }
    }
  }
  reply.rows(rows);
}

void MemoryService::commit(dict::Transaction transaction, dict::Reply reply) {
  for (const dict::Change& change : transaction.changes) {
    if (change.key.ends_with("/refused")) {
      reply.failed("this key is refused");
      return;
    }
  }
  for (dict::Change& change : transaction.changes) {
    auto place = place_of(transaction.user, change.key);
    if (change.kind == dict::Change::Kind::kSet) {
      values[place] = {std::move(change.value)};
    } else if (change.kind == dict::Change::Kind::kUnset) {
      values.erase(place);
    } else if (!values.contains(place)) {
      reply.not_found();
      return;
    } else if (!add(change.amount, values[place].front())) {
      reply.failed("no number");
      return;
    }
  }
  reply.done();
}

}  // namespace test
