#include "policy/autocrypt.h"

#include <algorithm>
#include <string>

#include "mime/ascii.h"

namespace policy {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct Attribute {
  std::string_view name;
  std::string_view value;
};

// Takes the first `name=value` off `rest`.
Attribute next_attribute(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(';'), rest.size());
  const std::string_view attribute = mime::trim(rest.substr(0, end));
  rest.remove_prefix(end == rest.size() ? end : end + 1);
  const std::size_t equals = std::min(attribute.find('='), attribute.size());
  return {mime::trim(attribute.substr(0, equals)),
          equals == attribute.size()
              ? std::string_view()
              : mime::trim(attribute.substr(equals + 1))};
}

// RFC 9580 4.2: a public-key packet (6) in the current format is 0xC6, base64
// "xg" to "xn" or "xo" to "xv"; in the legacy format 0x98 to 0x9B.
bool begins_with_public_key(std::string_view base64) {
  if (base64.size() < 4) return false;
  const std::size_t high = kBase64.find(base64[0]);
  const std::size_t low = kBase64.find(base64[1]);
  const std::size_t octet = (high << 2U) | (low >> 4U);
  return octet == 0xC6 || (octet >= 0x98 && octet <= 0x9B);
}

bool is_key(std::string_view value) {
  std::string base64;
  base64.reserve(value.size());
  for (char c : value) {
    if (!mime::is_blank(c)) base64.push_back(c);
  }
  if (base64.size() > kMaxAutocryptKey || base64.size() % 4 != 0) return false;
  const std::size_t padding = base64.ends_with("==")  ? 2
                              : base64.ends_with('=') ? 1
                                                      : 0;
  const std::string_view digits =
      std::string_view(base64).substr(0, base64.size() - padding);
  return digits.find_first_not_of(kBase64) == std::string_view::npos &&
         begins_with_public_key(digits);
}

}  // namespace

bool is_autocrypt_of(std::string_view unfolded, std::string_view author) {
  std::string_view rest = unfolded;
  const Attribute addr = next_attribute(rest);
  if (addr.name != "addr" || !mime::equal_ignoring_case(addr.value, author)) {
    return false;
  }
  Attribute next = next_attribute(rest);
  if (next.name == "prefer-encrypt") {
    if (next.value != "mutual" && next.value != "nopreference") return false;
    next = next_attribute(rest);
  }
  return next.name == "keydata" && mime::trim(rest).empty() &&
         is_key(next.value);
}

}  // namespace policy
