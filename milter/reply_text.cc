#include "milter/reply_text.h"

namespace milter {

std::string reply_text(std::string_view text) {
  std::string result;
  result.reserve(text.size() + 8);
  for (const char c : text) {
    const std::size_t octets = c == '%' ? 2 : 1;
    if (result.size() + octets > kMaxReplyText) break;
    result.append(octets, c < ' ' || c > '~' ? '?' : c);
  }
  return result;
}

}  // namespace milter
