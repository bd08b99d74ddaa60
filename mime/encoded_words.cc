#include "mime/encoded_words.h"

#include <iconv.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "mime/ascii.h"
#include "mime/base64.h"
#include "mime/utf8.h"

namespace mime {
namespace {

// One of the form =?charset?encoding?text?=.
struct EncodedWord {
  std::string_view charset;  // without the language of RFC 2231 5
  char encoding = 0;         // 'b' or 'q'
  std::string_view text;
  std::size_t length = 0;  // of all of it
};

// The one at the begin of `text`, if there is one.
std::optional<EncodedWord> encoded_word_at(std::string_view text) {
  if (!text.starts_with("=?")) return std::nullopt;
  const std::size_t encoding = text.find('?', 2);
  if (encoding == std::string_view::npos || encoding + 2 >= text.size() ||
      text[encoding + 2] != '?') {
    return std::nullopt;
  }
  const std::size_t begin = encoding + 3;
  const std::size_t end = text.find("?=", begin);
  if (end == std::string_view::npos) return std::nullopt;
  EncodedWord word;
  word.charset = text.substr(2, encoding - 2);
  word.charset = word.charset.substr(0, word.charset.find('*'));
  word.encoding = to_lower(text[encoding + 1]);
  word.text = text.substr(begin, end - begin);
  word.length = end + 2;
  const bool has_blank = std::any_of(
      text.begin(), text.begin() + static_cast<std::ptrdiff_t>(word.length),
      is_white_space);
  const bool is_known = word.encoding == 'b' || word.encoding == 'q';
  if (!is_known || has_blank || word.charset.empty()) return std::nullopt;
  return word;
}

std::string decode_b(std::string_view text) {
  std::string quads(text.substr(0, text.find('=')));
  const std::size_t padding = (4 - quads.size() % 4) % 4;
  quads.append(padding, 'A');
  // With the room for one quad more that the decoder asks for.
  std::vector<std::uint8_t> octets(quads.size() / 4 * 3 + 6);
  const std::size_t used = decode_base64(quads, octets);
  std::size_t count = used / 4 * 3;
  if (used == quads.size()) count -= std::min(count, padding);
  return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(count)};
}

int hexadecimal(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// RFC 2047 4.2: '_' is a blank.
std::string decode_q(std::string_view text) {
  std::string octets;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '=' && i + 2 < text.size() && hexadecimal(text[i + 1]) >= 0 &&
        hexadecimal(text[i + 2]) >= 0) {
      octets += static_cast<char>(hexadecimal(text[i + 1]) * 16 +
                                  hexadecimal(text[i + 2]));
      i += 2;
    } else {
      octets += c == '_' ? ' ' : c;
    }
  }
  return octets;
}

// nullopt: nobody knows the charset, or the octets are not of it.
std::optional<std::string> to_utf8(std::string_view charset,
                                   std::string octets) {
  if (equal_ignoring_case(charset, "utf-8") ||
      equal_ignoring_case(charset, "us-ascii")) {
    if (!is_utf8(octets)) return std::nullopt;
    return octets;
  }
  const iconv_t converter = iconv_open("UTF-8", std::string(charset).c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  std::string result(octets.size() * 4 + 16, '\0');
  char* in = octets.data();
  std::size_t in_left = octets.size();
  char* out = result.data();
  std::size_t out_left = result.size();
  const bool good = iconv(converter, &in, &in_left, &out, &out_left) !=
                        static_cast<std::size_t>(-1) &&
                    iconv(converter, nullptr, nullptr, &out, &out_left) !=
                        static_cast<std::size_t>(-1);
  iconv_close(converter);
  if (!good) return std::nullopt;
  result.resize(result.size() - out_left);
  return result;
}

std::optional<std::string> decoded(const EncodedWord& word) {
  return to_utf8(word.charset, word.encoding == 'b' ? decode_b(word.text)
                                                    : decode_q(word.text));
}

}  // namespace

std::string decode_encoded_words(std::string_view unfolded) {
  std::string result;
  std::string blanks;  // behind an encoded word, perhaps between two
  bool after_word = false;
  while (!unfolded.empty()) {
    if (const auto word = encoded_word_at(unfolded)) {
      if (auto text = decoded(*word)) {
        blanks.clear();
        result += *text;
        after_word = true;
        unfolded.remove_prefix(word->length);
        continue;
      }
    }
    const char c = unfolded.front();
    unfolded.remove_prefix(1);
    if (after_word && is_white_space(c)) {
      blanks += c;
      continue;
    }
    result += blanks;
    blanks.clear();
    after_word = false;
    result += c;
  }
  return result + blanks;
}

}  // namespace mime
