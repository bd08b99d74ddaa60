#pragma once

// The words of the rules: every fact of a message or an envelope, every
// section.  rules/README.md lists them from this table (`chatmail rules
// facts`), and a test holds the two together.
//
// Three ask rules: the judge of a message (policy/message_facts.h), the policy
// service at RCPT and DATA, and the policy service when a message is counted.
// A fact's `where` says who of them can tell it.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "rules/vocabulary.h"

namespace policy {

// Places in vocabulary().facts.
enum class Fact : std::uint8_t {
  // Of the envelope and the connection.
  kDirection,
  kLogin,
  kReversePath,
  kReversePathDomain,
  kClientAddress,
  kClientNetwork,
  kClientIsLocal,
  kClientPort,
  kClientHelo,
  kTlsVersion,
  kTlsCipher,
  kRecipient,
  kRecipientDomain,
  kRecipientCount,
  kTooManyRecipients,
  kSoleRecipient,
  kOtherRecipientCount,
  kTime,
  kHour,
  kWeekday,
  // Of accounts.
  kAccountState,
  kAccountAge,
  // every, any, no; of each state in the order of RecipientState.
  kEveryRecipient,
  kAnyRecipient = kEveryRecipient + 6,
  kNoRecipient = kAnyRecipient + 6,
  // Of the header section.
  kHeaderTooLarge = kNoRecipient + 6,
  kHeaderDefect,
  kHeaderFields,
  kHeaderOctets,
  kHeader,
  kHeaderCount,
  kHeaderDecoded,
  kAuthor,
  kAuthorLocalPart,
  kAuthorDomain,
  kAuthorDefect,
  kAuthorIsLiteral,
  kAuthorAtClient,
  kMessageIdFits,
  // Of the whole message.
  kShape,
  kShapeDefect,
  kSize,
  kBounceText,
  kBounceStatus,
  kBounceReturned,
  kBounceReadable,
  kBounceOctets,
  kBounceDiagnostic,
  kBounceAnswersUs,
  // Of its signatures.
  kDkim,
  kDkimDomain,
  kDkimSelector,
  kDkimKey,
  kDkimReason,
  kDkimCause,
  kDkimKeyBits,
  kDkimSignatures,
  kAlignment,
  kDmarcPolicy,
  kDmarcDomain,
};
inline constexpr std::size_t kFacts =
    static_cast<std::size_t>(Fact::kDmarcDomain) + 1;

// What `every recipient STATE` and `drop STATE recipients` may say.
enum class RecipientState : std::uint8_t {
  kUnknown,         // of our domains, and there is no such account
  kEnforcing,       // takes encrypted mail only
  kTakesCleartext,  // an account from before encryption was enforced
  kDisabled,
  kLocal,   // of our domains
  kRemote,  // of another domain
};
inline constexpr std::size_t kRecipientStates = 6;

// Bits of rules::FactDefinition::where.
inline constexpr std::uint8_t kOfMessage = 1;   // inbound, outbound, internal
inline constexpr std::uint8_t kOfEnvelope = 2;  // recipient, data
inline constexpr std::uint8_t kOfLimits = 4;    // limits
inline constexpr std::uint8_t kOfData = 8;      // data alone

// Names of sections.
inline constexpr std::string_view kOnInbound = "inbound";
inline constexpr std::string_view kOnOutbound = "outbound";
inline constexpr std::string_view kOnInternal = "internal";
inline constexpr std::string_view kOnRecipient = "recipient";
inline constexpr std::string_view kOnData = "data";
inline constexpr std::string_view kOnLimits = "limits";

// The one set of header fields: outbound_fields.h.
inline constexpr std::string_view kOutboundHeaders = "outbound-headers";

const rules::Vocabulary& vocabulary();

}  // namespace policy
