#pragma once

// What is wrong with a message, by name.  Malformed input never stops the
// parser: it reports a defect and reads on (code-guide shape (a) of an error).
// The word of to_string() is the one that replies, logs and metrics use.

#include <bit>
#include <cstdint>
#include <string_view>

namespace mime {

enum class Defect : std::uint8_t {
  // Of a header section.
  kHeaderSectionTooLarge,
  kTooManyHeaderFields,
  kHeaderFieldTooLarge,
  kInvalidFieldName,           // a blank before the colon, no ftext at all
  kUnterminatedHeaderSection,  // no empty line before the body or boundary
  kControlCharacterInHeader,   // NUL, bare CR and their kind
  kInvalidUtf8InHeader,        // 8-bit octets that RFC 6532 does not allow
  kRepeatedField,              // a field that may stand once (RFC 5322 3.6)
  kInvalidContentType,
  kRepeatedParameter,
  kParameterContinuation,  // RFC 2231 on boundary or protocol
  kInvalidBoundary,
  kAmbiguousBoundary,  // one open boundary is the beginning of another
  kUnknownTransferEncoding,
  kEncodedMultipart,  // RFC 2045 6.4: only 7bit, 8bit, binary there
  // Of a body.
  kMissingBoundary,        // a multipart without any part
  kMissingFinalBoundary,   // the multipart ended without its last line
  kAmbiguousBoundaryLine,  // begins like a boundary line and goes on
  kTooManyParts,
  kTooDeep,
  kLineTooLong,
  kBareCr,
  kBareLf,
  kNul,
  kEightBitIn7bit,  // octets above 127 where 7bit was declared
  kInvalidBase64,
  kInvalidQuotedPrintable,
};

inline constexpr int kDefectCount =
    static_cast<int>(Defect::kInvalidQuotedPrintable) + 1;

std::string_view to_string(Defect);

// A set of defects, in one word.
class DefectSet {
 public:
  // Whether it was not yet there.
  bool add(Defect defect) {
    const bool is_new = !contains(defect);
    bits_ |= bit(defect);
    return is_new;
  }
  void add(DefectSet other) { bits_ |= other.bits_; }
  void remove(Defect defect) { bits_ &= ~bit(defect); }
  bool contains(Defect defect) const { return (bits_ & bit(defect)) != 0; }
  bool empty() const { return bits_ == 0; }
  // Takes out the first one in the order of the enum.  Not for empty sets.
  Defect take_first() {
    const auto first = static_cast<Defect>(std::countr_zero(bits_));
    bits_ &= bits_ - 1;
    return first;
  }

 private:
  static std::uint64_t bit(Defect defect) {
    return std::uint64_t{1} << static_cast<unsigned>(defect);
  }
  std::uint64_t bits_ = 0;
};

static_assert(kDefectCount <= 64, "DefectSet is one word");

}  // namespace mime
