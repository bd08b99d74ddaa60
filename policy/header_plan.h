#pragma once

// The edits that a verdict asks for, as data: the milter carries them out
// through Postfix, `chatmail check --emit` on a file, with equal octets.

#include <cstddef>
#include <string>
#include <vector>

namespace policy {

// An owned header field; `body` is all behind the colon, with its leading
// blank and its foldings as CRLF, without the final CRLF.
struct HeaderField {
  std::string name;
  std::string body;
};

struct HeaderEdit {
  enum class Kind { kRemove, kReplace };
  Kind kind = Kind::kRemove;
  std::size_t position = 0;  // in the header section as it came, from 0
  std::string name;
  int occurrence = 1;  // among the fields of that name (any case), from 1
  std::string body;    // of kReplace
};

struct HeaderPlan {
  std::vector<HeaderEdit> edits;        // in ascending order of position
  std::vector<HeaderField> insert_top;  // in the order they will stand

  bool empty() const { return edits.empty() && insert_top.empty(); }
};

// The header section as it stands after the plan.
std::vector<HeaderField> apply(const HeaderPlan& plan,
                               std::vector<HeaderField> fields);

}  // namespace policy
