#pragma once

// Why a message got its verdict.  One word for each, the same in replies'
// traces, logs and metrics.

#include <cstdint>
#include <string_view>

namespace policy {

enum class Reason : std::uint8_t {
  kAccepted,
  kNoLogin,            // 530 submission without login
  kNotOwner,           // 553 reverse-path is not the login
  kTooManyRecipients,  // 554 envelope beyond its bounds
  kHeaderTooLarge,     // 554 header section beyond its bounds
  kMalformed,          // 554 a header defect
  kAuthor,             // 500 no usable From
  kFrom,               // 500 author is not the reverse-path
  kMessageId,          // 554 Message-ID outside the grammar
  kCleartext,          // 523
  kUnsigned,           // 554 no DKIM signature
  kDkim,               // 554 no valid DKIM signature
  kKeyLookup,          // 451 the key could not be looked up
  kAddressLiteral,     // 554 a literal author from another address
  kUnknownRecipient,   // 550 none of the recipients exists
  kAccountLookup,      // 451 accounts could not be read
  kSigning,            // 451 our own signature could not be made
  kRate,               // 450 too much mail
  kLimitLookup,        // 451 limits could not be asked
  kDisabled,           // discarded in silence
};
inline constexpr int kReasonCount = 20;

std::string_view to_string(Reason);

}  // namespace policy
