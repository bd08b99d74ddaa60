#pragma once

// A delivery status notification (RFC 3464): multipart/report with a text for
// people, a message/delivery-status part, and perhaps the returned message or
// its header section (RFC 6522).
//
// It is readable by nature, so the recogniser measures how much of it is: all
// of it but the structure of the MIME tree, the known status fields, the
// returned header section (each counted apart) and the payload of a returned
// message that is itself encrypted.  How much is too much is policy's.
//
// The text may be a tree of alternatives with pictures, as the large providers
// write it; names, types and octets of all of it count.  Status fields and the
// returned message may be transfer-encoded, against RFC 3464 2.1 and RFC 2046
// 5.2.1: servers that write their mail with a general composer do it as soon
// as a line ends in a blank, and our own header sections have such lines.

#include <memory>
#include <string>

#include "mime/delivery_status.h"
#include "mime/shape_candidate.h"

namespace mime {

class ReturnedMessage;

class BounceShape : public ShapeCandidate {
 public:
  explicit BounceShape(const ShapeOptions& options);
  ~BounceShape() override;

  void header_field(int depth, const HeaderField& field) override;
  bool part_begin(const PartInfo& part) override;
  void body(std::string_view octets) override;
  void decoded(std::string_view octets) override;
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void defect(int depth, Defect defect) override;
  void finish(ShapeResult& result) override;

 private:
  enum class Part { kOutside, kText, kStatus, kReturned };
  void begin_top(const PartInfo& part);
  void begin_child(const PartInfo& part);

  const ShapeOptions options_;
  Part part_ = Part::kOutside;
  bool has_status_ = false;
  bool is_encoded_ = false;  // a composite part that has not begun yet
  std::size_t text_octets_ = 0;
  std::size_t status_octets_ = 0;
  DeliveryStatus status_;
  std::unique_ptr<ReturnedMessage> returned_;
};

}  // namespace mime
