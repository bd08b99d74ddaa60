#pragma once

// A tar archive by hand: with whatever somebody may put into one.

#include <archive.h>
#include <archive_entry.h>

#include <string>

namespace test {

class Packed {
 public:
  explicit Packed(const std::string& path) : archive_(archive_write_new()) {
    archive_write_set_format_pax(archive_);
    archive_write_add_filter_none(archive_);
    archive_write_open_filename(archive_, path.c_str());
  }
  ~Packed() { archive_write_free(archive_); }
  Packed(const Packed&) = delete;
  Packed& operator=(const Packed&) = delete;

  void file(const std::string& name, const std::string& text,
            unsigned mode = 0600) {
    archive_entry* const entry = begin(name, AE_IFREG, mode);
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_write_header(archive_, entry);
    archive_write_data(archive_, text.data(), text.size());
    archive_entry_free(entry);
  }
  void folder(const std::string& name) { end(begin(name, AE_IFDIR, 0700)); }
  void link(const std::string& name, const std::string& target) {
    archive_entry* const entry = begin(name, AE_IFLNK, 0777);
    archive_entry_set_symlink(entry, target.c_str());
    end(entry);
  }
  void hard_link(const std::string& name, const std::string& target) {
    archive_entry* const entry = begin(name, AE_IFREG, 0600);
    archive_entry_set_hardlink(entry, target.c_str());
    end(entry);
  }
  void device(const std::string& name) {
    archive_entry* const entry = begin(name, AE_IFCHR, 0666);
    archive_entry_set_rdev(entry, 0x103);
    end(entry);
  }
  void fifo(const std::string& name) { end(begin(name, AE_IFIFO, 0600)); }

 private:
  static archive_entry* begin(const std::string& name, unsigned type,
                              unsigned mode) {
    archive_entry* const entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, mode);
    archive_entry_set_mtime(entry, 1'700'000'000, 0);
    return entry;
  }
  void end(archive_entry* entry) {
    archive_write_header(archive_, entry);
    archive_entry_free(entry);
  }

  archive* archive_;
};

}  // namespace test
