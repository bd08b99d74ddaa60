#include "limits/limit_store.h"

#include <array>
#include <charconv>

namespace limits {

void append_text(std::string_view text, std::string& key) {
  std::array<char, 20> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), text.size());
  key.append(digits.data(), end.ptr);
  key += ':';
  key += text;
}

}  // namespace limits
