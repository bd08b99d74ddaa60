#include "policy/reason.h"

namespace policy {

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::kAccepted:
      return "accepted";
    case Reason::kNoLogin:
      return "no-login";
    case Reason::kNotOwner:
      return "not-owner";
    case Reason::kTooManyRecipients:
      return "too-many-recipients";
    case Reason::kHeaderTooLarge:
      return "header-too-large";
    case Reason::kMalformed:
      return "malformed";
    case Reason::kAuthor:
      return "author";
    case Reason::kFrom:
      return "from";
    case Reason::kMessageId:
      return "message-id";
    case Reason::kCleartext:
      return "cleartext";
    case Reason::kUnsigned:
      return "unsigned";
    case Reason::kDkim:
      return "dkim";
    case Reason::kKeyLookup:
      return "key-lookup";
    case Reason::kAddressLiteral:
      return "address-literal";
    case Reason::kUnknownRecipient:
      return "unknown-recipient";
    case Reason::kAccountLookup:
      return "account-lookup";
    case Reason::kSigning:
      return "signing";
    case Reason::kRate:
      return "rate";
    case Reason::kLimitLookup:
      return "limit-lookup";
    case Reason::kDisabled:
      return "disabled";
  }
  return "unknown";
}

}  // namespace policy
