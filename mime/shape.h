#pragma once

// What a message is: encrypted, a Secure-Join request, a delivery status
// notification, an Autocrypt Setup Message, or else cleartext.
//
// A Sink of the parser.  Everything that a person could read and that the
// shape does not need is a defect, and the message is then cleartext.  Which
// texts real clients put where is an allow-list (mime/part_fields.h,
// mime/stock_texts.h); what readable text a shape can still carry stands in
// docs/security.md.
//
// Left to others: the envelope (one recipient, null reverse-path), the limits
// on what a bounce may say, and the reduction of the outer header section.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mime/openpgp_message.h"
#include "mime/sink.h"

namespace mime {

enum class Shape : std::uint8_t {
  kEncrypted,       // PGP/MIME (RFC 3156 4)
  kSecureJoin,      // vc-request, vg-request in the clear
  kAutocryptSetup,  // Autocrypt Level 1, section 4.4
  kBounce,          // RFC 3464
  kCleartext,
};

std::string_view to_string(Shape);

struct ShapeOptions {
  // What other makes of client write (stock texts, armor header lines) does
  // not keep a message from being encrypted.
  bool foreign_clients = false;
  OpenPgpOptions openpgp;
  bool autocrypt_setup = false;
};

// The facts of a delivery status notification that policy bounds.
struct BounceFacts {
  // Octets that a person could read, the status fields and the returned
  // header section not counted.
  std::size_t text_octets = 0;
  std::size_t status_octets = 0;
  std::size_t longest_diagnostic = 0;
  std::size_t returned_header_octets = 0;
  // The header section of the returned message, as far as it is bounded.
  std::vector<std::pair<std::string, std::string>> returned_fields;
};

struct ShapeResult {
  Shape shape = Shape::kCleartext;
  // Of kCleartext: why, in one word.
  std::string defect;
  // Of bodies, preambles and epilogues.
  std::size_t body_octets = 0;
  BounceFacts bounce;  // of kBounce
};

class ShapeRecogniser : public Sink {
 public:
  explicit ShapeRecogniser(ShapeOptions options);
  ~ShapeRecogniser() override;

  // As soon as it is certain that no shape but cleartext can come of it: why,
  // in one word of static storage.  Empty before.
  std::string_view cleartext_cause() const;
  bool cleartext_is_certain() const { return !cleartext_cause().empty(); }
  // Call once, after the parser's end().
  ShapeResult finish();

  void header_field(int depth, const HeaderField&) override;
  bool part_begin(const PartInfo&) override;
  void body(std::string_view octets) override;
  void decoded(std::string_view octets) override;
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void part_end(int depth) override;
  void defect(int depth, Defect) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mime
