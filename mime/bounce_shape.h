#pragma once

// A delivery status notification (RFC 3464): multipart/report with a text for
// people, a message/delivery-status part, and perhaps the returned message or
// its header section (RFC 6522).
//
// It is readable by nature, so the recogniser measures how much of it is: all
// of it but the structure of the MIME tree, the known status fields, the
// returned header section (each counted apart) and the payload of a returned
// message that is itself encrypted.  How much is too much is policy's.

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
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void finish(ShapeResult& result) override;

 private:
  enum class Part { kOutside, kText, kStatus, kReturned };
  void begin_top(const PartInfo& part);
  void begin_child(const PartInfo& part);

  const ShapeOptions options_;
  Part part_ = Part::kOutside;
  bool has_status_ = false;
  std::size_t text_octets_ = 0;
  std::size_t status_octets_ = 0;
  DeliveryStatus status_;
  std::unique_ptr<ReturnedMessage> returned_;
};

}  // namespace mime
