#include "policy/signing.h"

#include <algorithm>

#include "mime/ascii.h"
#include "policy/reply.h"

namespace policy {

Signing::Signing(const Configuration& configuration,
                 std::string_view author_domain, std::int64_t now) {
  for (const auto& key : configuration.signing_keys) {
    if (mime::equal_ignoring_case(key->domain(), author_domain)) {
      options_.keys.push_back(key);
    }
  }
  if (options_.keys.empty()) return;
  options_.engine = configuration.dkim_engine;
  options_.signed_fields.assign(configuration.signed_fields.begin(),
                                configuration.signed_fields.end());
  options_.oversigned_fields.assign(configuration.oversigned_fields.begin(),
                                    configuration.oversigned_fields.end());
  options_.timestamp = configuration.signature_timestamp;
  options_.lifetime_seconds = configuration.signature_lifetime_seconds;
  signer_.emplace(options_, now);
}

void Signing::header_section(const std::vector<HeaderField>& fields) {
  if (!signer_) return;
  for (const HeaderField& field : fields) {
    signer_->header_field(field.name, field.body);
  }
  signer_->end_of_header();
}

void Signing::body(std::string_view octets) {
  if (signer_) signer_->body(octets);
}

std::string Signing::finish(std::vector<HeaderField>& fields) {
  if (!signer_) return {};
  dkim::SigningResult result = signer_->finish();
  for (std::string& body : result.field_bodies) {
    fields.push_back({"DKIM-Signature", std::move(body)});
  }
  return result.error;
}

HeaderField authentication_results(const Configuration& configuration,
                                   const dkim::VerificationResult& result) {
  std::string body = " " + (configuration.mail_domains.empty()
                                ? std::string("localhost")
                                : configuration.mail_domains.front());
  if (result.signatures.empty()) {
    body += "; dkim=" + std::string(to_string(result.status));
  }
  for (const dkim::SignatureResult& signature : result.signatures) {
    body += ";\r\n\tdkim=" + std::string(to_string(signature.status)) +
            " header.d=" + quoted(signature.sdid) +
            " header.s=" + quoted(signature.selector);
  }
  return {"Authentication-Results", body};
}

}  // namespace policy
