#pragma once

// PGP/MIME (RFC 3156 section 4): multipart/encrypted with exactly two leaves,
// `Version: 1` and one armored OpenPGP message, and nothing that a person
// could read before, between, after or on them.
//
// Held: the text of the first part and of the preamble, up to 256 octets
// each, and the recogniser's state.

#include <optional>
#include <string>

#include "mime/encoded_lines.h"
#include "mime/openpgp_message.h"
#include "mime/shape_candidate.h"

namespace mime {

class EncryptedShape : public ShapeCandidate {
 public:
  // `outer` outlives the candidate.
  EncryptedShape(const ShapeOptions& options, const OuterFields& outer);

  void header_field(int depth, const HeaderField& field) override;
  bool part_begin(const PartInfo& part) override;
  void body(std::string_view octets) override;
  void decoded(std::string_view octets) override;
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void part_end(int depth) override;
  void finish(ShapeResult& result) override;

 private:
  enum class Part { kOutside, kVersion, kPayload };
  void begin_top(const PartInfo& part);
  void end_preamble();

  const ShapeOptions options_;
  const OuterFields& outer_;
  Part part_ = Part::kOutside;
  int leaves_ = 0;
  std::string text_;  // of the preamble, then of the version part
  std::optional<EncodedLines> lines_;  // of this part
  std::optional<OpenPgpMessage> payload_;
};

}  // namespace mime
