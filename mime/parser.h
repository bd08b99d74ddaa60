#pragma once

// The push parser: octets in any chunking into the events of mime/sink.h.
//
// Two ways in.  A whole message: write(), with the header section found by
// ourselves.  A milter's view: header_field() for each field, end_of_header(),
// then body().  Both end with end(), and both give the same events.
//
// What is held, whatever the input: one header field (not above
// Limits::field_octets), the boundaries of the open multiparts, and of a body
// at most a line end and the beginning of one line that may be a boundary
// line (kBoundaryLineOctets).  Header memory is let go of behind the section.
//
// Decided here, with reasons in docs/mime-decisions.md:
// - message/rfc822 and all of message/* are leaves, their bodies raw.
// - A line ends with CRLF; a bare LF ends it too and is a defect, a bare CR
//   does not and is one.
// - A multipart with an invalid boundary, or one too deep, is a leaf.
// - Behind too many parts, what is left of each multipart is its epilogue.
// - Fields beyond a limit are not told; their section is read on to its end.
// Every defect is told once per entity: those of its header section before
// part_begin, those of its octets and boundaries right before its part_end.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mime/boundary_stack.h"
#include "mime/defect.h"
#include "mime/entity_header.h"
#include "mime/header_reader.h"
#include "mime/limits.h"
#include "mime/line_scanner.h"
#include "mime/sink.h"
#include "mime/transfer_decoder.h"

namespace mime {

class Parser {
 public:
  // `sink` outlives the parser.
  explicit Parser(Sink& sink, const Limits& limits = {});
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  // Octets of a whole message.
  void write(std::string_view octets);

  // One field of the message; `body` is all behind the colon, foldings as
  // CRLF, without the final CRLF.  Not to be mixed with write().
  void header_field(std::string_view name, std::string_view body);
  void end_of_header();
  // Octets of the message's body, after end_of_header().
  void body(std::string_view octets) { write(octets); }

  // The message ends here.  Call once; no event comes behind.
  void end();

 private:
  enum class State : std::uint8_t {
    kHeader,
    kLeaf,
    kPreamble,
    kEpilogue,
    kEnded
  };
  // An entity that has begun and not ended.
  struct Entity {
    DefectSet told;     // each defect is told once
    DefectSet pending;  // told when it ends
    TransferEncoding transfer_encoding = TransferEncoding::k7bit;
  };
  struct Multipart : Entity {
    int parts = 0;
    bool is_digest = false;
    bool is_closed = false;  // its last boundary line was seen
  };

  // Each takes octets from the front, and returns how many.
  std::size_t take_header(std::string_view octets);
  std::size_t take_body(std::string_view octets);
  std::size_t take_held(std::string_view octets);
  std::size_t take_line_start(std::string_view octets, std::size_t at);
  void hold_line_end(std::string_view line_end);
  void emit(std::string_view octets);

  void read_header_end();
  void add_field(const HeaderField& field, std::size_t octets);
  void body_line();
  void boundary_line_in_header();
  void begin_header();
  void finish_header();
  void tell_of_header(DefectSet defects);
  bool opens_multipart(DefectSet& defects) const;

  void boundary_line(const BoundaryMatch& match, std::string_view line_end,
                     std::string_view line);
  void begin_part();
  void end_held();
  void end_leaf();
  void end_multipart();
  void tell_pending(Entity& entity, int entity_depth);
  void settle();
  Entity& entity();
  int depth() const { return static_cast<int>(multiparts_.size()); }

  Sink& sink_;
  Limits limits_;
  State state_ = State::kHeader;

  HeaderReader reader_;
  EntityHeader header_;
  DefectSet header_told_;

  BoundaryStack boundaries_;
  std::vector<Multipart> multiparts_;
  Entity leaf_;
  std::optional<TransferDecoder> decoder_;  // when decoded() is wanted
  std::size_t parts_ = 0;

  LineScanner scanner_;
  bool at_line_start_ = true;
  std::string_view held_line_end_;  // "\r", "\r\n" or "\n", not yet emitted
  std::string held_line_;           // of a line that may be a boundary line
};

}  // namespace mime
