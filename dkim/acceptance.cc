#include "dkim/acceptance.h"

#include <algorithm>
#include <cstddef>

namespace dkim {
namespace {

constexpr std::size_t kEd25519SignatureSize = 64;

}  // namespace

Cause judge_times(const Signature& signature, std::int64_t now,
                  std::int64_t drift) {
  const auto seconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0));
  const auto allowed =
      static_cast<std::uint64_t>(std::max<std::int64_t>(drift, 0));
  // RFC 6376 3.5: x= and t= may both make a signature invalid.
  if (signature.expiration && seconds > allowed &&
      seconds - allowed > *signature.expiration) {
    return Cause::kExpired;
  }
  if (signature.timestamp && *signature.timestamp > seconds + allowed) {
    return Cause::kFuture;
  }
  return Cause::kNone;
}

Cause judge_key(const Signature& signature, const KeyRecord& key) {
  if (key.cause != Cause::kNone) return key.cause;
  if (key.type != signature.key_type) return Cause::kKeyTypeMismatch;
  if (!key.allows_sha256) return Cause::kKeyHashMismatch;
  if (!key.serves_email) return Cause::kKeyServiceMismatch;
  if (key.strict_auid && signature.auid_is_below) return Cause::kKeyStrictAuid;
  return Cause::kNone;
}

bool has_length_of(const Signature& signature, const KeyRecord& key) {
  const std::size_t wanted = key.type == KeyType::kRsa
                                 ? (static_cast<std::size_t>(key.bits) + 7) / 8
                                 : kEd25519SignatureSize;
  return signature.octets.size() == wanted;
}

bool depends_on_key(Cause cause) {
  return cause >= Cause::kNoRecord && cause <= Cause::kSignature;
}

Cause cause_of(LookupFailure failure) {
  switch (failure) {
    case LookupFailure::kServfail:
      return Cause::kDnsServfail;
    case LookupFailure::kBogus:
      return Cause::kDnsBogus;
    case LookupFailure::kNone:
    case LookupFailure::kTimeout:
      break;
  }
  return Cause::kDnsTimeout;
}

}  // namespace dkim
