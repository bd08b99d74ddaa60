#pragma once

// The message, or the header section, that a delivery status notification
// brings back (RFC 6522 3): parsed by a parser of its own, one level deep.
//
// Held: its header section up to limits, for the check of our own signature,
// and the recogniser of its payload.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "mime/encrypted_shape.h"
#include "mime/parser.h"

namespace mime {

class ReturnedMessage : private Sink {
 public:
  explicit ReturnedMessage(const ShapeOptions& options);

  void write(std::string_view octets);
  // Call once, after the last write().
  void finish();

  // False when its header section is beyond what a parser reads.
  bool is_bounded() const { return bounded_; }
  // True when the payload is encrypted or there is none.
  bool is_silent() const { return silent_; }
  std::size_t header_octets() const { return header_octets_; }
  std::size_t body_octets() const { return body_octets_; }
  std::vector<std::pair<std::string, std::string>>& fields() { return fields_; }

 private:
  void header_field(int depth, const HeaderField& field) override;
  bool part_begin(const PartInfo& part) override;
  void body(std::string_view octets) override;
  void decoded(std::string_view octets) override;
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void part_end(int depth) override;
  void defect(int depth, Defect defect) override;

  std::vector<std::pair<std::string, std::string>> fields_;
  std::size_t header_octets_ = 0;
  std::size_t body_octets_ = 0;
  bool bounded_ = true;
  bool silent_ = true;
  bool is_encrypted_type_ = false;
  OuterFields outer_;
  EncryptedShape shape_;
  Parser parser_;
};

}  // namespace mime
