#include "dkim/result.h"

#include <array>
#include <cstddef>

namespace dkim {
namespace {

struct CauseRow {
  Cause cause;
  std::string_view word;
  std::string_view description;
  Status status;
};

constexpr std::array kCauses = {
    CauseRow{Cause::kNone, "none", "no error", Status::kPass},
    CauseRow{Cause::kSyntax, "syntax", "syntax error in the signature",
             Status::kPermerror},
    CauseRow{Cause::kDuplicateTag, "duplicate-tag",
             "a tag occurs twice in the signature", Status::kPermerror},
    CauseRow{Cause::kMissingTag, "missing-tag",
             "a required tag is missing in the signature", Status::kPermerror},
    CauseRow{Cause::kUnknownVersion, "unknown-version",
             "unknown version of the signature", Status::kPermerror},
    CauseRow{Cause::kUnknownAlgorithm, "unknown-algorithm",
             "unknown signature algorithm", Status::kPermerror},
    CauseRow{Cause::kRsaSha1, "rsa-sha1",
             "rsa-sha1 is no longer accepted (RFC 8301)", Status::kPermerror},
    CauseRow{Cause::kUnknownQueryMethod, "unknown-query-method",
             "unknown query method", Status::kPermerror},
    CauseRow{Cause::kFromNotSigned, "from-not-signed",
             "the From field is not signed", Status::kPermerror},
    CauseRow{Cause::kAuidOutsideSdid, "auid-outside-sdid",
             "i= is not in the domain of d=", Status::kPermerror},
    CauseRow{Cause::kFieldTooLarge, "field-too-large",
             "the signature field is too large", Status::kPermerror},
    CauseRow{Cause::kTooManySignatures, "too-many-signatures",
             "too many DKIM-Signature fields", Status::kPolicy},
    CauseRow{Cause::kNotAligned, "not-aligned",
             "d= is not the domain of the From field", Status::kPolicy},
    CauseRow{Cause::kExpired, "expired", "the signature has expired",
             Status::kPolicy},
    CauseRow{Cause::kFuture, "future", "the signature is from the future",
             Status::kPolicy},
    CauseRow{Cause::kBodyLength, "body-length",
             "l= does not cover the whole body", Status::kPolicy},
    CauseRow{Cause::kBodyHash, "body-hash", "body hash does not match",
             Status::kFail},
    CauseRow{Cause::kNoRecord, "no-record", "no key record in the DNS",
             Status::kPermerror},
    CauseRow{Cause::kKeySyntax, "key-syntax", "the key record is malformed",
             Status::kPermerror},
    CauseRow{Cause::kRevoked, "revoked", "the key is revoked",
             Status::kPermerror},
    CauseRow{Cause::kKeyTooSmall, "key-too-small",
             "the key is shorter than 1024 bits", Status::kPolicy},
    CauseRow{Cause::kKeyTooLarge, "key-too-large",
             "the key is longer than 4096 bits", Status::kPolicy},
    CauseRow{Cause::kKeyTypeMismatch, "key-type-mismatch",
             "the key is of another type than a= says", Status::kPermerror},
    CauseRow{Cause::kKeyHashMismatch, "key-hash-mismatch",
             "the key record does not allow sha256", Status::kPermerror},
    CauseRow{Cause::kKeyServiceMismatch, "key-service-mismatch",
             "the key record is not for email", Status::kPermerror},
    CauseRow{Cause::kKeyStrictAuid, "key-strict-auid",
             "i= is below d=, which the key record forbids",
             Status::kPermerror},
    CauseRow{Cause::kSignature, "signature", "signature does not match",
             Status::kFail},
    CauseRow{Cause::kDnsTimeout, "dns-timeout", "key lookup timed out",
             Status::kTemperror},
    CauseRow{Cause::kDnsServfail, "dns-servfail",
             "key lookup failed in the DNS", Status::kTemperror},
    CauseRow{Cause::kDnsBogus, "dns-bogus",
             "key lookup failed DNSSEC validation", Status::kTemperror},
    CauseRow{Cause::kKeyChanged, "key-changed", "the key was replaced just now",
             Status::kTemperror},
    CauseRow{Cause::kNotNeeded, "not-needed",
             "not verified, another signature passed", Status::kNeutral},
    CauseRow{Cause::kHeaderSectionTooLarge, "header-section-too-large",
             "the header section is too large", Status::kPermerror},
    CauseRow{Cause::kEngine, "engine", "internal error while verifying",
             Status::kTemperror},
};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < kCauses.size(); ++i) {
    if (kCauses[i].cause != static_cast<Cause>(i)) return false;
  }
  return kCauses.size() == static_cast<std::size_t>(Cause::kEngine) + 1;
}
static_assert(rows_are_in_order());

const CauseRow& row(Cause cause) {
  return kCauses[static_cast<std::size_t>(cause)];
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::kNone:
      return "none";
    case Status::kPass:
      return "pass";
    case Status::kFail:
      return "fail";
    case Status::kPolicy:
      return "policy";
    case Status::kNeutral:
      return "neutral";
    case Status::kTemperror:
      return "temperror";
    case Status::kPermerror:
      return "permerror";
  }
  return "none";
}

std::string_view to_string(Cause cause) { return row(cause).word; }
std::string_view describe(Cause cause) { return row(cause).description; }
Status status_of(Cause cause) { return row(cause).status; }

}  // namespace dkim
