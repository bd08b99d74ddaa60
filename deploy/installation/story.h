#pragma once

// What an installation tells while it goes: for a person steps, lines below
// them and the changes of files; for a program one JSON object a line.

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>

namespace installation {

class Story {
 public:
  Story(std::ostream& out, bool colour, bool json)
      : out_(out), colour_(colour), json_(json) {}

  // A step begins: "Files".
  void step(std::string_view name);
  // Something was done, or would be.
  void line(std::string_view text);
  // A file that changes, as unified_diff() shows it.
  void change(const std::string& path, std::string_view diff);
  // What stands in the way, and what to do about it.
  void problem(std::string_view what, std::string_view remedy);
  // The last word.
  void end(std::string_view text, bool good);

  // How many were told so far.
  std::size_t problems() const { return problems_; }

 private:
  void object(std::string_view kind, std::string_view text,
              std::string_view more_name = {}, std::string_view more = {});
  void diff_line(std::string_view line);

  std::ostream& out_;
  bool colour_;
  bool json_;
  std::size_t problems_ = 0;
  std::string step_;
};

}  // namespace installation
