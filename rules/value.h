#pragma once

// What a fact is for one message, as far as it is known.

#include <cstdint>
#include <string>
#include <string_view>

namespace rules {

struct Value {
  enum class Kind : std::uint8_t {
    kNotYet,  // a later stage will tell
    kFailed,  // nobody can tell for the moment: a disk, the DNS
    kFlag,
    kNumber,
    kText,  // also of a word and of an address
  };
  Kind kind = Kind::kNotYet;
  bool flag = false;
  std::uint64_t number = 0;
  // Of kText, and the word of kFailed where it has one.
  // Lives as long as the source of the facts and does not change meanwhile.
  std::string_view text;

  static Value not_yet() { return {}; }
  static Value failed() { return {.kind = Kind::kFailed, .text = {}}; }
  // A failure that has a word: a rule may name it, `dkim is temperror`.
  static Value failed_as(std::string_view word) {
    return {.kind = Kind::kFailed, .text = word};
  }
  static Value of(bool flag) {
    return {.kind = Kind::kFlag, .flag = flag, .text = {}};
  }
  static Value of(std::uint64_t number) {
    return {.kind = Kind::kNumber, .number = number, .text = {}};
  }
  static Value of(std::string_view text) {
    return {.kind = Kind::kText, .text = text};
  }
  static Value of(const char*) = delete;  // it would become a flag

  bool is_known() const {
    return kind != Kind::kNotYet && kind != Kind::kFailed;
  }
  // A rule that names a fact alone asks this: not false, zero or empty.
  bool is_true() const;
};

// As it stands in a reply or a trace: printable ASCII, other octets as '?', at
// most 64 of them.
std::string to_text(const Value&);

}  // namespace rules
