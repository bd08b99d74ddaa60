#include "policy/header_section.h"

#include <algorithm>

#include "mime/ascii.h"
#include "policy/limits.h"
#include "policy/outbound_fields.h"

namespace policy {
namespace {

bool is_one_of(std::string_view name, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& each) {
    return mime::equal_ignoring_case(each, name);
  });
}

}  // namespace

void HeaderSection::add(std::string_view name, std::string_view body) {
  const bool inbound = direction_ == Direction::kInbound;
  const std::size_t position = count_++;
  octets_ += name.size() + body.size() + 3;  // the colon and the CRLF
  if (count_ > (inbound ? kMaxInboundFields : kMaxOutboundFields) ||
      octets_ > (inbound ? kMaxInboundHeader : kMaxOutboundHeader)) {
    too_large_ = true;
    fields_.clear();
  }
  if (mime::equal_ignoring_case(name, "From")) add_from(body);
  if (too_large_) return;
  if (is_one_of(name, rulebook_.read_fields())) read(name, body);
  if (!inbound) {
    if (mime::equal_ignoring_case(name, "Message-ID")) {
      message_id_fits_ &= is_message_id(mime::unfold(body));
    }
    fields_.push_back({std::string(name), std::string(body)});
  } else if (is_one_of(name, rulebook_.edited_fields())) {
    fields_.push_back({std::string(name), {}});
    positions_.push_back(position);
    too_large_ = fields_.size() > kMaxInboundEdits;
  }
}

void HeaderSection::read(std::string_view name, std::string_view body) {
  Read& field = read_[mime::to_lower(name)];
  if (field.count++ == 0) field.body = mime::trim(mime::unfold(body));
}

void HeaderSection::add_from(std::string_view body) {
  if (author_.defect == mime::AuthorDefect::kMissing) {
    author_ = mime::parse_author(body);
  } else {
    author_ = {{}, mime::AuthorDefect::kRepeated};
  }
}

std::size_t HeaderSection::count_of(std::string_view name) const {
  const auto found = read_.find(mime::to_lower(name));
  return found == read_.end() ? 0 : found->second.count;
}

std::string_view HeaderSection::body_of(std::string_view name) const {
  const auto found = read_.find(mime::to_lower(name));
  return found == read_.end() ? std::string_view() : found->second.body;
}

std::size_t HeaderSection::position_of(std::size_t index) const {
  return positions_.empty() ? index : positions_[index];
}

int HeaderSection::occurrence_of(std::size_t index) const {
  return 1 + static_cast<int>(std::count_if(
                 fields_.begin(),
                 fields_.begin() + static_cast<std::ptrdiff_t>(index),
                 [&](const HeaderField& before) {
                   return mime::equal_ignoring_case(before.name,
                                                    fields_[index].name);
                 }));
}

}  // namespace policy
