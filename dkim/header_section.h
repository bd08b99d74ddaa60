#pragma once

// The header section of one message, kept until its hashes are computed, and
// the choice of fields that h= asks for (RFC 6376 5.4.2): for each time a name
// is listed, the next instance of it from the bottom up.
//
// Fields lie in one arena; choosing costs the logarithm of the number of
// fields for each name, whatever the names are.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mime/sink.h"

namespace dkim {

class HeaderSection {
 public:
  // False, and nothing is added, when the section would be too large.
  bool add(std::string_view name, std::string_view body);

  std::size_t size() const { return fields_.size(); }
  // The views hold until the next add().
  mime::HeaderField field(std::size_t index) const;

  // The fields that `names` choose, in that order; names without a further
  // instance choose nothing, and nothing chooses the field `left_out`.
  static constexpr std::size_t kNone = SIZE_MAX;
  std::vector<std::size_t> choose(const std::vector<std::string_view>& names,
                                  std::size_t left_out = kNone);

 private:
  struct Place {
    std::size_t begin;
    std::size_t name_size;
    std::size_t body_size;
  };
  // A field in the index, which is sorted by name and then position; the hash
  // spares nearly all comparisons of names.
  struct Entry {
    std::uint64_t hash;
    std::string_view name;
    std::size_t field;
  };

  void build_index();

  std::string octets_;
  std::vector<Place> fields_;
  std::vector<Entry> index_;  // built by the first choose()
};

}  // namespace dkim
