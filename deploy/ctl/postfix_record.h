#pragma once

// A message cut into pieces of lines, as smtpd(8) and sendmail(1) hand them to
// Postfix's other processes.
//
// A line of more than line_length_limit octets is several pieces, and most of
// what Postfix does to a message it does to a piece: that is why a NUL or a CR
// 2,048 octets into a line matters.  One view into the message, no copies but
// the piece itself.

#include <cstddef>
#include <string>
#include <string_view>

namespace ctl {

struct PostfixRecord {
  std::string text;           // without its line end
  bool line_goes_on = false;  // the line was cut behind this piece
};

class PostfixRecordReader {
 public:
  enum class Entry { kSmtp, kSendmail };

  // `octets` must outlive the reader.
  PostfixRecordReader(std::string_view octets, Entry entry)
      : octets_(octets), entry_(entry) {}

  bool at_end() const { return octets_.empty(); }
  // The next piece; not at the end.
  PostfixRecord next();

 private:
  std::size_t piece_size() const;

  std::string_view octets_;
  Entry entry_;
  bool at_line_start_ = true;
};

}  // namespace ctl
