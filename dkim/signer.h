#pragma once

// Signs an outgoing message: one DKIM-Signature field for each key.
//
// Private keys are read and parsed once (SigningKey) and shared by all
// messages and threads.  The header section is hashed at end_of_header() and
// let go; the body is hashed once whatever the number of keys.
//
// Received is never signed, whatever the options say: relays add it and some
// remove it (RFC 6376 5.4.1).

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/canonicalization.h"
#include "dkim/signing_key.h"
#include "dkim/verifier.h"

namespace dkim {

// Names of header fields in lower case; they are not owned.
using FieldNames = std::vector<std::string_view>;

// The header fields that are signed when present.
FieldNames default_signed_fields();
// Those that are listed once more than they occur, so that none can be added.
FieldNames default_oversigned_fields();

struct SignerOptions {
  EngineKind engine = EngineKind::kNative;
  Canonicalization header_canonicalization = Canonicalization::kRelaxed;
  Canonicalization body_canonicalization = Canonicalization::kSimple;
  FieldNames signed_fields = default_signed_fields();
  FieldNames oversigned_fields = default_oversigned_fields();
  bool timestamp = true;              // t=
  std::int64_t lifetime_seconds = 0;  // x= is t= plus this; 0: no x=
  // In this order: the first one's field comes first.
  std::vector<std::shared_ptr<const SigningKey>> keys;
};

struct SigningResult {
  // Complete bodies of DKIM-Signature fields, each with its leading blank,
  // folded with CRLF, without the final CRLF; to be inserted at the top.
  std::vector<std::string> field_bodies;
  std::string error;  // not empty: nothing was signed, and why
};

class Signer {
 public:
  // `options` outlives the signer; `now` in seconds since 1970.
  Signer(const SignerOptions& options, std::int64_t now);
  ~Signer();
  Signer(Signer&&) noexcept;
  Signer& operator=(Signer&&) noexcept;

  // As Verifier::header_field().
  void header_field(std::string_view name, std::string_view body);
  void end_of_header();
  void body(std::string_view octets);
  // Call once.
  SigningResult finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dkim
