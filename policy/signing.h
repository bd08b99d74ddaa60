#pragma once

// Our own signature on an outgoing message, and our own word on an incoming
// one (Authentication-Results, RFC 8601).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/result.h"
#include "dkim/signer.h"
#include "policy/configuration.h"
#include "policy/header_plan.h"

namespace policy {

// How our signatures look; the keys are still to come.  It refers to
// `configuration`.
dkim::SignerOptions signer_options(const Configuration& configuration);

// Signs with the keys of the author's domain, and never with another's;
// without one it does nothing.
class Signing {
 public:
  // `configuration` outlives it.
  Signing(const Configuration& configuration, std::string_view author_domain,
          std::int64_t now);
  // The signer refers to the options.
  Signing(const Signing&) = delete;
  Signing& operator=(const Signing&) = delete;

  // The header section as it will leave.
  void header_section(const std::vector<HeaderField>& fields);
  void body(std::string_view octets);
  // Appends the signature fields.  Returns why it could not be signed, or "".
  std::string finish(std::vector<HeaderField>& fields);

 private:
  dkim::SignerOptions options_;
  std::optional<dkim::Signer> signer_;
};

HeaderField authentication_results(const Configuration& configuration,
                                   const dkim::VerificationResult& result);

}  // namespace policy
