#pragma once

// The list of what an archive holds, one line an entry, written while the
// archive is: at its end it stands in the archive itself, and whoever reads the
// archive writes the same list and compares.  So a changed octet, owner, mode,
// time or name is found, and an archive that was cut has no list at all.
//
//   SHA256 f 0600 vmail vmail 1795440670.000000000 1234 home/vmail/...
//
// Control octets, blanks and backslashes in names are \ooo.  The last line is
// the SHA-256 of those before: in a compressed archive one changed bit can
// change a name or a time and the line that tells it alike.  The list is in an
// unnamed file, for a relay has millions of messages.

#include <string>
#include <string_view>

#include "deploy/moving/entry.h"
#include "mailbox/file_descriptor.h"

namespace moving {

// `checksum` is of a file's content, "" for what has none.
std::string contents_line(const Entry& entry, const std::string& checksum);

class Contents : public Content {
 public:
  // In `folder`, which needs room for about 200 octets an entry.
  explicit Contents(const std::string& folder);

  // "" or what went wrong, of the making too.
  std::string add(const std::string& line);
  std::uint64_t size() const { return size_; }  // octets, after rewind()

  // The last line is added; then from the first line on.
  std::string rewind();
  std::optional<std::string_view> next() override;
  std::string why() const override { return error_; }

  // Whether `other` has the same lines; else `difference` is the name in the
  // first line that differs, "" when it is the last one, or missing.
  bool equals(Content& other, std::string& difference, std::string& error);

 private:
  std::string flush();

  mailbox::FileDescriptor file_;
  std::string unwritten_;
  std::string chunk_;
  std::uint64_t size_ = 0;
  Checksum sum_;
  bool is_ended_ = false;
  std::string error_;
};

}  // namespace moving
