#pragma once

// What a backup says of itself, in its first entry: JSON.
//
//   {"format": "chatmail backup", "version": 1, "mail_domain": "...",
//    "made": 1795440670, "config_file": "/etc/chatmail/chatmail.ini",
//    "roots": [{"part": "settings", "path": "/etc/chatmail"}, ...]}
//
// Who reads it takes no other version: what is not known is not guessed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "deploy/moving/belongings.h"

namespace moving {

inline constexpr char kManifestName[] = "chatmail-backup/manifest.json";
inline constexpr char kContentsName[] = "chatmail-backup/contents";
inline constexpr int kManifestVersion = 1;

struct Manifest {
  std::string mail_domain;
  std::int64_t made = 0;  // seconds since 1970
  std::string config_file;
  Roots roots;  // those that are in the archive
};

std::string print_manifest(const Manifest& manifest);
std::optional<Manifest> parse_manifest(std::string_view text,
                                       std::string& error);

}  // namespace moving
