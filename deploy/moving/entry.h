#pragma once

// One file, folder or link on its way: out of a tree or an archive, into an
// archive or a tree.
//
// libarchive's entry travels whole, so that extended attributes and ACLs go
// with it; Entry is the part of it that is judged and written down.

#include <archive.h>
#include <archive_entry.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace moving {

struct FreeArchive {
  void operator()(archive* one) const { archive_free(one); }
};
using ArchiveHandle = std::unique_ptr<archive, FreeArchive>;

struct FreeEntry {
  void operator()(archive_entry* one) const { archive_entry_free(one); }
};
using EntryHandle = std::unique_ptr<archive_entry, FreeEntry>;

enum class EntryType : std::uint8_t {
  kFile,
  kFolder,
  kLink,      // symbolic
  kHardLink,  // another name of a file before it
  kOther,     // a device, a FIFO, a socket
};

struct Entry {
  std::string name{};  // as it is, but for "./" in front and "/" behind
  EntryType type = EntryType::kOther;
  std::string target{};  // of both kinds of links
  unsigned mode = 0;     // permissions
  std::string owner{};   // names; empty: the number has none
  std::string group{};
  std::int64_t modified = 0;  // seconds since 1970
  long nanoseconds = 0;
  std::uint64_t size = 0;  // octets of a file
};

Entry entry_of(archive_entry& one);

// The octets of one file, piece by piece.
class Content {
 public:
  virtual ~Content() = default;
  // Until the next call; empty at the end; nullopt: why() tells.
  virtual std::optional<std::string_view> next() = 0;
  virtual std::string why() const = 0;
};

// A text that is there.
class TextContent : public Content {
 public:
  explicit TextContent(std::string_view text) : text_(text) {}
  std::optional<std::string_view> next() override {
    return std::exchange(text_, std::string_view{});
  }
  std::string why() const override { return {}; }

 private:
  std::string_view text_;
};

// Takes an entry and its content; "" or what went wrong, which ends the way.
using Visit = std::function<std::string(archive_entry&, Content&)>;

// All entries of something, in their order; "" or what went wrong.
using Source = std::function<std::string(const Visit&)>;

// What libarchive says went wrong.
std::string because(archive& one);

// The whole of a small content; nullopt and `error`.
std::optional<std::string> read_small(Content& content, std::string& error);

// SHA-256, in hexadecimal digits.
class Checksum {
 public:
  Checksum();
  ~Checksum();
  Checksum(const Checksum&) = delete;
  Checksum& operator=(const Checksum&) = delete;

  void add(std::string_view octets);
  std::string hex();  // once

 private:
  void* context_;
};

}  // namespace moving
