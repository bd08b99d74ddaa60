#include "mailbox/message_name.h"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace mailbox {
namespace {

// Cuts the digits that `text` begins with, and nothing when it begins with
// none or they are no number.
template <typename Number>
std::optional<Number> cut_number(std::string_view& text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

}  // namespace

std::optional<MessageName> parse_message_name(std::string_view name) {
  // What stands behind the colon are flags.
  std::string_view text = name.substr(0, name.find(':'));
  const auto delivered = cut_number<std::time_t>(text);
  if (!delivered || !text.starts_with('.')) return std::nullopt;
  constexpr std::string_view key = ",S=";
  const std::size_t at = text.rfind(key);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + key.size());
  const auto size = cut_number<off_t>(text);
  if (!size || (!text.empty() && text[0] != ',')) return std::nullopt;
  return MessageName{*delivered, *size};
}

}  // namespace mailbox
