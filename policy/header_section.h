#pragma once

// The header section of one message, as far as a verdict needs it.
//
// Outbound its fields are held (bounded by policy/limits.h) until they are
// reduced; inbound only counts and the few bodies that rules look at.  What
// comes after a bound was passed is counted and let go.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mime/author.h"
#include "policy/envelope.h"
#include "policy/header_plan.h"

namespace policy {

class HeaderSection {
 public:
  explicit HeaderSection(Direction direction) : direction_(direction) {}

  void add(std::string_view name, std::string_view body);

  bool too_large() const { return too_large_; }
  // The author, of all From fields together.
  const mime::AuthorResult& author() const { return author_; }
  std::size_t octets() const { return octets_; }
  // True without a Message-ID, or when it is one that may leave.
  bool message_id_fits() const { return message_id_fits_; }
  // The From field as it was written, for a reply.
  const std::string& from_text() const { return from_text_; }

  // Removes every Authentication-Results, which only we may write (RFC 8601 5).
  const std::vector<HeaderEdit>& inbound_edits() const {
    return authentication_results_;
  }
  // Held for outbound mail; may be moved from.
  std::vector<HeaderField>& fields() { return fields_; }

 private:
  void add_from(std::string_view body);

  Direction direction_;
  std::size_t count_ = 0;
  std::size_t octets_ = 0;
  bool too_large_ = false;
  bool message_id_fits_ = true;
  mime::AuthorResult author_{{}, mime::AuthorDefect::kMissing};
  std::string from_text_;
  std::vector<HeaderEdit> authentication_results_;
  std::vector<HeaderField> fields_;
};

// The edits that reduce an outgoing header section (outbound_fields.h).
HeaderPlan reduction_of(const std::vector<HeaderField>& fields,
                        std::string_view author, bool autocrypt_setup_message);

}  // namespace policy
