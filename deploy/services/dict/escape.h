#pragma once

// Dovecot's escape for fields between tabs (its str_tabescape): NUL, \x01,
// TAB, LF and CR are \x01 and a letter.

#include <string>
#include <string_view>

namespace dict {

void append_escaped(std::string_view field, std::string& out);

// An escape that does not exist stands for the octet behind its \x01.
std::string unescape(std::string_view field);

}  // namespace dict
