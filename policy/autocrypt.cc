#include "policy/autocrypt.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "mime/ascii.h"
#include "mime/base64.h"
#include "mime/openpgp_public_key.h"

namespace policy {
namespace {

// Characters of the key in a line (RFC 5322 2.1.1 recommends 78 in all).
constexpr std::size_t kLine = 76;

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

// The characters of base64 that is whole and padded, without blanks; empty
// when it is not.
std::string characters_of(std::string_view value) {
  std::string base64;
  base64.reserve(value.size());
  for (char c : value) {
    if (!mime::is_blank(c)) base64.push_back(c);
  }
  if (base64.size() > kMaxAutocryptKey || base64.size() % 4 != 0) return {};
  return base64;
}

bool is_key(std::string_view base64) {
  std::size_t padding = 0;
  while (padding < 2 && base64.ends_with('=')) {
    base64.remove_suffix(1);
    ++padding;
  }
  std::string quads(base64);
  quads.append(padding, 'A');
  // The decoder may write a few octets beyond those of the last quad.
  std::vector<std::uint8_t> octets(quads.size() / 4 * 3 + 16);
  if (quads.empty() || mime::decode_base64(quads, octets) != quads.size()) {
    return false;
  }
  octets.resize(quads.size() / 4 * 3 - padding);
  return mime::check_public_key(octets) == mime::OpenPgpDefect::kNone;
}

}  // namespace

std::optional<std::string> bare_autocrypt(std::string_view unfolded,
                                          std::string_view author) {
  std::string_view rest = unfolded;
  const Attribute addr = next_attribute(rest);
  if (addr.name != "addr" || !mime::equal_ignoring_case(addr.value, author)) {
    return std::nullopt;
  }
  std::string field = "addr=" + std::string(author) + ";";
  Attribute next = next_attribute(rest);
  if (next.name == "prefer-encrypt") {
    if (next.value != "mutual" && next.value != "nopreference") {
      return std::nullopt;
    }
    field += " prefer-encrypt=" + std::string(next.value) + ";";
    next = next_attribute(rest);
  }
  if (next.name != "keydata" || !mime::trim(rest).empty()) return std::nullopt;
  const std::string key = characters_of(next.value);
  if (!is_key(key)) return std::nullopt;
  field += " keydata=";
  for (std::size_t at = 0; at < key.size(); at += kLine) {
    field += "\r\n\t" + key.substr(at, kLine);
  }
  return field;
}

}  // namespace policy
