// Which header fields a signature covers, as running relays sign them: the
// fields of RFC 6376 5.4.1 that carry meaning, Autocrypt and Content-Type.

#include "dkim/signer.h"

namespace dkim {

FieldNames default_oversigned_fields() {
  return {"from",
          "reply-to",
          "subject",
          "date",
          "to",
          "cc",
          "resent-date",
          "resent-from",
          "resent-sender",
          "resent-to",
          "resent-cc",
          "in-reply-to",
          "references",
          "list-id",
          "list-help",
          "list-unsubscribe",
          "list-subscribe",
          "list-post",
          "list-owner",
          "list-archive",
          "autocrypt"};
}

FieldNames default_signed_fields() {
  FieldNames names = default_oversigned_fields();
  names.emplace_back("content-type");
  return names;
}

}  // namespace dkim
