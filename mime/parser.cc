#include "mime/parser.h"

#include <utility>

namespace mime {
namespace {

using Kind = BoundaryMatch::Kind;

// RFC 2045 5.2, RFC 2046 5.1.5.
constexpr std::string_view kDefaultType = "text/plain";
constexpr std::string_view kDefaultTypeInDigest = "message/rfc822";

// The octets of the line end that `octets` ends with: a CR that may become
// one included.
std::size_t line_end_size(std::string_view octets) {
  if (octets.ends_with("\r\n")) return 2;
  return octets.ends_with('\n') || octets.ends_with('\r') ? 1 : 0;
}

}  // namespace

Parser::Parser(Sink& sink, const Limits& limits)
    : sink_(sink),
      limits_(limits),
      reader_(limits.field_octets),
      header_(limits),
      scanner_(limits.line_octets) {
  begin_header(kDefaultType);
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

// --- Header sections

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

void Parser::begin_header(std::string_view default_type) {
  reader_.begin();
  header_.begin(default_type);
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

// --- Bodies

std::size_t Parser::take_body(std::string_view octets) {
  if (!boundaries_.any_open()) {
    scanner_.scan(octets, false);
    emit(octets);
    return octets.size();
  }
  if (!held_line_end_.empty() || !held_line_.empty()) return take_held(octets);

  std::size_t at = 0;
  for (;;) {
    if (at_line_start_) {
      const BoundaryMatch match = boundaries_.match(octets.substr(at), false);
      if (match.kind != Kind::kNo) {
        const std::size_t line_end = line_end_size(octets.substr(0, at));
        emit(octets.substr(0, at - line_end));
        const std::string_view held = octets.substr(at - line_end, line_end);
        if (match.kind == Kind::kMaybe) {
          hold_tail(held);
          held_line_ = octets.substr(at);
          return octets.size();
        }
        boundary_line(match, held, octets.substr(at, match.length));
        return at + match.length;
      }
      if (match.is_ambiguous) {
        entity().pending.add(Defect::kAmbiguousBoundaryLine);
      }
      at_line_start_ = false;
    }
    at += scanner_.scan(octets.substr(at), true);
    at_line_start_ = octets[at - 1] == '\n';
    if (at == octets.size()) break;
  }
  const std::size_t line_end = line_end_size(octets);
  emit(octets.substr(0, octets.size() - line_end));
  hold_tail(octets.substr(octets.size() - line_end));
  return octets.size();
}

// Goes on with what earlier chunks left undecided: a line end that has been
// scanned, and the beginning of a line that has not.
std::size_t Parser::take_held(std::string_view octets) {
  std::size_t taken = 0;
  if (held_line_end_ == "\r") {
    if (octets[0] != '\n') {
      emit(std::exchange(held_line_end_, {}));
      at_line_start_ = false;
      return 0;
    }
    taken = scanner_.scan(octets.substr(0, 1), false);
    held_line_end_ = "\r\n";
    at_line_start_ = true;
    octets.remove_prefix(1);
    if (octets.empty()) return taken;
  }
  const std::size_t held = held_line_.size();
  held_line_ += octets.substr(0, kBoundaryLineOctets + 2);
  const BoundaryMatch match = boundaries_.match(held_line_, false);
  if (match.kind == Kind::kMaybe) return taken + octets.size();
  const std::string line = std::exchange(held_line_, {});
  const std::string_view line_end = std::exchange(held_line_end_, {});
  if (match.kind == Kind::kYes) {
    boundary_line(match, line_end,
                  std::string_view(line).substr(0, match.length));
    return taken + match.length - held;
  }
  if (match.is_ambiguous) {
    entity().pending.add(Defect::kAmbiguousBoundaryLine);
  }
  const std::string_view text = std::string_view(line).substr(0, held);
  emit(line_end);
  scanner_.scan(text, false);
  emit(text);
  at_line_start_ = false;
  return taken;
}

// Keeps a line end back: it may belong to a boundary (RFC 2046 5.1.1).
void Parser::hold_tail(std::string_view line_end) {
  if (line_end == "\r\n") {
    held_line_end_ = "\r\n";
  } else if (line_end == "\n") {
    held_line_end_ = "\n";
  } else if (line_end == "\r") {
    held_line_end_ = "\r";
  }
}

void Parser::emit(std::string_view octets) {
  if (octets.empty()) return;
  if (state_ == State::kPreamble) {
    sink_.preamble(depth() - 1, octets);
  } else if (state_ == State::kEpilogue) {
    sink_.epilogue(depth() - 1, octets);
  } else {
    sink_.body(octets);
    if (decoder_) decoder_->write(octets, sink_);
  }
}

// --- Boundaries

void Parser::boundary_line(const BoundaryMatch& match,
                           std::string_view line_end, std::string_view line) {
  // Of a leaf the line end belongs to the boundary; preamble and epilogue are
  // told with theirs.
  if (state_ != State::kLeaf) emit(line_end);
  settle();
  if (state_ == State::kLeaf) end_leaf();
  while (multiparts_.size() > match.level + 1) end_multipart();
  state_ = State::kEpilogue;
  at_line_start_ = true;
  scanner_.scan(line, false);
  settle();
  if (!match.is_last) {
    begin_part();
    return;
  }
  multiparts_.back().is_closed = true;
  boundaries_.close();
}

void Parser::begin_part() {
  Multipart& parent = multiparts_.back();
  if (parts_ >= limits_.parts) {
    parent.pending.add(Defect::kTooManyParts);
    parent.is_closed = true;
    boundaries_.close();
    return;
  }
  ++parts_;
  ++parent.parts;
  begin_header(parent.is_digest ? kDefaultTypeInDigest : kDefaultType);
}

// The input ends; what is held was no boundary line, or is the last one.
void Parser::end_held() {
  const std::string line = std::exchange(held_line_, {});
  const std::string_view line_end = std::exchange(held_line_end_, {});
  if (!line.empty()) {
    const BoundaryMatch match = boundaries_.match(line, true);
    if (match.kind == Kind::kYes) {
      boundary_line(match, line_end, line);
      return;
    }
    if (match.is_ambiguous) {
      entity().pending.add(Defect::kAmbiguousBoundaryLine);
    }
  }
  emit(line_end);
  scanner_.scan(line, false);
  emit(line);
}

void Parser::end_leaf() {
  if (decoder_) decoder_->finish(sink_, leaf_.pending);
  decoder_.reset();
  tell_pending(leaf_, depth());
  sink_.part_end(depth());
  state_ = State::kEpilogue;
}

void Parser::end_multipart() {
  Multipart& multipart = multiparts_.back();
  if (multipart.parts == 0) {
    multipart.pending.add(Defect::kMissingBoundary);
  } else if (!multipart.is_closed) {
    multipart.pending.add(Defect::kMissingFinalBoundary);
  }
  tell_pending(multipart, depth() - 1);
  sink_.part_end(depth() - 1);
  multiparts_.pop_back();
  boundaries_.pop();
}

void Parser::tell_pending(Entity& entity, int entity_depth) {
  while (!entity.pending.empty()) {
    const Defect defect = entity.pending.take_first();
    if (entity.told.add(defect)) sink_.defect(entity_depth, defect);
  }
}

// What the scanner noted belongs to the entity whose octets it looked at.
void Parser::settle() {
  DefectSet defects = scanner_.take_defects();
  if (defects.empty()) return;
  Entity& owner = entity();
  if (owner.transfer_encoding != TransferEncoding::k7bit) {
    defects.remove(Defect::kEightBitIn7bit);
  }
  owner.pending.add(defects);
}

Parser::Entity& Parser::entity() {
  return state_ == State::kLeaf || multiparts_.empty() ? leaf_
                                                       : multiparts_.back();
}

}  // namespace mime
