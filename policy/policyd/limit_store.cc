#include "policy/policyd/limit_store.h"

namespace policyd {
namespace {

void append(std::string& key, std::string_view text) {
  key += std::to_string(text.size());
  key += ':';
  key += text;
}

}  // namespace

std::string limit_key(std::string_view limit,
                      const std::vector<std::string_view>& by) {
  std::string key;
  append(key, limit);
  for (const std::string_view text : by) append(key, text);
  return key;
}

}  // namespace policyd
