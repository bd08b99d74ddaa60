#include "deploy/services/metadata/pending_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <utility>

#include "deploy/services/metadata/device_tokens.h"
#include "mailbox/address.h"
#include "mailbox/small_file.h"

namespace metadata {
namespace {

constexpr std::string_view kUnfinished = ".tmp";
constexpr std::size_t kMaxFile = 8192;

// RFC 9562 5.4; "" when the system gives no random octets.
std::string uuid4() {
  constexpr char digits[] = "0123456789abcdef";
  unsigned char octets[16];
  if (RAND_bytes(octets, sizeof octets) != 1) return {};
  octets[6] = static_cast<unsigned char>((octets[6] & 0x0FU) | 0x40U);
  octets[8] = static_cast<unsigned char>((octets[8] & 0x3FU) | 0x80U);
  std::string text;
  for (std::size_t i = 0; i < sizeof octets; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[octets[i] >> 4U];
    text += digits[octets[i] & 15U];
  }
  return text;
}

// With hyphens or without.
bool is_uuid(std::string_view name) {
  return (name.size() == 36 || name.size() == 32) &&
         name.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

// A batch of files or a few hundred octets: a short write is a full disk.
bool write_whole(int file, const std::string& text) {
  errno = ENOSPC;
  return ::write(file, text.data(), text.size()) ==
         static_cast<ssize_t>(text.size());
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

}  // namespace

std::string print_notification(const Notification& notification) {
  return notification.address + "\n" + std::to_string(notification.start) +
         "\n" + notification.token;
}

std::optional<Notification> parse_notification(std::string_view text) {
  const std::size_t first = text.find('\n');
  if (first == std::string_view::npos) return std::nullopt;
  const std::size_t second = text.find('\n', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  Notification notification;
  notification.address = text.substr(0, first);
  notification.token = text.substr(second + 1);
  const char* end = text.data() + second;
  const auto [rest, error] =
      std::from_chars(text.data() + first + 1, end, notification.start);
  if (error != std::errc() || rest != end || notification.start < 0 ||
      !mailbox::is_account_name(notification.address) ||
      !is_token(notification.token)) {
    return std::nullopt;
  }
  return notification;
}

std::optional<PendingFiles> PendingFiles::open(
    const mailbox::Mailboxes& mailboxes, std::string& error) {
  const int parent = mailboxes.descriptor();
  if (mkdirat(parent, kPendingFolder, 0700) != 0 && errno != EEXIST) {
    error = mailbox::because(kPendingFolder);
    return std::nullopt;
  }
  mailbox::FileDescriptor folder(openat(
      parent, kPendingFolder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.is_open() ||
      faccessat(folder.number(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
    error = mailbox::because(kPendingFolder);
    return std::nullopt;
  }
  return PendingFiles(std::move(folder));
}

std::optional<std::string> PendingFiles::write(Notification& notification) {
  std::string name = uuid4();
  if (name.empty()) return "no random octets";
  const std::string fresh = name + std::string(kUnfinished);
  mailbox::FileDescriptor file(
      openat(folder_.number(), fresh.c_str(),
             O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.is_open()) return mailbox::because(kPendingFolder);
  if (!write_whole(file.number(), print_notification(notification))) {
    std::string error = mailbox::because(kPendingFolder);
    unlinkat(folder_.number(), fresh.c_str(), 0);
    return error;
  }
  notification.name = name;
  unsynced_.push_back({std::move(name), std::move(file)});
  return std::nullopt;
}

std::optional<std::string> PendingFiles::sync() {
  if (unsynced_.empty()) return std::nullopt;
  std::optional<std::string> wrong;
  for (const Unsynced& each : unsynced_) {
    if (fdatasync(each.file.number()) == 0) continue;
    wrong = mailbox::because(kPendingFolder);
    break;
  }
  for (const Unsynced& each : unsynced_) {
    const std::string fresh = each.name + std::string(kUnfinished);
    if (!wrong && renameat(folder_.number(), fresh.c_str(), folder_.number(),
                           each.name.c_str()) != 0) {
      wrong = mailbox::because(kPendingFolder);
    }
  }
  if (!wrong) wrong = mailbox::sync_directory(folder_.number());
  if (wrong) {
    for (const Unsynced& each : unsynced_) {
      remove(each.name + std::string(kUnfinished));
      remove(each.name);
    }
  }
  unsynced_.clear();
  return wrong;
}

void PendingFiles::remove(const std::string& name) const {
  unlinkat(folder_.number(), name.c_str(), 0);
}

bool PendingFiles::for_each(const std::function<void(Notification)>& visit,
                            std::string& error) const {
  // A descriptor of its own: reading moves its place.
  const int copy = openat(folder_.number(), ".", O_RDONLY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseFolder> folder(copy < 0 ? nullptr
                                                          : fdopendir(copy));
  if (folder == nullptr) {
    error = mailbox::because(kPendingFolder);
    return false;
  }
  while (true) {
    errno = 0;
    const dirent* entry = readdir(folder.get());
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name.ends_with(kUnfinished) &&
        is_uuid(std::string_view(name).substr(
            0, name.size() - kUnfinished.size()))) {
      remove(name);
    }
    if (!is_uuid(name)) continue;
    const mailbox::ReadResult file =
        mailbox::read_file(folder_.number(), name.c_str(), kMaxFile);
    auto notification = parse_notification(file.text);
    if (!notification) {
      remove(name);
      continue;
    }
    notification->name = name;
    visit(std::move(*notification));
  }
  if (errno != 0) error = mailbox::because(kPendingFolder);
  return errno == 0;
}

}  // namespace metadata
