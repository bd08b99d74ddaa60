#include "deploy/moving/entry.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "deploy/moving/limits.h"

namespace moving {
namespace {

std::string text_or_nothing(const char* text) {
  return text == nullptr ? "" : text;
}

std::string plain_name(std::string name) {
  while (name.starts_with("./")) name.erase(0, 2);
  while (name.size() > 1 && name.ends_with('/')) name.pop_back();
  return name;
}

EntryType type_of(archive_entry& one) {
  if (archive_entry_hardlink(&one) != nullptr) return EntryType::kHardLink;
  switch (archive_entry_filetype(&one)) {
    case AE_IFREG:
      return EntryType::kFile;
    case AE_IFDIR:
      return EntryType::kFolder;
    case AE_IFLNK:
      return EntryType::kLink;
    default:
      return EntryType::kOther;
  }
}

EVP_MD_CTX* context(void* one) { return static_cast<EVP_MD_CTX*>(one); }

}  // namespace

Entry entry_of(archive_entry& one) {
  constexpr unsigned kPermissions = 07777;
  Entry entry;
  entry.name = plain_name(text_or_nothing(archive_entry_pathname(&one)));
  entry.type = type_of(one);
  if (entry.type == EntryType::kHardLink) {
    entry.target = plain_name(text_or_nothing(archive_entry_hardlink(&one)));
  } else if (entry.type == EntryType::kLink) {
    entry.target = text_or_nothing(archive_entry_symlink(&one));
  }
  entry.mode = archive_entry_perm(&one) & kPermissions;
  entry.owner = text_or_nothing(archive_entry_uname(&one));
  entry.group = text_or_nothing(archive_entry_gname(&one));
  entry.modified = archive_entry_mtime(&one);
  entry.nanoseconds = archive_entry_mtime_nsec(&one);
  if (entry.type == EntryType::kFile) {
    entry.size = static_cast<std::uint64_t>(archive_entry_size(&one));
  }
  return entry;
}

std::string because(archive& one) {
  const char* const text = archive_error_string(&one);
  const int number = archive_errno(&one);
  std::string reason = text == nullptr ? "" : text;
  // A wrong format is no error of the system, whatever its number says there.
  if (number > 0 && number != EILSEQ) {
    std::string system = std::strerror(number);
    if (reason.empty()) return system;
    if (reason.find(system) == std::string::npos) reason += ": " + system;
  }
  return reason.empty() ? "it cannot be read" : reason;
}

std::optional<std::string> read_small(Content& content, std::string& error) {
  std::string text;
  while (true) {
    const auto piece = content.next();
    if (!piece) {
      error = content.why();
      return std::nullopt;
    }
    if (piece->empty()) return text;
    if (text.size() + piece->size() > kMostText) {
      error = fmt::format("it has more than {} octets", kMostText);
      return std::nullopt;
    }
    text += *piece;
  }
}

Checksum::Checksum() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context(context_), EVP_sha256(), nullptr);
}

Checksum::~Checksum() { EVP_MD_CTX_free(context(context_)); }

void Checksum::add(std::string_view octets) {
  EVP_DigestUpdate(context(context_), octets.data(), octets.size());
}

std::string Checksum::hex() {
  unsigned char octets[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_DigestFinal_ex(context(context_), octets, &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", octets[i]);
  return text;
}

}  // namespace moving
