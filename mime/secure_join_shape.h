#pragma once

// The first message of a Secure-Join handshake of protocol version 2, which
// has to be readable because no key has been exchanged yet: multipart/mixed
// with one text/plain part whose body repeats the Secure-Join field.
//
// Left to policy: one recipient, the size, how many an hour.

#include <string>

#include "mime/shape_candidate.h"

namespace mime {

class SecureJoinShape : public ShapeCandidate {
 public:
  // `outer` outlives the candidate.
  explicit SecureJoinShape(const OuterFields& outer) : outer_(outer) {}

  void header_field(int depth, const HeaderField& field) override;
  bool part_begin(const PartInfo& part) override;
  void decoded(std::string_view octets) override;
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void finish(ShapeResult& result) override;

 private:
  const OuterFields& outer_;
  int parts_ = 0;
  std::string text_;
};

}  // namespace mime
