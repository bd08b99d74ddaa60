#pragma once

// What a DKIM engine does for a Signer: hash, sign, and write the fields.
// Which header fields are signed is the Signer's.

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "dkim/header_section.h"
#include "dkim/signer.h"

namespace dkim {

class SignEngine {
 public:
  virtual ~SignEngine() = default;
  // `signed_fields` is h=, name by name; the section is not there any more
  // afterwards.
  virtual void begin(HeaderSection& section,
                     const std::vector<std::string_view>& signed_fields) = 0;
  virtual void body(std::string_view octets) = 0;
  virtual SigningResult finish() = 0;
};

// `options` outlives the engine.
std::unique_ptr<SignEngine> make_native_sign_engine(
    const SignerOptions& options, std::int64_t now);
std::unique_ptr<SignEngine> make_opendkim_sign_engine(
    const SignerOptions& options, std::int64_t now);

}  // namespace dkim
