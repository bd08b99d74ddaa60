#pragma once

// What a DKIM engine does for a Verifier: hash what a signature covers, and
// compare.  Which signatures count, which keys serve, and what a result is
// called is the Verifier's; so two engines can only differ in canonicalization
// and cryptography, and each is the other's oracle.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "dkim/header_section.h"
#include "dkim/key_record.h"
#include "dkim/result.h"
#include "dkim/signature.h"
#include "dkim/verifier.h"

namespace dkim {

// A signature that may pass, and where its field stands.
struct Candidate {
  const Signature* signature = nullptr;
  std::size_t field = 0;
};

class VerifyEngine {
 public:
  virtual ~VerifyEngine() = default;
  // Header hashes.  The section and the signatures' signed_fields are not
  // there any more afterwards; the signatures themselves are.
  virtual void begin(HeaderSection& section,
                     const std::vector<Candidate>& candidates) = 0;
  virtual void body(std::string_view octets) = 0;
  // After the last body().
  virtual void end_of_body() = 0;
  // kNone, kBodyHash, kBodyLength or kEngine.  An engine that cannot tell
  // without the key says kNone here and the cause in check_signature().
  virtual Cause check_body(std::size_t candidate) = 0;
  // With a usable key: kNone when the signature holds.
  virtual Cause check_signature(std::size_t candidate,
                                const KeyRecord& key) = 0;
};

std::unique_ptr<VerifyEngine> make_native_engine();
std::unique_ptr<VerifyEngine> make_opendkim_engine();

}  // namespace dkim
