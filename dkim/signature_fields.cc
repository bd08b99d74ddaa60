#include "dkim/signature_fields.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "dkim/limits.h"

namespace dkim {

void SignatureFields::add(std::size_t field, std::string_view body) {
  ++count_;
  if (fields_.size() == kMaxSignatureFields) return;
  SignatureField& added = fields_.emplace_back();
  added.field = field;
  added.signature.cause = Cause::kTooManySignatures;
  progress_.push_back(Progress::kNothing);
  octets_ += body.size();
  if (octets_ > kMaxSignatureOctets && !reads_all_) {
    added.signature.cause = Cause::kFieldTooLarge;
    progress_.back() = Progress::kAll;
    return;
  }
  // What is too large is refused by its first octets.
  added.text = body.substr(0, kMaxSignatureFieldSize + 1);
  if (domain_ || reads_all_) {
    read_on([](const Signature&) { return true; });
  }
}

void SignatureFields::expect_author(std::optional<std::string> domain) {
  if (domain == domain_) return;
  domain_ = std::move(domain);
  // Those of a guess that was wrong take nothing from the author's.
  names_ = 0;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (progress_[i] == Progress::kNames) progress_[i] = Progress::kNothing;
    if (is_wanted(fields_[i].signature)) {
      names_ += fields_[i].signature.signed_fields.size();
    }
  }
  if (domain_) read_on([](const Signature&) { return true; });
}

void SignatureFields::settle(std::optional<std::string> domain,
                             const Counts& counts) {
  expect_author(std::move(domain));
  read_on(counts);
}

bool SignatureFields::is_wanted(const Signature& signature) const {
  return signature.cause == Cause::kNone && domain_ &&
         signature.domain == *domain_;
}

void SignatureFields::read_on(const Counts& counts) {
  std::vector<std::string_view> keys;  // of the good ones
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const bool is_enough =
        keys.size() == kMaxCandidates || names_ > kManySignedFields;
    if (is_enough && !reads_all_) return;
    if (progress_[i] == Progress::kNothing) read_one(i);
    const Signature& signature = fields_[i].signature;
    if (is_wanted(signature) && counts(signature) &&
        std::find(keys.begin(), keys.end(), signature.key_name) == keys.end()) {
      keys.push_back(signature.key_name);
    }
  }
}

void SignatureFields::read_one(std::size_t index) {
  SignatureField& field = fields_[index];
  if (reads_all_) {
    field.signature = parse_signature(field.text);
    progress_[index] = Progress::kAll;
    return;
  }
  // Without an author nobody's domain is his.
  field.signature = parse_signature_of(domain_.value_or(""), field.text);
  names_ += field.signature.signed_fields.size();
  progress_[index] = field.signature.cause == Cause::kNotAligned
                         ? Progress::kNames
                         : Progress::kAll;
}

}  // namespace dkim
