#pragma once

// A tree of files into entries, while others write in it.
//
// Folders are opened a step at a time and links are not followed, so nothing
// can be swapped in between.  What vanishes meanwhile is passed over.  Sockets,
// FIFOs and devices are nobody's belongings.  A file with several names is put
// once, and its other names as links to it.

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "deploy/moving/entry.h"
#include "mailbox/file_descriptor.h"

namespace moving {

struct OpenFolder {
  mailbox::FileDescriptor file;  // not open: it is gone, or no folder
  std::string name;              // of its entry: "home/vmail/mail"
};

class DiskTree {
 public:
  // `root` is "" or a folder that stands for /.
  DiskTree(std::string root, const Visit& visit);

  // This file is left out: the archive that is being written.
  void leave_out(int descriptor);
  // Contents are not read, and come as nothing: for who only counts.
  void only_count() { only_counts_ = true; }

  // Each of these goes on as long as error() is empty, and does nothing then.

  // `path` is absolute; it and all below.  A link there is followed: what is
  // behind it is what the relay uses.  What is not there puts nothing.
  void put_path(const std::string& path);
  // The same for one name in a folder, without following; false when it is
  // gone, or error().
  bool put(const OpenFolder& in, const std::string& name, int depth = 0);

  // For who goes in an order of his own: a folder's own entry, and the folder.
  OpenFolder enter_path(const std::string& path);
  OpenFolder enter(const OpenFolder& in, const std::string& name);
  OpenFolder open(const OpenFolder& in, const std::string& name);  // no entry
  // What is in it, sorted.
  std::vector<std::string> names_in(const OpenFolder& folder);

  const std::string& error() const { return error_; }

 private:
  struct Seen {
    std::string name;
    std::int64_t modified;
    std::int64_t size;
  };

  bool put_file(const OpenFolder& in, const std::string& name);
  bool put_open_file(int file, const std::string& name);
  bool put_link(const OpenFolder& in, const std::string& name,
                const struct stat& status);
  EntryHandle entry_from(int file, const std::string& name,
                         const struct stat& status);
  bool put_other_name(archive_entry& entry, const std::string& name,
                      const struct stat& status);
  OpenFolder put_folder(mailbox::FileDescriptor file, std::string name);
  void put_contents(const OpenFolder& folder, int depth);
  bool give(archive_entry& entry, Content& content);
  // Notes errno, unless it says that somebody took the name away; false.
  bool gone_or_failed(const std::string& name);

  std::string root_;
  Visit visit_;
  ArchiveHandle disk_;  // knows the names of users and groups
  std::pair<dev_t, ino_t> left_out_{};
  std::map<std::pair<dev_t, ino_t>, Seen> linked_;
  std::string buffer_;
  bool only_counts_ = false;
  std::string error_;
};

}  // namespace moving
