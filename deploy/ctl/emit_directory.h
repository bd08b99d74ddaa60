#pragma once

// `--emit`: each accepted message, as it would be queued, as a file.
//
// A file is named as its input; where two inputs of one run have the same
// name, the later ones get a number ("note.eml", "note.2.eml").  What an
// earlier run left under that name is replaced in one step.

#include <set>
#include <string>
#include <string_view>

namespace ctl {

class EmitDirectory {
 public:
  // The directory is made when it is not there.
  explicit EmitDirectory(std::string directory);

  struct Result {
    std::string path;
    std::string error;  // not empty: nothing was written, and why
  };
  // `input` is the path of the message; "-" is named "stdin.eml".
  Result write(const std::string& input, std::string_view octets);

 private:
  std::string directory_;
  std::set<std::string> names_;
};

}  // namespace ctl
