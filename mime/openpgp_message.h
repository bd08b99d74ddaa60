#pragma once

// Is this octet stream one ASCII-armored, encrypted OpenPGP message?
//
// A push recogniser: armor (RFC 9580 6) is taken off, base64 decoded and the
// packet sequence (RFC 9580 10.3) checked field by field while octets stream
// by.  An encrypted message is session-key packets followed by exactly one
// encrypted-data packet that ends where the input ends; nothing that a person
// could read may stand anywhere.  State is bounded whatever the input.

#include <memory>
#include <string_view>

#include "mime/openpgp_defect.h"

namespace mime {

struct OpenPgpOptions {
  // Armor header lines ("Version: GnuPG v2") by known tools; prose never.
  bool armor_headers = false;
  // GnuPG's OCB packet (type 20), which is not in RFC 9580.
  bool ocb_packet = false;
};

class OpenPgpMessage {
 public:
  explicit OpenPgpMessage(OpenPgpOptions options);
  ~OpenPgpMessage();
  OpenPgpMessage(OpenPgpMessage&&) noexcept;
  OpenPgpMessage& operator=(OpenPgpMessage&&) noexcept;

  void write(std::string_view octets);
  // True as soon as no further octet can make it a message again.
  bool refused() const;
  // Call once after the last write(): what keeps it from being an encrypted
  // message, or OpenPgpDefect::kNone.
  OpenPgpDefect finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mime
