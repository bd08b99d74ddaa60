#pragma once

// The octets of an answer.

#include <span>
#include <string>
#include <string_view>

namespace dict {

struct Row {
  std::string key;
  std::string value;
};

std::string found_line(std::string_view value);
// Several values of one key; Dovecot 2.3 escapes each twice.
std::string found_line(std::span<const std::string> values);
// An iteration's rows and the empty line that ends them.
std::string rows_lines(std::span<const Row> rows);
std::string done_line();
std::string not_found_line();
// `id` is that of a transaction, whose place a lookup's failure does not have.
std::string failed_line(std::string_view why);
std::string failed_line(std::string_view id, std::string_view why);

}  // namespace dict
