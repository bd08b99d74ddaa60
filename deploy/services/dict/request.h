#pragma once

// One line of a dict client, as any Dovecot from 2.3.0 to 2.4 writes it.
//
// What the versions differ in is which fields stand behind the first ones:
// before major version 3 the user is told in the greeting alone and an
// iteration has several paths; from 3 on each lookup, transaction and
// iteration ends in its user.  Missing fields are empty, surplus ones ignored.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dict {

struct Request {
  enum class Kind : std::uint8_t {
    kHello,     // H: major, user
    kLookup,    // L: key, user
    kIterate,   // I: flags, most_rows, paths, user
    kBegin,     // B: id, user
    kCommit,    // C: id
    kQuiet,     // D: id; a commit of which nobody wants to hear
    kRollback,  // R: id
    kSet,       // S: id, key, value
    kUnset,     // U: id, key
    kAdd,       // A: id, key, amount
    kOther,     // anything else: ignored
  };
  Kind kind = Kind::kOther;
  int major = 0;
  std::string id;  // of a transaction, as the client calls it
  std::string key;
  std::string value;
  std::int64_t amount = 0;
  std::string user;
  std::uint32_t flags = 0;
  std::uint64_t most_rows = 0;  // 0: all
  std::vector<std::string> paths;
};

// By the first octet of a line.
Request::Kind kind_of(std::string_view line);

// Lookup, iteration and commit; all others have none.
bool wants_answer(Request::Kind kind);

// `line` without its LF; `major` is the version that the client's greeting
// named, 0 before one.
Request parse_request(std::string_view line, int major);

}  // namespace dict
