#pragma once

// A backup on its way to disk: a tar archive in the pax format (times to the
// nanosecond, extended attributes, names of any length), compressed with zstd.
//
// It is written beside its name, readable by its owner alone, for it holds
// keys; it takes its name when all of it is on disk.  What ends before leaves
// nothing behind.

#include <string>
#include <string_view>

#include "deploy/moving/contents.h"
#include "deploy/moving/entry.h"

namespace moving {

class ArchiveWriter {
 public:
  // "-" is standard output, which is not waited for until it is on disk.
  // `error` is what went wrong; then nothing else may be called.
  ArchiveWriter(const std::string& path, std::string& error);
  ~ArchiveWriter();
  ArchiveWriter(const ArchiveWriter&) = delete;
  ArchiveWriter& operator=(const ArchiveWriter&) = delete;

  // Each gives "" or what went wrong.
  std::string put(archive_entry& entry, Content& content);
  std::string put_text(const std::string& name, std::string_view text,
                       std::int64_t now);
  // The list of contents as the last entry, under `name`; then the archive
  // has its name.
  std::string finish(const std::string& name, std::int64_t now);

  std::uint64_t octets() const;  // of the archive so far
  // The file itself, so that nobody puts it into itself.
  int descriptor() const { return file_.number(); }

 private:
  std::string write_entry(archive_entry& entry, Content& content,
                          bool is_listed);
  std::string write_content(const Entry& entry, Content& content,
                            std::string& checksum);
  void open_file();
  std::string take_name();
  std::string failed() const;

  std::string path_;
  std::string temporary_;  // its name until then, where it has to have one
  mailbox::FileDescriptor file_;
  ArchiveHandle archive_;
  Contents contents_;
};

}  // namespace moving
