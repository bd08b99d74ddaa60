#pragma once

// The fixed texts that real clients put where nobody needs to read: an
// allow-list, word for word.  docs/stock-texts.md says whose each is.
//
// A text that is not here is taken for a message to the reader.

#include <cstddef>
#include <span>
#include <string_view>

namespace mime {

// A preamble, trimmed.  Line ends inside it are single blanks.
bool is_stock_preamble(std::string_view text);
// A Content-Description of one of the two parts of RFC 3156.
bool is_stock_description(std::string_view text);
// A file name of one of them.
bool is_stock_file_name(std::string_view text);
// A charset that is a name, not a sentence.
bool is_charset_name(std::string_view text);

// The lists, which docs/stock-texts.md repeats.
std::span<const std::string_view> stock_preambles();
std::span<const std::string_view> stock_descriptions();
std::span<const std::string_view> stock_file_names();
std::span<const std::string_view> charset_names();
// Charsets that end with a number: "iso-8859-" and one or two digits.
struct CharsetFamily {
  std::string_view name;
  std::size_t most_digits;
};
std::span<const CharsetFamily> charset_families();

}  // namespace mime
