#include "mime/part_fields.h"

#include <algorithm>
#include <string>

#include "mime/ascii.h"
#include "mime/stock_texts.h"

namespace mime {
namespace {

std::string_view unquote(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    return text.substr(1, text.size() - 2);
  }
  return text;
}

// inline or attachment, perhaps a file name, perhaps a last semicolon (older
// Delta Chat cores write one).  RFC 2183 2, and no more of it.
bool is_silent_disposition(std::string_view text) {
  const std::size_t semicolon = text.find(';');
  const std::string_view type = trim(text.substr(0, semicolon));
  if (!equal_ignoring_case(type, "inline") &&
      !equal_ignoring_case(type, "attachment")) {
    return false;
  }
  if (semicolon == std::string_view::npos) return true;
  std::string_view parameter = trim(text.substr(semicolon + 1));
  if (parameter.ends_with(';')) {
    parameter = trim(parameter.substr(0, parameter.size() - 1));
  }
  if (parameter.empty()) return true;
  const std::size_t equals = parameter.find('=');
  if (equals == std::string_view::npos) return false;
  return equal_ignoring_case(trim(parameter.substr(0, equals)), "filename") &&
         is_stock_file_name(unquote(trim(parameter.substr(equals + 1))));
}

bool is_one_token(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  (c >= '0' && c <= '9') || c == '-';
         });
}

// A counter and clock in hexadecimal at the host of the Message-ID, as Ruby's
// Mail writes on a part that is inline.
bool is_silent_content_id(std::string_view text, std::string_view message_id) {
  constexpr std::size_t longest_tag = 64;
  const std::size_t at = text.find('@');
  const std::size_t host = message_id.find('@');
  if (at == std::string_view::npos || host == std::string_view::npos ||
      text.substr(at) != message_id.substr(host) || !text.starts_with('<')) {
    return false;
  }
  const std::string_view tag = text.substr(1, at - 1);
  return !tag.empty() && tag.size() <= longest_tag &&
         tag.find_first_not_of("0123456789abcdef_-") == std::string_view::npos;
}

}  // namespace

bool is_silent_part_field(const HeaderField& field,
                          std::string_view message_id) {
  const std::string unfolded = unfold(field.body);
  const std::string_view text = trim(unfolded);
  const auto is = [&](std::string_view name) {
    return equal_ignoring_case(field.name, name);
  };
  // The value is judged where the parameters are known; a comment, which the
  // grammar skips, is not.
  if (is("Content-Type")) return text.find('(') == std::string_view::npos;
  if (is("Content-Transfer-Encoding")) return is_one_token(text);
  if (is("Content-Description")) return is_stock_description(unquote(text));
  if (is("Content-Disposition")) return is_silent_disposition(text);
  if (is("MIME-Version")) return text == "1.0";
  if (is("Content-ID")) return is_silent_content_id(text, message_id);
  if (is("Message-ID")) return !text.empty() && text == message_id;
  return false;
}

bool are_silent_parameters(const ContentType& content_type) {
  return std::all_of(content_type.parameters.begin(),
                     content_type.parameters.end(),
                     [](const Parameter& parameter) {
                       return (parameter.name == "charset" &&
                               is_charset_name(parameter.value)) ||
                              (parameter.name == "name" &&
                               is_stock_file_name(parameter.value));
                     });
}

bool has_blank_in_boundary(const PartInfo& part) {
  const auto boundary = part.content_type.parameter("boundary");
  return boundary && boundary->find(' ') != std::string_view::npos;
}

}  // namespace mime
