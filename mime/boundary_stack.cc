#include "mime/boundary_stack.h"

#include "mime/limits.h"

namespace mime {
namespace {

using Kind = BoundaryMatch::Kind;

// What stands behind "--" and the boundary.
BoundaryMatch match_tail(std::string_view tail, bool at_end) {
  BoundaryMatch result;
  result.is_ambiguous = true;
  std::size_t at = 0;
  if (tail.starts_with('-')) {
    if (tail.size() == 1 && !at_end) {
      result.kind = Kind::kMaybe;
      return result;
    }
    if (!tail.starts_with("--")) return result;
    result.is_last = true;
    at = 2;
  }
  const std::size_t padding_end = at + kBoundaryPaddingOctets;
  while (at < tail.size() && (tail[at] == ' ' || tail[at] == '\t')) {
    if (at == padding_end) return result;
    ++at;
  }
  if (at < tail.size() && tail[at] == '\r') ++at;
  if (at == tail.size()) {
    // A CR with nothing behind it is no line end.
    const bool is_whole = at == 0 || tail[at - 1] != '\r';
    if (!at_end) {
      result.kind = Kind::kMaybe;
    } else if (is_whole) {
      result.kind = Kind::kYes;
      result.length = at;
    }
    return result;
  }
  if (tail[at] != '\n') return result;
  result.kind = Kind::kYes;
  result.length = at + 1;
  return result;
}

}  // namespace

BoundaryMatch BoundaryStack::match(std::string_view text, bool at_end) const {
  BoundaryMatch result;
  if (!any_open()) return result;
  if (!text.starts_with("--")) {
    const bool may_become = text.empty() || text == "-";
    if (may_become && !at_end) result.kind = Kind::kMaybe;
    return result;
  }
  const std::string_view rest = text.substr(2);
  for (std::size_t level = boundaries_.size(); level-- > 0;) {
    const std::string& boundary = boundaries_[level];
    if (boundary.empty()) continue;
    if (rest.size() < boundary.size()) {
      if (!at_end && boundary.starts_with(rest)) result.kind = Kind::kMaybe;
      continue;
    }
    if (!rest.starts_with(boundary)) continue;
    BoundaryMatch found = match_tail(rest.substr(boundary.size()), at_end);
    if (found.kind == Kind::kYes) {
      found.is_ambiguous = false;
      found.level = level;
      found.length += 2 + boundary.size();
      return found;
    }
    if (found.kind == Kind::kMaybe) result.kind = Kind::kMaybe;
    result.is_ambiguous = true;
  }
  return result;
}

bool BoundaryStack::is_ambiguous(std::string_view boundary) const {
  for (const std::string& other : boundaries_) {
    if (other.empty()) continue;
    if (boundary.starts_with(other) || other.starts_with(boundary)) return true;
  }
  return false;
}

void BoundaryStack::push(std::string_view boundary) {
  boundaries_.emplace_back(boundary);
  ++open_;
}

void BoundaryStack::pop() {
  if (!boundaries_.back().empty()) --open_;
  boundaries_.pop_back();
}

void BoundaryStack::close() {
  if (boundaries_.back().empty()) return;
  boundaries_.back().clear();
  --open_;
}

}  // namespace mime
