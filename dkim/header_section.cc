#include "dkim/header_section.h"

#include <algorithm>

#include "dkim/domain_name.h"
#include "dkim/limits.h"

namespace dkim {
namespace {

std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(ascii_lower(c));
    hash *= 1099511628211ULL;
  }
  return hash;
}

int compare_ignoring_case(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    const int order = ascii_lower(a[i]) - ascii_lower(b[i]);
    if (order != 0) return order;
  }
  if (a.size() == b.size()) return 0;
  return a.size() < b.size() ? -1 : 1;
}

// A name may have white space before the colon (RFC 5322 4.5).
std::string_view bare_name(std::string_view name) {
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  return name;
}

}  // namespace

bool HeaderSection::add(std::string_view name, std::string_view body) {
  if (octets_.size() + name.size() + body.size() > kMaxHeaderSection) {
    return false;
  }
  if (octets_.empty()) {
    octets_.reserve(4096);
    fields_.reserve(32);
  }
  fields_.push_back({octets_.size(), name.size(), body.size()});
  octets_.append(name).append(body);
  index_.clear();
  return true;
}

mime::HeaderField HeaderSection::field(std::size_t index) const {
  const Place& place = fields_[index];
  const std::string_view octets = octets_;
  return {octets.substr(place.begin, place.name_size),
          octets.substr(place.begin + place.name_size, place.body_size)};
}

void HeaderSection::build_index() {
  index_.reserve(fields_.size());
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const std::string_view name = bare_name(field(i).name);
    index_.push_back({hash_of(name), name, i});
  }
  std::sort(index_.begin(), index_.end(), [](const Entry& a, const Entry& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = compare_ignoring_case(a.name, b.name);
    return order != 0 ? order < 0 : a.field < b.field;
  });
}

std::vector<std::size_t> HeaderSection::choose(
    const std::vector<std::string_view>& names, std::size_t left_out) {
  if (index_.size() != fields_.size()) build_index();
  std::vector<std::size_t> chosen;
  chosen.reserve(std::min(names.size(), fields_.size()));
  // For the last entry of each name, how many of its instances are taken.
  std::vector<std::uint16_t> taken(index_.size());
  for (const std::string_view name : names) {
    const std::uint64_t hash = hash_of(name);
    const auto behind =
        std::upper_bound(index_.begin(), index_.end(), name,
                         [hash](std::string_view wanted, const Entry& entry) {
                           if (hash != entry.hash) return hash < entry.hash;
                           return compare_ignoring_case(wanted, entry.name) < 0;
                         });
    if (behind == index_.begin()) continue;
    const auto last = static_cast<std::size_t>(behind - index_.begin()) - 1;
    const auto is_next = [&](const Entry& entry) {
      return entry.hash == hash && equals_ignoring_case(entry.name, name);
    };
    while (taken[last] <= last && is_next(index_[last - taken[last]])) {
      const std::size_t field = index_[last - taken[last]].field;
      ++taken[last];
      if (field == left_out) continue;
      chosen.push_back(field);
      break;
    }
  }
  return chosen;
}

}  // namespace dkim
