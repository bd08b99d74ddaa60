#include "dkim/domain_name.h"

#include <idn2.h>

#include <algorithm>

#include "dkim/limits.h"

namespace dkim {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

bool is_label_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool fits_the_dns(std::string_view name) {
  if (name.empty() || name.size() > kMaxDomainNameSize) return false;
  std::size_t label = 0;
  for (const char c : name) {
    if (c == '.') {
      if (label == 0) return false;
      label = 0;
    } else if (!is_label_character(c) || ++label > kMaxLabelSize) {
      return false;
    }
  }
  return label > 0;
}

std::optional<std::string> to_a_labels(std::string_view domain) {
  // A NUL would end the name early for libidn2; four octets a character bound
  // what it is given.
  if (domain.size() > 4 * kMaxDomainNameSize ||
      domain.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string text(domain);
  char* a_labels = nullptr;
  if (idn2_to_ascii_8z(text.c_str(), &a_labels,
                       IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) {
    return std::nullopt;
  }
  std::string name = ascii_lower(a_labels);
  idn2_free(a_labels);
  return name;
}

}  // namespace

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower(c);
  return lower;
}

std::optional<std::string> canonical_domain(std::string_view domain) {
  std::optional<std::string> name =
      is_ascii(domain) ? ascii_lower(domain) : to_a_labels(domain);
  if (!name || !fits_the_dns(*name)) return std::nullopt;
  return name;
}

bool is_same_or_below(std::string_view name, std::string_view domain) {
  if (!name.ends_with(domain)) return false;
  return name.size() == domain.size() ||
         name[name.size() - domain.size() - 1] == '.';
}

}  // namespace dkim
