#pragma once

// What comes of a message, and why.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "mime/shape.h"
#include "policy/header_plan.h"

namespace policy {

enum class Verdict {
  kAccept,
  kReject,    // 5xx
  kTempfail,  // 4xx
  kDiscard,   // 250, and dropped in silence
};

// "523 5.7.1 Encryption Needed" is {523, "5.7.1", "Encryption Needed"}.
struct Reply {
  int code = 250;
  std::string enhanced_status = "2.0.0";  // RFC 3463; may be empty
  std::string text;  // one line of printable ASCII, at most 450 octets
};

std::string to_string(const Reply&);

struct Judgement {
  Verdict verdict = Verdict::kAccept;
  std::string reason{"accepted"};  // policy/reason.h
  Reply reply;
  // What a log line may add to the reason: a defect's word, a DKIM cause.
  std::string detail;
  mime::Shape shape = mime::Shape::kCleartext;

  // The rest is for accepted messages.
  HeaderPlan plan;
  // The new reverse-path; "" is <>.
  std::optional<std::string> reverse_path;
  // Recipients to drop in silence: indices into Envelope::recipients.
  std::vector<std::size_t> dropped_recipients;
};

}  // namespace policy
