#pragma once

// The directory in which the embedded store keeps its files:
//   lock              held while a process uses it
//   hash-key          16 random octets, made at the first start
//   snapshot          all buckets of one moment
//   journal-00000007  what was spent since; one, or more while a snapshot is
//                     being written

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "limits/sip_hash.h"

namespace limits {

class StateDirectory {
 public:
  // Makes the directory if need be (not its parents), and the key.  nullptr
  // and the reason in `error`.  What is wrong and does no harm to the start
  // goes to `warnings`.
  static std::unique_ptr<StateDirectory> open(
      const std::string& path, std::string& error,
      std::vector<std::string>& warnings);
  ~StateDirectory();
  StateDirectory(const StateDirectory&) = delete;
  StateDirectory& operator=(const StateDirectory&) = delete;

  const SipKey& key() const { return key_; }
  std::string path_of(const std::string& name) const;
  std::string journal(std::uint64_t number) const;

  // The snapshot, then the journals from the oldest on: what a later one says
  // of a bucket holds.
  std::vector<std::string> bucket_files() const;
  // Of the newest journal; 0 when there is none.
  std::uint64_t newest_journal() const;
  void remove_journals_before(std::uint64_t number) const;

 private:
  StateDirectory(std::string path, int lock)
      : path_(std::move(path)), lock_(lock) {}
  bool read_or_make_key(std::string& error, std::vector<std::string>& warnings);
  std::vector<std::uint64_t> journals() const;

  std::string path_;
  int lock_;
  SipKey key_{};
};

// Writes a whole file beside its name and then puts it there, so that at any
// time there is the old one or the new one.  What went wrong, or "".
std::string replace_file(const std::string& path, std::string_view octets);

// False with errno set.
bool write_all(int file, std::string_view octets);
bool sync_directory(const std::string& path);

}  // namespace limits
