#include "policy/address_fields.h"

#include "mime/ascii.h"
#include "mime/author.h"

namespace policy {
namespace {

// As many as Postfix takes recipients of one message.
constexpr int kMostAddresses = 1000;

// Where the first comma of an address-list ends a mailbox: quoted strings,
// comments and angle addresses are stepped over.
std::size_t end_of_mailbox(std::string_view text) {
  bool in_quotes = false;
  bool in_angle = false;
  int comment_depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (in_quotes) {
      in_quotes = c != '"';
    } else if (c == '(') {
      ++comment_depth;
    } else if (c == ')') {
      comment_depth = comment_depth > 0 ? comment_depth - 1 : 0;
    } else if (comment_depth > 0) {
      continue;
    } else if (c == '"') {
      in_quotes = true;
    } else if (c == '<' || c == '>') {
      in_angle = c == '<';
    } else if (c == ',' && !in_angle) {
      return i;
    }
  }
  return text.size();
}

// A group without members: `phrase: ;`, of any phrase.
bool is_empty_group(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  return mime::trim(text.substr(colon + 1)) == ";" &&
         text.substr(0, colon).find_first_of("<>@,;:") ==
             std::string_view::npos;
}

}  // namespace

std::optional<std::string> bare_addresses(std::string_view unfolded) {
  std::string_view rest = mime::trim(unfolded);
  if (is_empty_group(rest)) return "\"hidden-recipients\": ;";
  std::string addresses;
  for (int count = 0; !rest.empty(); ++count) {
    const std::size_t end = end_of_mailbox(rest);
    const mime::AuthorResult one = mime::parse_author(rest.substr(0, end));
    if (!one || count == kMostAddresses) return std::nullopt;
    // A sentence fits between quotes; no address of a client needs them.
    if (one.mailbox.local_part.starts_with('"')) return std::nullopt;
    if (count > 0) addresses += ", ";
    addresses += "<" + one.mailbox.addr_spec() + ">";
    rest.remove_prefix(end == rest.size() ? end : end + 1);
  }
  if (addresses.empty()) return std::nullopt;
  return addresses;
}

}  // namespace policy
