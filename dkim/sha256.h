#pragma once

// SHA-256 on OpenSSL's EVP, as the sink of a canonicalizer.

#include <memory>
#include <optional>
#include <string_view>

#include "dkim/canonicalization.h"
#include "dkim/public_key.h"

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace dkim {

class Sha256 final : public OctetSink {
 public:
  Sha256();
  void write(std::string_view octets) override;
  // Call once; nullopt when OpenSSL failed at any step.
  std::optional<Digest> finish();
  // The hash of what was written so far, which can go on on its own.
  Sha256 copy() const;

 private:
  struct Deleter {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Deleter> context_;  // null after a failure
};

}  // namespace dkim
