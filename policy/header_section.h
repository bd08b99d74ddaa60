#pragma once

// The header section of one message, as far as a verdict needs it.
//
// Outbound its fields are held (bounded by policy/limits.h) until they are
// reduced; inbound only counts, the first field of each name that rules read,
// and where the fields are that rules edit.  What comes after a bound was
// passed is counted and let go.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mime/author.h"
#include "policy/envelope.h"
#include "policy/header_plan.h"
#include "policy/rulebook.h"

namespace policy {

class HeaderSection {
 public:
  // `rulebook` outlives it.
  HeaderSection(Direction direction, const Rulebook& rulebook)
      : direction_(direction), rulebook_(rulebook) {}

  void add(std::string_view name, std::string_view body);

  bool too_large() const { return too_large_; }
  // The author, of all From fields together.
  const mime::AuthorResult& author() const { return author_; }
  std::size_t octets() const { return octets_; }
  std::size_t count() const { return count_; }
  // True without a Message-ID, or when it is one that may leave.
  bool message_id_fits() const { return message_id_fits_; }

  // Of Rulebook::read_fields(): how many have that name, and the first one's
  // body, unfolded and trimmed.  `name` in any case.
  std::size_t count_of(std::string_view name) const;
  std::string_view body_of(std::string_view name) const;

  // Outbound all fields, which may be moved from; inbound those that rules
  // edit, without bodies.
  std::vector<HeaderField>& fields() { return fields_; }
  // Of fields(): the place of each in the section, from 0, and which one of
  // its name it is, from 1.
  std::size_t position_of(std::size_t index) const;
  int occurrence_of(std::size_t index) const;

 private:
  struct Read {
    std::size_t count = 0;
    std::string body;  // of the first
  };
  void add_from(std::string_view body);
  void read(std::string_view name, std::string_view body);

  Direction direction_;
  const Rulebook& rulebook_;
  std::size_t count_ = 0;
  std::size_t octets_ = 0;
  bool too_large_ = false;
  bool message_id_fits_ = true;
  mime::AuthorResult author_{{}, mime::AuthorDefect::kMissing};
  std::map<std::string, Read, std::less<>> read_;
  std::vector<HeaderField> fields_;
  std::vector<std::size_t> positions_;  // inbound, of fields_
};

}  // namespace policy
