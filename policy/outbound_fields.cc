#include "policy/outbound_fields.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "mime/ascii.h"
#include "mime/author.h"
#include "mime/content_type.h"
#include "policy/address_fields.h"
#include "policy/autocrypt.h"

namespace policy {
namespace {

using Reduced = std::optional<ReducedField>;

// RFC 5322 3.6.4 without its obsolete forms: dot-atoms, or an address literal
// behind the '@'.  No blank fits, so no sentence does.
constexpr char kAtom[] = R"([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)";
constexpr std::size_t kMaxMessageId = 250;
constexpr int kMaxReferences = 20;

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

// RFC 5322 3.3, without comments.
bool is_date(std::string_view text) {
  static const re2::RE2 pattern(
      "(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?[0-9]{1,2} "
      "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{4} "
      "[0-9]{2}:[0-9]{2}(?::[0-9]{2})? (?:[+-][0-9]{4}|GMT|UTC)");
  return re2::RE2::FullMatch(piece(text), pattern);
}

Reduced keep_if(bool fits) {
  if (!fits) return std::nullopt;
  return ReducedField{true, {}};
}

Reduced keep_or_replace(std::string_view text, std::string_view wanted) {
  if (text == wanted) return ReducedField{true, {}};
  return ReducedField{false, std::string(wanted)};
}

bool are_message_ids(std::string_view text) {
  int count = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('>'), text.size() - 1) + 1;
    if (++count > kMaxReferences || !is_message_id(text.substr(0, end))) {
      return false;
    }
    text = mime::trim(text.substr(end));
  }
  return count > 0;
}

// Parameters beside boundary and protocol could be read by a person.
Reduced reduce_content_type(std::string_view text) {
  const mime::ContentTypeResult parsed = mime::parse_content_type(text);
  const mime::ContentType& type = parsed.content_type;
  if (parsed.defect) return std::nullopt;
  const auto boundary = type.parameter("boundary");
  const bool encrypted = type.media_type == "multipart/encrypted";
  if ((!encrypted && type.media_type != "multipart/mixed") || !boundary) {
    return std::nullopt;
  }
  const bool bare =
      std::all_of(type.parameters.begin(), type.parameters.end(),
                  [&](const mime::Parameter& parameter) {
                    return parameter.name == "boundary" ||
                           (encrypted && parameter.name == "protocol");
                  });
  if (bare && text.find('(') == std::string_view::npos) {
    return ReducedField{true, {}};
  }
  std::string body = type.media_type;
  if (encrypted) body += "; protocol=\"application/pgp-encrypted\"";
  // No octet of a boundary needs a backslash (RFC 2046 5.1.1).
  body += ";\r\n\tboundary=\"" + std::string(*boundary) + "\"";
  return ReducedField{false, body};
}

Reduced reduce_addresses(std::string_view text) {
  const std::optional<std::string> bare = bare_addresses(text);
  if (!bare) return std::nullopt;
  if (std::any_of(bare->begin(), bare->end(),
                  [](char c) { return static_cast<unsigned char>(c) > 126; })) {
    return std::nullopt;
  }
  return keep_or_replace(text, *bare);
}

bool is_one_of(std::string_view text,
               std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool matches(std::string_view text, const re2::RE2& pattern) {
  return re2::RE2::FullMatch(piece(text), pattern);
}

Reduced reduce_word(std::string_view name, std::string_view text,
                    const ReductionContext& context) {
  static const re2::RE2 version("[0-9]{1,2}\\.[0-9]{1,2}");
  static const re2::RE2 invite_number("[A-Za-z0-9_-]{1,64}");
  if (name == "mime-version") return keep_or_replace(text, "1.0");
  if (name == "content-transfer-encoding") {
    return keep_if(is_one_of(text, {"7bit", "8bit", "binary"}));
  }
  if (name == "auto-submitted") {  // RFC 3834 5
    return keep_if(is_one_of(text, {"no", "auto-generated", "auto-replied"}));
  }
  if (name == "chat-version") return keep_if(matches(text, version));
  if (name == "chat-is-post-message") return keep_if(text == "1");
  if (name == "secure-join") {
    return keep_if(is_one_of(text, {"vc-request", "vg-request"}));
  }
  if (name == "secure-join-invitenumber") {
    return keep_if(matches(text, invite_number));
  }
  if (name == "autocrypt-setup-message") {
    return keep_if(context.autocrypt_setup_message && text == "v1");
  }
  return std::nullopt;
}

}  // namespace

bool is_message_id(std::string_view body) {
  static const re2::RE2 pattern(fmt::format(
      R"(<{0}(?:\.{0})*@(?:{0}(?:\.{0})*|\[[A-Fa-f0-9.:IPv]+\])>)", kAtom));
  const std::string_view text = mime::trim(body);
  return text.size() <= kMaxMessageId &&
         re2::RE2::FullMatch(piece(text), pattern);
}

Reduced reduce_field(std::string_view name, std::string_view body,
                     const ReductionContext& context) {
  const std::string lower_name = mime::to_lower(name);
  const std::string unfolded = mime::unfold(body);
  const std::string_view text = mime::trim(unfolded);
  if (lower_name == "from") {
    const std::string bare = "<" + std::string(context.author) + ">";
    return keep_or_replace(text, bare);
  }
  // The rules replace its text.
  if (lower_name == "subject") return ReducedField{true, {}};
  if (lower_name == "to" || lower_name == "cc") return reduce_addresses(text);
  if (lower_name == "date") return keep_if(is_date(text));
  if (lower_name == "message-id") return keep_if(is_message_id(text));
  if (lower_name == "in-reply-to" || lower_name == "references") {
    return keep_if(are_message_ids(text));
  }
  if (lower_name == "content-type") return reduce_content_type(text);
  if (lower_name == "autocrypt") {
    const std::optional<std::string> bare =
        bare_autocrypt(text, context.author);
    if (!bare) return std::nullopt;
    return keep_or_replace(mime::trim(body), *bare);
  }
  return reduce_word(lower_name, text, context);
}

}  // namespace policy
