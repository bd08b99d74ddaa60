#pragma once

// The attributes that a request may have and that somebody here reads, spelled
// as Postfix spells them (SMTPD_POLICY_README), and those of our own request,
// chatmail_spend (policy/spend_request.h).  Others are passed over: each
// version of Postfix adds some.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace policyd {

enum class Attribute : unsigned char {
  kRequest,
  kProtocolState,
  kPolicyContext,
  kHeloName,
  kQueueId,
  kSender,
  kRecipient,
  kRecipientCount,
  kClientAddress,
  kClientName,
  kClientPort,
  kInstance,
  kSaslUsername,
  kSize,
  kEncryptionProtocol,
  kEncryptionCipher,
  kEncryptionKeysize,
  kServerPort,
  // Of chatmail_spend.
  kDirection,
  kLogin,
  kReversePath,
  kShape,
  kAuthorDomain,
};
inline constexpr std::size_t kAttributes = 23;

std::string_view to_string(Attribute);
std::optional<Attribute> attribute_of(std::string_view name);

}  // namespace policyd
