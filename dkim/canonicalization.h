#pragma once

// Canonicalization of header fields and bodies (RFC 6376 3.4), chunk by chunk.
//
// Most of a body needs no change in either form, so it is handed on as it
// came, without a copy; only white space that changes and empty lines that
// may turn out to be the last are held back.  What is carried from chunk to
// chunk is bounded: three flags and a count, never body text.
//
// Decided here: a bare CR or a bare LF is an ordinary octet.  White space
// before a bare CR is therefore inside a line.  Postfix lets neither through.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace dkim {

enum class Canonicalization : std::uint8_t { kSimple, kRelaxed };

// Appends a header field in canonical form, with its final CRLF.  `body` is
// all behind the colon.
void canonicalize_field(Canonicalization form, std::string_view name,
                        std::string_view body, std::string& out);

class OctetSink {
 public:
  virtual ~OctetSink() = default;
  virtual void write(std::string_view octets) = 0;
};

class BodyCanonicalizer {
 public:
  explicit BodyCanonicalizer(Canonicalization form) : form_(form) {}

  // Hands on the canonical form of as much as is certain so far.
  void write(std::string_view chunk, OctetSink& out);
  // Hands on what was held back.  Call once, after the last write().
  void finish(OctetSink& out);
  // Octets handed on so far; after finish() the length that l= counts.
  std::uint64_t length() const { return length_; }

 private:
  enum class HeldBlank : std::uint8_t { kNothing, kBlank, kBlankAndCr };
  class Output;

  void write_relaxed(std::string_view chunk, Output& out);
  std::size_t resume(std::string_view chunk, Output& out);
  std::size_t resolve_blank(std::string_view chunk, std::size_t at,
                            Output& out);
  void emit(std::string_view octets, Output& out);
  void release_line_ends(Output& out);

  Canonicalization form_;
  HeldBlank held_blank_ = HeldBlank::kNothing;
  bool held_cr_ = false;              // a CR whose LF may come
  std::uint64_t held_line_ends_ = 0;  // CRLFs not yet followed by content
  std::uint64_t length_ = 0;
};

}  // namespace dkim
