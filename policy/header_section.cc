#include "policy/header_section.h"

#include <set>

#include "mime/ascii.h"
#include "policy/limits.h"
#include "policy/outbound_fields.h"

namespace policy {
namespace {

// What a reply may need of it.
constexpr std::size_t kMaxFromText = 128;

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
  if (!inbound) {
    if (mime::equal_ignoring_case(name, "Message-ID")) {
      message_id_fits_ &= is_message_id(mime::unfold(body));
    }
    fields_.push_back({std::string(name), std::string(body)});
  } else if (mime::equal_ignoring_case(name, "Authentication-Results")) {
    HeaderEdit edit;
    edit.position = position;
    edit.name = name;
    edit.occurrence = static_cast<int>(authentication_results_.size()) + 1;
    authentication_results_.push_back(std::move(edit));
    if (authentication_results_.size() > kMaxAuthenticationResults) {
      too_large_ = true;
    }
  }
}

void HeaderSection::add_from(std::string_view body) {
  if (author_.defect == mime::AuthorDefect::kMissing) {
    author_ = mime::parse_author(body);
    from_text_ = mime::trim(body.substr(0, kMaxFromText));
  } else {
    author_ = {{}, mime::AuthorDefect::kRepeated};
  }
}

HeaderPlan reduction_of(const std::vector<HeaderField>& fields,
                        std::string_view author, bool autocrypt_setup_message) {
  const ReductionContext context{author, autocrypt_setup_message};
  HeaderPlan plan;
  std::set<std::string> kept;
  std::vector<std::string> names;
  for (std::size_t position = 0; position < fields.size(); ++position) {
    const HeaderField& field = fields[position];
    names.push_back(mime::to_lower(field.name));
    int occurrence = 1;
    for (std::size_t i = 0; i < position; ++i) {
      if (names[i] == names[position]) ++occurrence;
    }
    const auto reduced = reduce_field(field.name, field.body, context);
    // Every field of the allow-list may stand once (RFC 5322 3.6).
    const bool stays = reduced && kept.insert(names[position]).second;
    if (stays && reduced->as_it_is) continue;
    HeaderEdit edit;
    edit.kind = stays ? HeaderEdit::Kind::kReplace : HeaderEdit::Kind::kRemove;
    edit.position = position;
    edit.name = field.name;
    edit.occurrence = occurrence;
    if (stays) edit.body = " " + reduced->body;
    plan.edits.push_back(std::move(edit));
  }
  return plan;
}

}  // namespace policy
