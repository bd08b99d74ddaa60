#pragma once

// The format of chatmail.ini, as relays write it today: sections in brackets,
// `key = value` (or `key: value`), whole-line comments with # or ;, and
// indented lines that continue the value above.
//
// Written here rather than taken from libinih because that library cuts lines
// at 200 octets and values at " ;", and both occur in real files: lists of
// addresses are long, postal addresses hold semicolons.
//
// The namespace is `daemons`, not `daemon`: the C library has a function of
// that name.

#include <string>
#include <string_view>
#include <vector>

namespace daemons {

struct IniEntry {
  std::string section;
  std::string key;
  std::string value;  // continuation lines joined by LF
  int line = 0;       // where the key stands, from 1
};

struct IniError {
  int line = 0;
  std::string what;
};

struct IniFile {
  std::vector<IniEntry> entries;  // in the order of the file
  std::vector<IniError> errors;
};

// Reads on after an error, so that all of them are told at once.  A key that
// stands twice in a section is an error: which one counts would be a guess.
IniFile parse_ini(std::string_view text);

}  // namespace daemons
