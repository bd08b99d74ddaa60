// What rules may know of the author domain's signatures and its published
// policy.

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "policy/message_facts.h"

namespace policy {
namespace {

using rules::Value;

// The signature that the result is about, or nullptr.
const dkim::SignatureResult* deciding(const dkim::VerificationResult& result) {
  const auto found = std::find_if(
      result.signatures.begin(), result.signatures.end(),
      [&](const dkim::SignatureResult& signature) {
        return signature.aligned && signature.status == result.status &&
               (signature.cause == result.cause ||
                result.status == dkim::Status::kPass);
      });
  if (found != result.signatures.end()) return &*found;
  return result.signatures.empty() ? nullptr : &result.signatures.front();
}

}  // namespace

Value MessageFacts::dkim_value(Fact fact) {
  if (shape_ == nullptr) return Value::not_yet();
  static const dkim::VerificationResult nothing;
  const dkim::VerificationResult& result =
      world_.assumed_dkim ? nothing : dkim_();
  const dkim::Status status = world_.assumed_dkim.value_or(result.status);
  const bool fails = status == dkim::Status::kTemperror;
  switch (fact) {
    case Fact::kDkim:
      return fails ? Value::failed_as(to_string(status))
                   : Value::of(to_string(status));
    case Fact::kDkimReason:
      return Value::of(result.cause == dkim::Cause::kNone
                           ? std::string_view()
                           : to_string(result.cause));
    case Fact::kDkimCause:
      return Value::of(world_.assumed_dkim
                           ? std::string_view("result is assumed")
                           : std::string_view(result.cause_text));
    case Fact::kDkimSignatures:
      return Value::of(std::uint64_t{result.signature_fields});
    case Fact::kAlignment:
      if (fails) return Value::failed();
      return Value::of(
          std::string_view(status == dkim::Status::kPass ? "strict" : "none"));
    default:
      break;
  }
  const dkim::SignatureResult* signature = deciding(result);
  if (fact == Fact::kDkimKeyBits) {
    if (fails) return Value::failed();
    return Value::of(static_cast<std::uint64_t>(
        signature != nullptr ? signature->key_bits : 0));
  }
  if (signature == nullptr) return Value::of(std::string_view());
  if (fact == Fact::kDkimDomain) {
    return Value::of(std::string_view(signature->sdid));
  }
  if (fact == Fact::kDkimSelector) {
    return Value::of(std::string_view(signature->selector));
  }
  return kept(signature->selector + "._domainkey." + signature->sdid);
}

Value MessageFacts::dmarc_value(Fact fact) {
  if (shape_ == nullptr) return Value::not_yet();
  if (!policy_) {
    policy_ = dkim::look_up_policy(
        header_.author().mailbox.domain, world_.keys,
        std::chrono::steady_clock::now() + world_.dns_deadline);
  }
  if (policy_->status == dkim::LookupStatus::kTemperror) {
    return Value::failed();
  }
  if (fact == Fact::kDmarcDomain) {
    return Value::of(std::string_view(policy_->domain));
  }
  return Value::of(policy_->status == dkim::LookupStatus::kAbsent
                       ? std::string_view("absent")
                       : to_string(policy_->policy));
}

}  // namespace policy
