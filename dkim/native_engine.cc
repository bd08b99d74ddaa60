// The engine on OpenSSL's EVP: keys are parsed once by whoever caches them,
// the header section is hashed at once, and the body once for each of the two
// canonicalizations that occurs.

#include <array>
#include <optional>

#include "dkim/engine.h"
#include "dkim/header_hash.h"
#include "dkim/sha256.h"

namespace dkim {
namespace {

class BodyHash {
 public:
  explicit BodyHash(Canonicalization form) : canonicalizer_(form) {}
  void write(std::string_view octets) { canonicalizer_.write(octets, hash_); }
  void finish() {
    canonicalizer_.finish(hash_);
    digest_ = hash_.finish();
  }
  std::uint64_t length() const { return canonicalizer_.length(); }
  const std::optional<Digest>& digest() const { return digest_; }

 private:
  BodyCanonicalizer canonicalizer_;
  Sha256 hash_;
  std::optional<Digest> digest_;
};

class NativeEngine : public VerifyEngine {
 public:
  void begin(HeaderSection& section,
             const std::vector<Candidate>& candidates) override {
    for (const Candidate& candidate : candidates) {
      const Signature& signature = *candidate.signature;
      checks_.push_back(
          {&signature, header_hash(section, signature, candidate.field)});
      auto& body = body_hash(signature);
      if (!body) body.emplace(signature.body_canonicalization);
    }
  }

  void body(std::string_view octets) override {
    for (auto& body : bodies_) {
      if (body) body->write(octets);
    }
  }

  void end_of_body() override {
    for (auto& body : bodies_) {
      if (body) body->finish();
    }
  }

  Cause check_body(std::size_t candidate) override {
    const Signature& signature = *checks_[candidate].signature;
    const BodyHash& body = *body_hash(signature);
    if (signature.body_length && *signature.body_length != body.length()) {
      return Cause::kBodyLength;
    }
    if (!body.digest()) return Cause::kEngine;
    return *body.digest() == signature.body_hash ? Cause::kNone
                                                 : Cause::kBodyHash;
  }

  Cause check_signature(std::size_t candidate, const KeyRecord& key) override {
    const Check& check = checks_[candidate];
    if (!check.header_hash) return Cause::kEngine;
    return verify_digest(key.public_key, *check.header_hash,
                         check.signature->octets)
               ? Cause::kNone
               : Cause::kSignature;
  }

 private:
  struct Check {
    const Signature* signature;
    std::optional<Digest> header_hash;
  };

  std::optional<BodyHash>& body_hash(const Signature& signature) {
    return bodies_[static_cast<std::size_t>(signature.body_canonicalization)];
  }

  std::vector<Check> checks_;
  std::array<std::optional<BodyHash>, 2> bodies_;
};

}  // namespace

std::unique_ptr<VerifyEngine> make_native_engine() {
  return std::make_unique<NativeEngine>();
}

}  // namespace dkim
