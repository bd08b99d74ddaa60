#include "deploy/moving/contents.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "deploy/moving/limits.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

std::string escaped(std::string_view name) {
  std::string text;
  for (const char octet : name) {
    const auto value = static_cast<unsigned char>(octet);
    if (value <= ' ' || value == 0x7f || octet == '\\') {
      text += fmt::format("\\{:03o}", value);
    } else {
      text += octet;
    }
  }
  return text;
}

char letter_of(EntryType type) {
  switch (type) {
    case EntryType::kFile:
      return 'f';
    case EntryType::kFolder:
      return 'd';
    case EntryType::kLink:
      return 'l';
    case EntryType::kHardLink:
      return 'h';
    case EntryType::kOther:
      break;
  }
  return '?';
}

std::string name_or_dash(const std::string& name) {
  return name.empty() ? "-" : escaped(name);
}

// An unnamed file; a system without O_TMPFILE gets one that loses its name.
mailbox::FileDescriptor unnamed_file(const std::string& folder) {
  mailbox::FileDescriptor file(
      open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.is_open()) return file;
  std::string path = folder + "/.contents.XXXXXX";
  file = mailbox::FileDescriptor(mkostemp(path.data(), O_CLOEXEC));
  if (file.is_open()) unlink(path.c_str());
  return file;
}

// The name in the line that `place` is in.
std::string name_at(std::string_view text, std::size_t place) {
  const std::size_t before = text.rfind('\n', place);
  std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::string_view line = text.substr(begin);
  line = line.substr(0, line.find('\n'));
  constexpr int kFieldsBeforeName = 7;
  for (int i = 0; i < kFieldsBeforeName; ++i) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return {};
    line.remove_prefix(blank + 1);
  }
  return std::string(line.substr(0, line.find(' ')));
}

}  // namespace

std::string contents_line(const Entry& entry, const std::string& checksum) {
  // A second name has what the first has, and formats differ in what of it
  // they repeat.
  const bool is_second = entry.type == EntryType::kHardLink;
  std::string line = fmt::format(
      "{} {} {:04o} {} {} {}.{:09} {} {}", checksum.empty() ? "-" : checksum,
      letter_of(entry.type), is_second ? 0U : entry.mode,
      is_second ? "-" : name_or_dash(entry.owner),
      is_second ? "-" : name_or_dash(entry.group),
      is_second ? 0 : entry.modified, is_second ? 0 : entry.nanoseconds,
      entry.size, escaped(entry.name));
  if (!entry.target.empty()) line += " -> " + escaped(entry.target);
  return line + "\n";
}

Contents::Contents(const std::string& folder) : file_(unnamed_file(folder)) {
  if (!file_.is_open()) error_ = mailbox::because(folder);
}

std::string Contents::add(const std::string& line) {
  sum_.add(line);
  unwritten_ += line;
  size_ += line.size();
  return unwritten_.size() < kChunk ? error_ : flush();
}

std::string Contents::flush() {
  std::string_view rest = unwritten_;
  while (error_.empty() && !rest.empty()) {
    const ssize_t count = write(file_.number(), rest.data(), rest.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      error_ = mailbox::because("the list of contents");
    } else {
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  unwritten_.clear();
  return error_;
}

std::string Contents::rewind() {
  if (!is_ended_) {
    is_ended_ = true;
    const std::string last = sum_.hex() + "\n";
    unwritten_ += last;
    size_ += last.size();
  }
  if (flush().empty() && lseek(file_.number(), 0, SEEK_SET) != 0) {
    error_ = mailbox::because("the list of contents");
  }
  return error_;
}

std::optional<std::string_view> Contents::next() {
  chunk_.resize(kChunk);
  ssize_t count = -1;
  do {
    count = read(file_.number(), chunk_.data(), chunk_.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    error_ = mailbox::because("the list of contents");
    return std::nullopt;
  }
  chunk_.resize(static_cast<std::size_t>(count));
  return chunk_;
}

bool Contents::equals(Content& other, std::string& difference,
                      std::string& error) {
  error = rewind();
  if (!error.empty()) return false;
  std::string ours;
  while (true) {
    const auto piece = other.next();
    if (!piece) {
      error = other.why();
      return false;
    }
    // As much of ours as is needed to compare, and the rest of its line.
    while (ours.size() < piece->size() + kMostName * 2 || piece->empty()) {
      const auto more = next();
      if (!more) {
        error = why();
        return false;
      }
      if (more->empty()) break;
      ours += *more;
    }
    if (piece->empty()) return ours.empty();
    const std::size_t both = std::min(ours.size(), piece->size());
    const auto [here, there] =
        std::mismatch(piece->begin(), piece->begin() + both, ours.begin());
    if (here != piece->begin() + both || ours.size() < piece->size()) {
      difference =
          name_at(ours, static_cast<std::size_t>(there - ours.begin()));
      return false;
    }
    ours.erase(0, piece->size());
  }
}

}  // namespace moving
