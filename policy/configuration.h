#pragma once

// The values that an operator sets, as a verdict needs them.  Immutable once
// built: a reload builds a new one, and messages under way keep theirs.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "dkim/signer.h"
#include "dkim/verifier.h"
#include "policy/rulebook.h"

namespace policy {

struct Configuration {
  // The domains whose accounts are here, in lower case; an address literal
  // with its brackets.
  std::vector<std::string> mail_domains;
  // Keys to sign with, each with its domain and selector; one signature each.
  std::vector<std::shared_ptr<const dkim::SigningKey>> signing_keys;
  // Names of header fields in lower case.
  std::vector<std::string> signed_fields = names(dkim::default_signed_fields());
  std::vector<std::string> oversigned_fields =
      names(dkim::default_oversigned_fields());
  bool signature_timestamp = true;              // t=
  std::int64_t signature_lifetime_seconds = 0;  // x=, 0: none
  dkim::EngineKind dkim_engine = dkim::EngineKind::kNative;

  // GnuPG's OCB packet, which is not in RFC 9580.
  bool ocb_packet_inbound = true;
  bool ocb_packet_outbound = false;
  // Autocrypt Setup Messages to oneself.
  bool autocrypt_setup_message = false;
  // What decides; never null where a message is judged.
  std::shared_ptr<const Rulebook> rulebook;

 private:
  static std::vector<std::string> names(const dkim::FieldNames& views) {
    return {views.begin(), views.end()};
  }
};

}  // namespace policy
