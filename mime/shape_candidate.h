#pragma once

// What a message may turn out to be, while it streams by.  The Content-Type
// of the message chooses one candidate; the candidate looks for what its shape
// does not allow.

#include <string>
#include <string_view>

#include "mime/shape.h"
#include "mime/sink.h"

namespace mime {

class ShapeCandidate : public Sink {
 public:
  // Set once; the first thing that is wrong is the one that is told.
  bool failed() const { return !defect_.empty(); }
  std::string_view defect_word() const { return defect_; }
  // Called after the last event; fills in the shape, or the defect.
  virtual void finish(ShapeResult& result) = 0;

  // No shape tolerates a message that two readers could take apart
  // differently.
  void defect(int /*depth*/, Defect defect) override {
    fail(to_string(defect));
  }

 protected:
  void fail(std::string_view word) {
    if (defect_.empty()) defect_ = word;
  }

 private:
  std::string_view defect_;  // of static storage
};

// The fields of the message itself that a candidate may need.
struct OuterFields {
  std::string message_id;   // trimmed
  std::string secure_join;  // trimmed; empty: none
  bool autocrypt_setup_message = false;
};

}  // namespace mime
