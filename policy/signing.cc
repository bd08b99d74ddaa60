#include "policy/signing.h"

#include <algorithm>

#include "mime/ascii.h"
#include "policy/reply.h"

namespace policy {

dkim::SignerOptions signer_options(const Configuration& configuration) {
  dkim::SignerOptions options;
  options.engine = configuration.dkim_engine;
  options.signed_fields.assign(configuration.signed_fields.begin(),
                               configuration.signed_fields.end());
  options.oversigned_fields.assign(configuration.oversigned_fields.begin(),
                                   configuration.oversigned_fields.end());
  options.timestamp = configuration.signature_timestamp;
  options.lifetime_seconds = configuration.signature_lifetime_seconds;
  return options;
}

Signing::Signing(const Configuration& configuration,
                 std::string_view author_domain, std::int64_t now)
    : options_(signer_options(configuration)) {
  for (const auto& key : configuration.signing_keys) {
    if (mime::equal_ignoring_case(key->domain(), author_domain)) {
      options_.keys.push_back(key);
    }
  }
  if (!options_.keys.empty()) signer_.emplace(options_, now);
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

namespace {

// A value of RFC 8601 2.2: a token (RFC 2045 5.1) or a quoted string.
std::string result_value(std::string_view foreign_text) {
  std::string text = quoted(foreign_text);
  constexpr std::string_view kSpecial = " ()<>@,;:\\\"/[]?=";
  if (!text.empty() && text.find_first_of(kSpecial) == std::string::npos) {
    return text;
  }
  std::string value = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') value += '\\';
    value += c;
  }
  return value + '"';
}

}  // namespace

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
            " header.d=" + result_value(signature.sdid) +
            " header.s=" + result_value(signature.selector);
    // Which of several signatures of one domain it is (RFC 6008).
    if (!signature.signature_prefix.empty()) {
      body += " header.b=" + result_value(signature.signature_prefix);
    }
  }
  return {"Authentication-Results", body};
}

}  // namespace policy
