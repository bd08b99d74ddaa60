#pragma once

// What an archive may hold, whoever made it: files and folders in certain
// places, and links that stay there.
//
// Names are relative, without "." and "..".  A symbolic link leads, by its
// text, to a place in the same root, and nothing stands below one.  A hard
// link is another name of a file that came before it.  No name comes twice.
// Devices, FIFOs and sockets are refused.  So what is written below an empty
// folder stays below it, whatever the order.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>

#include "deploy/moving/belongings.h"
#include "deploy/moving/entry.h"

namespace moving {

class EntryRules {
 public:
  explicit EntryRules(Roots roots) : roots_(std::move(roots)) {}

  const Roots& roots() const { return roots_; }

  // The index of the root that the entry of this name belongs to.
  std::optional<std::size_t> root_of(std::string_view name) const;

  // "" or why a name is none that may stand in an archive at all.
  static std::string look_at_name(std::string_view name);

  // "" or why an entry in one of the roots is refused.
  std::string look_at(const Entry& entry);

 private:
  // A file's name, as a checksum: a relay has millions.
  using Digest = std::array<std::uint64_t, 2>;
  struct DigestHash {
    std::size_t operator()(const Digest& digest) const { return digest[0]; }
  };
  static Digest digest_of(std::string_view name);

  std::string look_at_ancestors(std::string_view name);
  std::string look_at_target(const Entry& entry) const;

  Roots roots_;
  std::unordered_set<Digest, DigestHash> files_;
  std::set<std::string, std::less<>> folders_;
  std::set<std::string, std::less<>> links_;
};

}  // namespace moving
