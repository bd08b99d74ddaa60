#include "limits/state_directory.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace limits {
namespace {

constexpr std::string_view kJournal = "journal-";

std::string because(const std::string& what) {
  return what + ": " + std::strerror(errno);
}

}  // namespace

bool write_all(int file, std::string_view octets) {
  while (!octets.empty()) {
    const ssize_t count = write(file, octets.data(), octets.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    octets.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool sync_directory(const std::string& path) {
  const int directory = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return false;
  const bool good = fsync(directory) == 0;
  close(directory);
  return good;
}

std::string replace_file(const std::string& path, std::string_view octets) {
  const std::string beside = path + ".new";
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
  const int file = open(beside.c_str(), flags, 0600);
  if (file < 0) return because(beside);
  const bool written = write_all(file, octets) && fsync(file) == 0;
  const int reason = errno;
  close(file);
  errno = reason;
  if (!written || rename(beside.c_str(), path.c_str()) != 0 ||
      !sync_directory(std::filesystem::path(path).parent_path().string())) {
    return because(path);
  }
  return {};
}

std::unique_ptr<StateDirectory> StateDirectory::open(
    const std::string& path, std::string& error,
    std::vector<std::string>& warnings) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    error = because(path);
    return nullptr;
  }
  const std::string lock_path = path + "/lock";
  const int lock =
      ::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) {
    error = because(lock_path);
    return nullptr;
  }
  std::unique_ptr<StateDirectory> directory(new StateDirectory(path, lock));
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    error = path + ": another process keeps its limits there";
    return nullptr;
  }
  if (!directory->read_or_make_key(error, warnings)) return nullptr;
  return directory;
}

StateDirectory::~StateDirectory() { close(lock_); }

bool StateDirectory::read_or_make_key(std::string& error,
                                      std::vector<std::string>& warnings) {
  const std::string path = path_of("hash-key");
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) {
    char octets[sizeof key_ + 1];
    const ssize_t count = read(file, octets, sizeof octets);
    close(file);
    if (count == static_cast<ssize_t>(sizeof key_)) {
      std::memcpy(key_.data(), octets, sizeof key_);
      return true;
    }
    warnings.push_back(path +
                       ": no key of 16 octets; what was spent before is lost");
  } else if (errno != ENOENT) {
    error = because(path);
    return false;
  }
  if (getrandom(key_.data(), key_.size(), 0) !=
      static_cast<ssize_t>(key_.size())) {
    error = because("getrandom");
    return false;
  }
  error = replace_file(
      path, {reinterpret_cast<const char*>(key_.data()), key_.size()});
  return error.empty();
}

std::string StateDirectory::path_of(const std::string& name) const {
  return path_ + "/" + name;
}

std::string StateDirectory::journal(std::uint64_t number) const {
  return path_of(fmt::format("{}{:08}", kJournal, number));
}

std::vector<std::uint64_t> StateDirectory::journals() const {
  std::vector<std::uint64_t> numbers;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kJournal)) continue;
    std::uint64_t number = 0;
    const char* end = name.data() + name.size();
    const auto [rest, wrong] =
        std::from_chars(name.data() + kJournal.size(), end, number);
    if (wrong == std::errc{} && rest == end) numbers.push_back(number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

std::vector<std::string> StateDirectory::bucket_files() const {
  std::vector<std::string> files;
  std::error_code error;
  if (std::filesystem::exists(path_of("snapshot"), error)) {
    files.push_back(path_of("snapshot"));
  }
  for (const std::uint64_t number : journals()) {
    files.push_back(journal(number));
  }
  return files;
}

std::uint64_t StateDirectory::newest_journal() const {
  const std::vector<std::uint64_t> numbers = journals();
  return numbers.empty() ? 0
                         : *std::max_element(numbers.begin(), numbers.end());
}

void StateDirectory::remove_journals_before(std::uint64_t number) const {
  for (const std::uint64_t each : journals()) {
    // One that stays is read twice, which does no harm.
    if (each < number) unlink(journal(each).c_str());
  }
}

}  // namespace limits
