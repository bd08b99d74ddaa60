#pragma once

// What came of the DKIM signatures of a message.
//
// Status has the words of RFC 8601 2.7.1.  How they are used here: fail is a
// hash or a signature that does not match; policy is a signature that may be
// right but is not acceptable (too short a key, rsa-sha1, l=, expired, not of
// the author's domain); permerror is a signature or key record that cannot be
// used; temperror is DNS trouble and nothing else.
//
// Cause is the one step that decided, and cause_text tells it to the sender's
// postmaster in one line.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dkim {

enum class Status : std::uint8_t {
  kNone,
  kPass,
  kFail,
  kPolicy,
  kNeutral,
  kTemperror,
  kPermerror,
};

// In the order of the steps, so that of two failures the greater one came
// further.
enum class Cause : std::uint8_t {
  kNone,
  // Of the signature field.
  kSyntax,
  kDuplicateTag,        // RFC 6376 3.2
  kMissingTag,          // RFC 6376 3.5
  kUnknownVersion,      // v= is not 1
  kUnknownAlgorithm,    // a=
  kRsaSha1,             // RFC 8301 3.1
  kUnknownQueryMethod,  // q= without dns/txt
  kFromNotSigned,       // RFC 6376 5.4
  kAuidOutsideSdid,     // i= is not d= or below it
  kFieldTooLarge,
  kTooManySignatures,
  kNotAligned,  // d= is not the author domain
  kExpired,     // x=
  kFuture,      // t=
  kBodyLength,  // l= is not the whole body
  kBodyHash,
  // Of the key record.
  kNoRecord,
  kKeySyntax,
  kRevoked,  // p= is empty
  kKeyTooSmall,
  kKeyTooLarge,
  kKeyTypeMismatch,     // k= against a=
  kKeyHashMismatch,     // h= of the record
  kKeyServiceMismatch,  // s= of the record
  kKeyStrictAuid,       // t=s, and i= is not exactly d=
  kSignature,
  // Of the world.
  kDnsTimeout,
  kDnsServfail,
  kDnsBogus,
  kKeyChanged,  // the key was replaced while the message was verified
  // Of ourselves.
  kNotNeeded,  // another aligned signature has passed already
  kHeaderSectionTooLarge,
  kEngine,  // the cryptographic library failed
};

// The word of RFC 8601, and the word that logs and metrics use.
std::string_view to_string(Status);
std::string_view to_string(Cause);
// The same for a person: "body hash does not match".
std::string_view describe(Cause);
// The status that a cause leads to.
Status status_of(Cause);

struct SignatureResult {
  Status status = Status::kNone;
  Cause cause = Cause::kNone;
  bool aligned = false;          // sdid equals the author domain
  bool testing = false;          // the key record says t=y; the result stands
  int key_bits = 0;              // exact; 256 for Ed25519; 0 without a key
  std::string algorithm;         // a=, empty when unparsable
  std::string sdid;              // d=, as it was written
  std::string selector;          // s=
  std::string auid;              // i=, empty when absent
  std::string signature_prefix;  // first octets of b= (RFC 8601 2.7.1 header.b)
};

struct VerificationResult {
  // kPass when any aligned signature passes; kNone without any DKIM-Signature
  // field; otherwise that of the aligned signature that came furthest, with
  // temperror before every other failure.
  Status status = Status::kNone;
  Cause cause = Cause::kNone;
  // "opendkim._domainkey.example.org: body hash does not match"; printable
  // ASCII, at most kMaxCauseText octets; empty for kPass and kNone.
  std::string cause_text;
  // In the order of the header section, at most kMaxSignatureFields.
  std::vector<SignatureResult> signatures;
  // How many DKIM-Signature fields the message has, looked at or not.
  std::size_t signature_fields = 0;
};

}  // namespace dkim
