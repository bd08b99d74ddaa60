#pragma once

// Verifies the DKIM signatures of one message in strict alignment.
//
// Only signatures whose d= equals the author domain can pass (RFC 9989, strict
// identifier alignment); others are listed and cost nothing.  Strictness
// beyond RFC 6376: rsa-sha1 never (RFC 8301), keys of 1024 to 4096 bits, no l=
// other than the whole body, k= must match a=, From must be signed.
//
// A key lookup begins when its DKIM-Signature field has been read, where the
// author is expected to be of its domain, and at the end of the header section
// at the latest.  That is kept until end_of_header(), which computes the header
// hashes and lets it go.  From then on the state is
// two hash contexts and a few hundred octets for each candidate.  The body is
// hashed once for each body canonicalization that occurs, so ten signatures
// cost at most twice the hashing of one.
//
// A key that came out of a cache and does not verify is looked up afresh once
// before the signature is refused, and so is one that is not there.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "dkim/key_resolver.h"
#include "dkim/result.h"

namespace dkim {

enum class EngineKind : std::uint8_t {
  kNative,    // OpenSSL's EVP
  kOpendkim,  // libopendkim
};

struct VerifierOptions {
  EngineKind engine = EngineKind::kNative;
  // How far the signer's clock may be from ours, for t= and x=.
  std::int64_t clock_drift_seconds = 300;
  // Verifies those of other domains too, and goes on after one has passed: for
  // a person who asks about a message, not for a relay.
  bool every_signature = false;
};

class Verifier {
 public:
  // `resolver` outlives the verifier.
  Verifier(const VerifierOptions& options, KeyResolver& resolver);
  ~Verifier();
  Verifier(Verifier&&) noexcept;
  Verifier& operator=(Verifier&&) noexcept;

  // Of which domain the author probably is, as far as is known: that of the
  // reverse-path, and later that of From.  From now on it is its signatures'
  // keys that are looked up early.  It decides nothing; a domain that is none
  // expects nobody.
  void expect_author(std::string_view domain);

  // One header field, in order: `body` is all behind the colon, with its
  // leading blank and its foldings as CRLF, without the final CRLF.
  void header_field(std::string_view name, std::string_view body);

  // `author_domain` is the domain of From, A-labels or U-labels, or empty when
  // there is none to align with; `now` in seconds since 1970.
  void end_of_header(std::string_view author_domain, std::int64_t now);

  // After end_of_header(): whether any signature can still pass.  When not,
  // body() may be left out and finish() does not wait.
  bool wants_body() const;

  void body(std::string_view octets);

  // Call once.  Waits for keys until `deadline` at most.
  VerificationResult finish(std::chrono::steady_clock::time_point deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dkim
