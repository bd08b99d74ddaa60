#pragma once

// What keeps a signature, or a key record for it, from counting, before any
// arithmetic: times, and what the owner of the key allows it to be used for.

#include <cstdint>

#include "dkim/key_record.h"
#include "dkim/key_resolver.h"
#include "dkim/result.h"
#include "dkim/signature.h"

namespace dkim {

// kNone, kExpired or kFuture.  `now` in seconds since 1970, `drift` in seconds.
Cause judge_times(const Signature& signature, std::int64_t now,
                  std::int64_t drift);

// kNone when the record may serve this signature.
Cause judge_key(const Signature& signature, const KeyRecord& key);

// Whether the signature is as long as one by this key is (RFC 8017 8.2.2, RFC
// 8032 5.1.7): of several keys at one name it is by another.
bool has_length_of(const Signature& signature, const KeyRecord& key);

// Failures that another key could turn into a pass.
bool depends_on_key(Cause cause);

Cause cause_of(LookupFailure failure);

}  // namespace dkim
