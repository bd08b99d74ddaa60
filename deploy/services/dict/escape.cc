#include "deploy/services/dict/escape.h"

namespace dict {
namespace {

constexpr char kEscape = '\x01';

// The letter behind the \x01, or 0 for an octet that stands for itself.
char letter_of(char octet) {
  switch (octet) {
    case '\0':
      return '0';
    case kEscape:
      return '1';
    case '\t':
      return 't';
    case '\r':
      return 'r';
    case '\n':
      return 'n';
    default:
      return 0;
  }
}

char octet_of(char letter) {
  switch (letter) {
    case '0':
      return '\0';
    case '1':
      return kEscape;
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'n':
      return '\n';
    default:
      return letter;
  }
}

}  // namespace

void append_escaped(std::string_view field, std::string& out) {
  for (const char octet : field) {
    const char letter = letter_of(octet);
    if (letter == 0) {
      out += octet;
    } else {
      out += kEscape;
      out += letter;
    }
  }
}

std::string unescape(std::string_view field) {
  std::string out;
  out.reserve(field.size());
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (field[i] != kEscape) {
      out += field[i];
    } else if (++i < field.size()) {
      out += octet_of(field[i]);
    }
  }
  return out;
}

}  // namespace dict
