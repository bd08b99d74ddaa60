#pragma once

// Every bound of this folder, with its reason.  What exceeds one is a result
// with a cause, never a crash and never unbounded work.

#include <cstddef>
#include <cstdint>

namespace dkim {

// DKIM-Signature fields looked at in one message.  Mailing services and lists
// add two or three; each costs a parse, and an aligned one a lookup and a
// public-key step.
inline constexpr std::size_t kMaxSignatureFields = 10;

// A message full of signatures costs at most twice one signature; so, of the
// author domain's:
//
// Those whose header hash is made and whose key is looked up, by different keys
// where there are some: who signs with two keys for each of two selectors has
// four, and one that holds is enough.
inline constexpr std::size_t kMaxCandidates = 2;

// Public-key operations, of all signatures and of all keys at their names; as
// many again with keys that a fresh lookup brought.  One alone for a message
// with more DKIM-Signature fields than honest ones have: they cost as well.
inline constexpr std::size_t kMaxKeySteps = 2;
inline constexpr std::size_t kMostHonestSignatures = 4;

// Lookups that begin before the header section has ended.  With those of the
// candidates, when none of them is the same, four names a message.
inline constexpr std::size_t kMaxEarlyLookups = kMaxCandidates;

// One DKIM-Signature field body.  The longest seen in the wild (h= with sixty
// names, RSA-4096, z= absent) is below 4 KiB.
inline constexpr std::size_t kMaxSignatureFieldSize = std::size_t{16} * 1024;

// All of those that are read of one message; ten usual ones have 8 KB.
inline constexpr std::size_t kMaxSignatureOctets = kMaxSignatureFieldSize;

// Tags in one tag-list; RFC 6376 defines fourteen for a signature.
inline constexpr std::size_t kMaxTags = 64;

// Names in h=.  A signer that oversigns lists about fifty.
inline constexpr std::size_t kMaxSignedFields = 512;

// Once the signatures of the author that were read list more than these, no
// further one is.
inline constexpr std::size_t kManySignedFields = 128;

// Octets of the header section kept until end_of_header(); policy bounds a
// header section lower than this.
inline constexpr std::size_t kMaxHeaderSection = std::size_t{1024} * 1024;

// One key record, its strings joined.  RSA-4096 needs about 800 octets.
inline constexpr std::size_t kMaxKeyRecordSize = std::size_t{8} * 1024;

// Key records at one name that are parsed.  RFC 6376 3.6.2.2 leaves several
// undefined; each usable one is tried.
inline constexpr std::size_t kMaxKeyRecords = 4;

// TXT records at one name among which they are looked for: a wildcard brings
// all the tokens and the SPF of a domain along.
inline constexpr std::size_t kMaxTextRecords = 64;

// One DMARC policy record that is kept; what is longer is as if it were not
// there.  Two of them are none (RFC 9989 4.7), so no third is kept.
inline constexpr std::size_t kMaxPolicyRecordSize = std::size_t{4} * 1024;
inline constexpr std::size_t kMaxPolicyRecords = 2;

// RFC 8301 3.2: shorter keys are never valid; a verifier must know up to 4096.
// A longer key costs the verifier more than it gains anyone.
inline constexpr int kMinRsaBits = 1024;
inline constexpr int kMaxRsaBits = 4096;

// The largest public exponent in bits.  65537 is what everyone uses; a
// full-size exponent makes a verification as dear as a signature.
inline constexpr int kMaxRsaExponentBits = 33;

// A DNS name in text, without the final dot (RFC 1035 2.3.4).
inline constexpr std::size_t kMaxDomainNameSize = 253;
inline constexpr std::size_t kMaxLabelSize = 63;

// cause_text is one line in an SMTP reply.
inline constexpr std::size_t kMaxCauseText = 200;

// A PEM file with one private key; RSA-4096 is 3.3 KiB.
inline constexpr std::size_t kMaxKeyFileSize = std::size_t{64} * 1024;

}  // namespace dkim
