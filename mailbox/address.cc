#include "mailbox/address.h"

#include <algorithm>
#include <climits>

namespace mailbox {

std::string canonical_address(std::string_view address) {
  const std::size_t at = address.rfind('@');
  std::string canonical;
  if (at == std::string_view::npos) {
    canonical = address;
  } else {
    const std::string_view local = address.substr(0, at);
    // "+x" alone is a name, not a detail of nobody.
    const std::size_t plus = local.find('+', 1);
    canonical = std::string(local.substr(0, plus));
    canonical += address.substr(at);
  }
  for (char& c : canonical) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return canonical;
}

bool is_account_name(std::string_view address) {
  if (address.size() > NAME_MAX) return false;
  const std::size_t at = address.find('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size() ||
      address.find('@', at + 1) != std::string_view::npos) {
    return false;
  }
  return std::all_of(address.begin(), address.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != '/'; });
}

std::string_view local_part_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view()
                                      : address.substr(0, at);
}

std::string_view domain_of(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view()
                                      : address.substr(at + 1);
}

}  // namespace mailbox
