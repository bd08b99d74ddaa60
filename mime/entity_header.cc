#include "mime/entity_header.h"

#include <algorithm>
#include <array>

#include "mime/ascii.h"
#include "mime/field_text.h"
#include "mime/utf8.h"

namespace mime {
namespace {

enum class SingleField : std::uint8_t {
  kContentType,
  kContentTransferEncoding,
  kOther,
};

struct SingleFieldName {
  std::string_view name;
  SingleField field = SingleField::kOther;
};

// Fields that may stand once, in lower case: RFC 5322 3.6, RFC 2045 3, RFC
// 2183, and those by which chat clients act.
constexpr std::array kSingleFields = {
    SingleFieldName{"content-type", SingleField::kContentType},
    SingleFieldName{"content-transfer-encoding",
                    SingleField::kContentTransferEncoding},
    SingleFieldName{"mime-version"},
    SingleFieldName{"from"},
    SingleFieldName{"to"},
    SingleFieldName{"date"},
    SingleFieldName{"subject"},
    SingleFieldName{"message-id"},
    SingleFieldName{"chat-version"},
    SingleFieldName{"references"},
    SingleFieldName{"in-reply-to"},
    SingleFieldName{"cc"},
    SingleFieldName{"bcc"},
    SingleFieldName{"sender"},
    SingleFieldName{"reply-to"},
    SingleFieldName{"content-id"},
    SingleFieldName{"content-description"},
    SingleFieldName{"content-disposition"},
    SingleFieldName{"autocrypt-setup-message"},
    SingleFieldName{"secure-join"},
    SingleFieldName{"secure-join-auth"},
    SingleFieldName{"secure-join-group"},
    SingleFieldName{"secure-join-fingerprint"},
    SingleFieldName{"secure-join-invitenumber"},
};
static_assert(kSingleFields.size() <= 32, "EntityHeader::seen_ is one word");

std::string_view without_trailing_blanks(std::string_view name) {
  while (!name.empty() && is_blank(name.back())) name.remove_suffix(1);
  return name;
}

void check_octets(std::string_view body, DefectSet& defects) {
  if (find_unusual(body, 0) == body.size()) return;
  if (has_stray_control(body)) {
    defects.add(Defect::kControlCharacterInHeader);
  }
  // RFC 6532 3.2: UTF-8 may stand in field bodies.
  if (!is_utf8(body)) defects.add(Defect::kInvalidUtf8InHeader);
}

}  // namespace

void EntityHeader::begin(std::string_view default_type) {
  content_type_.media_type = default_type;
  content_type_.parameters.clear();
  transfer_encoding_ = TransferEncoding::k7bit;
  octets_ = 0;
  fields_ = 0;
  seen_ = 0;
}

bool EntityHeader::count(std::size_t octets, DefectSet& defects) {
  ++fields_;
  octets_ += octets;
  bool is_within = true;
  if (octets > limits_.field_octets) {
    defects.add(Defect::kHeaderFieldTooLarge);
    is_within = false;
  }
  if (fields_ > limits_.fields) {
    defects.add(Defect::kTooManyHeaderFields);
    is_within = false;
  }
  if (octets_ > limits_.header_section_octets) {
    defects.add(Defect::kHeaderSectionTooLarge);
    is_within = false;
  }
  return is_within;
}

void EntityHeader::add(const HeaderField& field, DefectSet& defects) {
  const std::string_view name = without_trailing_blanks(field.name);
  if (name.empty() || name.size() != field.name.size() ||
      !std::all_of(name.begin(), name.end(), is_ftext)) {
    defects.add(Defect::kInvalidFieldName);
  }
  check_octets(field.body, defects);
  for (std::size_t i = 0; i < kSingleFields.size(); ++i) {
    const SingleFieldName& single = kSingleFields[i];
    if (name.size() != single.name.size() ||
        to_lower(name[0]) != single.name[0] ||
        !equal_ignoring_case(name, single.name)) {
      continue;
    }
    const std::uint32_t bit = std::uint32_t{1} << i;
    if ((seen_ & bit) != 0) {
      defects.add(Defect::kRepeatedField);
    } else if (single.field == SingleField::kContentType) {
      add_content_type(field.body, defects);
    } else if (single.field == SingleField::kContentTransferEncoding) {
      add_transfer_encoding(field.body, defects);
    }
    seen_ |= bit;
    return;
  }
}

void EntityHeader::add_content_type(std::string_view body, DefectSet& defects) {
  ContentTypeResult result = parse_content_type(body);
  if (result.defect) defects.add(*result.defect);
  content_type_ = std::move(result.content_type);
}

void EntityHeader::add_transfer_encoding(std::string_view body,
                                         DefectSet& defects) {
  FieldText text(body);
  std::string_view token;
  const bool fits = text.skip_cfws() &&
                    !(token = text.take_while(is_token_char)).empty() &&
                    text.skip_cfws() && text.at_end() && !text.has_comments();
  transfer_encoding_ = TransferEncoding::kUnknown;
  // RFC 2045 6.1.
  if (equal_ignoring_case(token, "7bit")) {
    transfer_encoding_ = TransferEncoding::k7bit;
  } else if (equal_ignoring_case(token, "8bit")) {
    transfer_encoding_ = TransferEncoding::k8bit;
  } else if (equal_ignoring_case(token, "binary")) {
    transfer_encoding_ = TransferEncoding::kBinary;
  } else if (equal_ignoring_case(token, "base64")) {
    transfer_encoding_ = TransferEncoding::kBase64;
  } else if (equal_ignoring_case(token, "quoted-printable")) {
    transfer_encoding_ = TransferEncoding::kQuotedPrintable;
  }
  if (!fits) transfer_encoding_ = TransferEncoding::kUnknown;
  if (transfer_encoding_ == TransferEncoding::kUnknown) {
    defects.add(Defect::kUnknownTransferEncoding);
  }
}

void EntityHeader::finish(DefectSet& defects) {
  const bool is_composite = content_type_.is_multipart() ||
                            content_type_.media_type == "message/rfc822" ||
                            content_type_.media_type == "message/partial" ||
                            content_type_.media_type == "message/external-body";
  const bool is_encoded =
      transfer_encoding_ == TransferEncoding::kBase64 ||
      transfer_encoding_ == TransferEncoding::kQuotedPrintable;
  if (is_composite && is_encoded) defects.add(Defect::kEncodedMultipart);
}

}  // namespace mime
