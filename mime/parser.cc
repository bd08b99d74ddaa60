#include "mime/parser.h"

namespace mime {
namespace {

// RFC 2045 5.2, RFC 2046 5.1.5.
constexpr std::string_view kDefaultType = "text/plain";
constexpr std::string_view kDefaultTypeInDigest = "message/rfc822";

}  // namespace

Parser::Parser(Sink& sink, const Limits& limits)
    : sink_(sink),
      limits_(limits),
      reader_(limits.field_octets),
      header_(limits),
      scanner_(limits.line_octets) {
  begin_header();
}

void Parser::write(std::string_view octets) {
  while (!octets.empty() && state_ != State::kEnded) {
    const std::size_t taken =
        state_ == State::kHeader ? take_header(octets) : take_body(octets);
    octets.remove_prefix(taken);
  }
}

void Parser::header_field(std::string_view name, std::string_view body) {
  // The colon and the line end are counted with it.
  add_field({name, body}, name.size() + body.size() + 3);
}

void Parser::end_of_header() { finish_header(); }

void Parser::end() {
  read_header_end();
  end_held();
  read_header_end();  // a boundary line may have been the last line
  scanner_.finish();
  settle();
  if (state_ == State::kLeaf) end_leaf();
  while (!multiparts_.empty()) end_multipart();
  state_ = State::kEnded;
}

std::size_t Parser::take_header(std::string_view octets) {
  std::string_view rest = octets;
  switch (reader_.read(rest, boundaries_)) {
    case HeaderReader::Event::kMore:
      break;
    case HeaderReader::Event::kField:
      add_field(reader_.field(), reader_.field_size());
      break;
    case HeaderReader::Event::kEnd:
      finish_header();
      break;
    case HeaderReader::Event::kBodyLine:
      body_line();
      break;
    case HeaderReader::Event::kBoundaryLine:
      boundary_line_in_header();
      break;
  }
  return octets.size() - rest.size();
}

// The input ended inside a header section.
void Parser::read_header_end() {
  while (state_ == State::kHeader) {
    switch (reader_.finish(boundaries_)) {
      case HeaderReader::Event::kField:
        add_field(reader_.field(), reader_.field_size());
        break;
      case HeaderReader::Event::kBodyLine:
        body_line();
        break;
      case HeaderReader::Event::kBoundaryLine:
        boundary_line_in_header();
        break;
      case HeaderReader::Event::kMore:
      case HeaderReader::Event::kEnd:
        finish_header();
    }
  }
}

void Parser::add_field(const HeaderField& field, std::size_t octets) {
  DefectSet defects;
  if (!header_.count(octets, defects)) {
    tell_of_header(defects);
    return;
  }
  header_.add(field, defects);
  tell_of_header(defects);
  sink_.header_field(depth(), field);
}

// A line that is no header field is the first of the body.
void Parser::body_line() {
  DefectSet defects;
  defects.add(Defect::kUnterminatedHeaderSection);
  tell_of_header(defects);
  const std::string held = reader_.held();
  finish_header();
  write(held);
}

void Parser::boundary_line_in_header() {
  DefectSet defects;
  defects.add(Defect::kUnterminatedHeaderSection);
  tell_of_header(defects);
  const BoundaryMatch match = reader_.boundary();
  finish_header();
  boundary_line(match, {}, {});
}

void Parser::begin_header() {
  const bool is_in_digest =
      !multiparts_.empty() && multiparts_.back().is_digest;
  reader_.begin();
  header_.begin(is_in_digest ? kDefaultTypeInDigest : kDefaultType);
  header_told_ = DefectSet();
  state_ = State::kHeader;
}

// The entity is declared, its body begins.
void Parser::finish_header() {
  DefectSet defects = reader_.defects();
  header_.finish(defects);
  const bool is_multipart = opens_multipart(defects);
  tell_of_header(defects);
  reader_.begin();

  const ContentType& content_type = header_.content_type();
  const int index = multiparts_.empty() ? 0 : multiparts_.back().parts - 1;
  const bool wants_decoded =
      sink_.part_begin({depth(), index, content_type,
                        header_.transfer_encoding(), is_multipart});
  at_line_start_ = true;
  Entity begun;
  begun.told = header_told_;
  begun.transfer_encoding = header_.transfer_encoding();
  if (!is_multipart) {
    leaf_ = begun;
    if (wants_decoded) decoder_.emplace(begun.transfer_encoding);
    state_ = State::kLeaf;
    return;
  }
  boundaries_.push(*content_type.parameter("boundary"));
  multiparts_.push_back({begun});
  multiparts_.back().is_digest = content_type.media_type == "multipart/digest";
  state_ = State::kPreamble;
}

bool Parser::opens_multipart(DefectSet& defects) const {
  const ContentType& content_type = header_.content_type();
  const auto boundary = content_type.parameter("boundary");
  if (!content_type.is_multipart() || !boundary) return false;
  if (multiparts_.size() >= limits_.depth) {
    defects.add(Defect::kTooDeep);
    return false;
  }
  if (boundaries_.is_ambiguous(*boundary)) {
    defects.add(Defect::kAmbiguousBoundary);
  }
  return true;
}

void Parser::tell_of_header(DefectSet defects) {
  while (!defects.empty()) {
    const Defect defect = defects.take_first();
    if (header_told_.add(defect)) sink_.defect(depth(), defect);
  }
}

}  // namespace mime
