#include "tests/mime/event_trace.h"

#include <cstdio>
#include <utility>

namespace mime {

std::string readable(std::string_view octets) {
  std::string text;
  for (const char c : octets) {
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\x%02x",
                    static_cast<unsigned>(static_cast<unsigned char>(c)));
      text += escape;
    }
  }
  return text;
}

std::string_view to_string(TransferEncoding encoding) {
  switch (encoding) {
    case TransferEncoding::k7bit:
      return "7bit";
    case TransferEncoding::k8bit:
      return "8bit";
    case TransferEncoding::kBinary:
      return "binary";
    case TransferEncoding::kBase64:
      return "base64";
    case TransferEncoding::kQuotedPrintable:
      return "quoted-printable";
    case TransferEncoding::kUnknown:
      break;
  }
  return "unknown";
}

const std::string& EventTrace::text() {
  flush();
  return text_;
}

void EventTrace::line(std::string_view event, int depth,
                      std::string_view octets) {
  flush();
  text_ += std::to_string(depth) + " " + std::string(event);
  if (!octets.empty()) text_ += " " + std::string(octets);
  text_ += "\n";
}

void EventTrace::join(std::string_view event, int depth,
                      std::string_view octets) {
  if (event_ != event || depth_ != depth) flush();
  event_ = event;
  depth_ = depth;
  octets_ += octets;
}

void EventTrace::flush() {
  if (event_.empty()) return;
  const std::string event = std::exchange(event_, {});
  const std::string octets = std::exchange(octets_, {});
  const std::string decoded = std::exchange(decoded_, {});
  if (!octets.empty()) line(event, depth_, readable(octets));
  if (is_encoded_ && !decoded.empty()) {
    line("decoded", depth_, readable(decoded));
  } else if (event == "body" && wants_decoded_ && decoded != octets) {
    line("decoded-differs", depth_, readable(decoded));
  }
}

void EventTrace::header_field(int depth, const HeaderField& field) {
  line("field", depth, readable(field.name) + ":" + readable(field.body));
}

bool EventTrace::part_begin(const PartInfo& part) {
  std::string what = std::to_string(part.index) + " " +
                     part.content_type.media_type + " " +
                     std::string(to_string(part.transfer_encoding));
  if (part.is_multipart) what += " multipart";
  line("begin", part.depth, what);
  leaf_depth_ = part.depth;
  is_encoded_ = !part.is_multipart &&
                (part.transfer_encoding == TransferEncoding::kBase64 ||
                 part.transfer_encoding == TransferEncoding::kQuotedPrintable);
  return wants_decoded_;
}

void EventTrace::body(std::string_view octets) {
  join("body", leaf_depth_, octets);
}

void EventTrace::decoded(std::string_view octets) {
  event_ = "body";
  depth_ = leaf_depth_;
  decoded_ += octets;
}

void EventTrace::preamble(int depth, std::string_view octets) {
  join("preamble", depth, octets);
}

void EventTrace::epilogue(int depth, std::string_view octets) {
  join("epilogue", depth, octets);
}

void EventTrace::part_end(int depth) {
  line("end", depth, {});
  is_encoded_ = false;
}

void EventTrace::defect(int depth, Defect defect) {
  line("defect", depth, to_string(defect));
}

}  // namespace mime
