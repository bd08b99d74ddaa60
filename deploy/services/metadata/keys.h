#pragma once

// The keys that Dovecot asks for, in its dict's spelling of METADATA
// (RFC 5464):
//   /private/devicetoken of INBOX           priv/<guid>/devicetoken
//   /shared/vendor/deltachat/NAME of "" shared/<guid>/vendor/vendor.dovecot/
//                                           pvt/server/vendor/deltachat/NAME
// <guid> is that of the user's INBOX, and says nothing that the user does not.

#include <cstdint>
#include <string_view>

namespace metadata {

enum class Key : std::uint8_t {
  kDeviceToken,
  kMessageNew,  // set by Dovecot when mail was delivered
  kIrohRelay,
  kTurn,
  kMaxSmtpRecipients,
  kAppVersions,
  kUnknown,
};

Key key_of(std::string_view key);

}  // namespace metadata
