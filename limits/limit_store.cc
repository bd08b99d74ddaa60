#include "limits/limit_store.h"

#include <array>
#include <charconv>
#include <cstring>

namespace limits {

void append_text(std::string_view text, std::string& key) {
  // In one piece: this is done for each limit of each request.
  std::array<char, 21> digits{};
  char* end =
      std::to_chars(digits.data(), digits.data() + digits.size(), text.size())
          .ptr;
  *end++ = ':';
  const auto prefix = static_cast<std::size_t>(end - digits.data());
  const std::size_t begin = key.size();
  key.resize(begin + prefix + text.size());
  std::memcpy(&key[begin], digits.data(), prefix);
  std::memcpy(&key[begin + prefix], text.data(), text.size());
}

}  // namespace limits
