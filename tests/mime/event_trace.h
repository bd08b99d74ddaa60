#pragma once

// What a parser told, as text: one line an event, with body, preamble and
// epilogue octets joined however they were cut.

#include <string>
#include <string_view>

#include "mime/sink.h"

namespace mime {

class EventTrace : public Sink {
 public:
  explicit EventTrace(bool wants_decoded = true)
      : wants_decoded_(wants_decoded) {}

  // Everything told so far.
  const std::string& text();

  void header_field(int depth, const HeaderField& field) override;
  bool part_begin(const PartInfo& part) override;
  void body(std::string_view octets) override;
  void decoded(std::string_view octets) override;
  void preamble(int depth, std::string_view octets) override;
  void epilogue(int depth, std::string_view octets) override;
  void part_end(int depth) override;
  void defect(int depth, Defect defect) override;

 private:
  void line(std::string_view event, int depth, std::string_view octets);
  void join(std::string_view event, int depth, std::string_view octets);
  void flush();

  bool wants_decoded_;
  std::string text_;
  std::string event_;    // whose octets are being joined
  int depth_ = 0;        // of that event
  std::string octets_;   // joined so far
  std::string decoded_;  // the same, transfer-decoded
  bool is_encoded_ = false;
  int leaf_depth_ = 0;
};

// Line ends, NUL and what is not ASCII written so that they can be read.
std::string readable(std::string_view octets);

std::string_view to_string(TransferEncoding);

}  // namespace mime
