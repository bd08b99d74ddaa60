#pragma once

// What the header section of an entity declares, gathered field by field.
//
// Holds the interpretation only, never the fields: Content-Type,
// Content-Transfer-Encoding, and which fields that may stand once were seen.
// Of repeated fields the first counts, and the repetition is a defect.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "mime/content_type.h"
#include "mime/defect.h"
#include "mime/limits.h"
#include "mime/sink.h"

namespace mime {

class EntityHeader {
 public:
  explicit EntityHeader(const Limits& limits) : limits_(limits) {}

  // Begins a new section.  `default_type` is that of RFC 2045 5.2, or
  // message/rfc822 inside multipart/digest (RFC 2046 5.1.5).
  void begin(std::string_view default_type);

  // Counts a field of so many octets, its line end included.  False when it
  // is beyond a limit: it is then not to be looked at and not to be told.
  bool count(std::size_t octets, DefectSet& defects);
  // Takes in a field; adds what is wrong with it.
  void add(const HeaderField& field, DefectSet& defects);
  // After the last field: adds what is wrong with the section as a whole.
  void finish(DefectSet& defects);

  const ContentType& content_type() const { return content_type_; }
  TransferEncoding transfer_encoding() const { return transfer_encoding_; }

 private:
  void add_content_type(std::string_view body, DefectSet& defects);
  void add_transfer_encoding(std::string_view body, DefectSet& defects);

  Limits limits_;
  ContentType content_type_;
  TransferEncoding transfer_encoding_ = TransferEncoding::k7bit;
  std::size_t octets_ = 0;
  std::size_t fields_ = 0;
  std::uint32_t seen_ = 0;  // one bit a field that may stand once
};

}  // namespace mime
