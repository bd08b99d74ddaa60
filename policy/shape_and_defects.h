#pragma once

// The shape of a message, and the defects of its own header section.

#include <optional>

#include "mime/defect.h"
#include "mime/shape.h"

namespace policy {

class ShapeAndDefects final : public mime::ShapeRecogniser {
 public:
  using ShapeRecogniser::ShapeRecogniser;

  void defect(int depth, mime::Defect defect) override {
    if (in_header_ && depth == 0 && !header_defect_) header_defect_ = defect;
    ShapeRecogniser::defect(depth, defect);
  }
  void end_header() { in_header_ = false; }
  // The first one.
  std::optional<mime::Defect> header_defect() const { return header_defect_; }

 private:
  bool in_header_ = true;
  std::optional<mime::Defect> header_defect_;
};

}  // namespace policy
