#pragma once

// What an installation tells while it goes: for a person steps, lines below
// them and the changes of files; for a program one JSON object a line.
//
// How far a long step is stands on a terminal in one line that is written over
// and goes with the next one; in a log it is a line now and then, when nothing
// else has been told for a while; for a program it is nothing.

#include <chrono>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace installation {

// In a log: nobody waits longer for a word.
inline constexpr std::chrono::seconds kLongestSilence{10};

struct Pace {
  bool rewrites = false;  // the output is a terminal that lets a line go
  std::function<std::chrono::steady_clock::time_point()> clock =
      &std::chrono::steady_clock::now;
};

class Story {
 public:
  Story(std::ostream& out, bool colour, bool json, Pace pace = {})
      : out_(out),
        colour_(colour),
        json_(json),
        pace_(std::move(pace)),
        told_(pace_.clock()) {}
  ~Story() { clear(); }
  Story(const Story&) = delete;
  Story& operator=(const Story&) = delete;

  // A step begins: "Files".
  void step(std::string_view name);
  // Something was done, or would be.
  void line(std::string_view text);
  // A file that changes, as unified_diff() shows it.
  void change(const std::string& path, std::string_view diff);
  // What stands in the way, and what to do about it.
  void problem(std::string_view what, std::string_view remedy);
  // How far what takes its time is; as often as one likes.
  void progress(std::string_view text);
  // The last word.
  void end(std::string_view text, bool good);

  // How many were told so far.
  std::size_t problems() const { return problems_; }

 private:
  void object(std::string_view kind, std::string_view text,
              std::string_view more_name = {}, std::string_view more = {});
  void diff_line(std::string_view line);
  // Before something that stays: the line of progress goes.
  void clear();

  std::ostream& out_;
  bool colour_;
  bool json_;
  Pace pace_;
  std::chrono::steady_clock::time_point told_;  // when the last line was
  bool is_shown_ = false;                       // a line of progress
  std::size_t problems_ = 0;
  std::string step_;
};

}  // namespace installation
