// Bodies: what is told of them, and the boundary lines in them.

#include <utility>

#include "mime/parser.h"

namespace mime {
namespace {

using Kind = BoundaryMatch::Kind;

// The octets of the line end that `octets` ends with: a CR that may become
// one included.
std::size_t line_end_size(std::string_view octets) {
  if (octets.ends_with("\r\n")) return 2;
  return octets.ends_with('\n') || octets.ends_with('\r') ? 1 : 0;
}

}  // namespace

std::size_t Parser::take_body(std::string_view octets) {
  if (!boundaries_.any_open()) {
    scanner_.scan(octets, false);
    emit(octets);
    return octets.size();
  }
  if (!held_line_end_.empty() || !held_line_.empty()) return take_held(octets);

  std::size_t at = 0;
  while (at < octets.size()) {
    if (at_line_start_) {
      const std::size_t taken = take_line_start(octets, at);
      if (taken > 0) return taken;
      at_line_start_ = false;
    }
    at += scanner_.scan(octets.substr(at), true);
    at_line_start_ = octets[at - 1] == '\n';
  }
  const std::size_t line_end = line_end_size(octets);
  emit(octets.substr(0, octets.size() - line_end));
  hold_line_end(octets.substr(octets.size() - line_end));
  return octets.size();
}

// A line begins at `at`, and none of `octets` is emitted yet.  Returns how many
// are taken when it is, or may be, a boundary line, and otherwise 0.
std::size_t Parser::take_line_start(std::string_view octets, std::size_t at) {
  const BoundaryMatch match = boundaries_.match(octets.substr(at), false);
  if (match.kind == Kind::kNo) {
    if (match.is_ambiguous) {
      entity().pending.add(Defect::kAmbiguousBoundaryLine);
    }
    return 0;
  }
  const std::size_t text = at - line_end_size(octets.substr(0, at));
  const std::string_view line_end = octets.substr(text, at - text);
  emit(octets.substr(0, text));
  if (match.kind == Kind::kMaybe) {
    hold_line_end(line_end);
    held_line_ = octets.substr(at);
    return octets.size();
  }
  boundary_line(match, line_end, octets.substr(at, match.length));
  return at + match.length;
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
void Parser::hold_line_end(std::string_view line_end) {
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
  begin_header();
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
