#include "daemon/kept_listener.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <set>
#include <string_view>
#include <vector>

#include "daemon/readiness.h"

namespace daemons {
namespace {

constexpr int kFirstFile = 3;  // SD_LISTEN_FDS_START

struct Inherited {
  int file;
  std::string path;
};

// The path at which a unix socket listens; "" for anything else.
std::string listening_path(int file) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  int listens = 0;
  socklen_t flag_size = sizeof listens;
  if (getsockname(file, reinterpret_cast<sockaddr*>(&address), &size) != 0 ||
      address.sun_family != AF_UNIX ||
      getsockopt(file, SOL_SOCKET, SO_ACCEPTCONN, &listens, &flag_size) != 0 ||
      listens == 0) {
    return {};
  }
  return {address.sun_path, strnlen(address.sun_path, sizeof address.sun_path)};
}

int number_in(const char* variable) {
  const char* text = std::getenv(variable);
  return text == nullptr ? 0 : std::atoi(text);
}

std::vector<Inherited> inherit() {
  std::vector<Inherited> all;
  if (number_in("LISTEN_PID") != getpid()) return all;
  const int count = number_in("LISTEN_FDS");
  for (int file = kFirstFile; file < kFirstFile + count; ++file) {
    const std::string path = listening_path(file);
    if (path.empty()) continue;
    fcntl(file, F_SETFD, FD_CLOEXEC);
    all.push_back({file, path});
  }
  return all;
}

std::vector<Inherited>& inherited() {
  static std::vector<Inherited> all;
  static pid_t whose = 0;
  if (whose != getpid()) {
    whose = getpid();
    all = inherit();
  }
  return all;
}

std::set<std::string>& kept_paths() {
  static std::set<std::string> paths;
  return paths;
}

// How systemd knows it; a colon would separate two names.
std::string name_of(const std::string& path) {
  std::string name = path;
  for (char& c : name) {
    if (c == ':' || c <= ' ' || c > '~') c = '_';
  }
  return name;
}

// Somebody may have removed the path, and then nobody gets to the socket.
bool is_socket(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace

int take_kept_listener(const std::string& path) {
  std::vector<Inherited>& all = inherited();
  for (auto one = all.begin(); one != all.end(); ++one) {
    if (one->path != path || !is_socket(path)) continue;
    const int file = one->file;
    all.erase(one);
    kept_paths().insert(path);
    return file;
  }
  return -1;
}

void keep_listener(int file, const std::string& path) {
  if (number_in("FDSTORE") > 0 &&
      notify("FDSTORE=1\nFDNAME=" + name_of(path), file)) {
    kept_paths().insert(path);
  }
}

void drop_other_listeners(const std::string& path) {
  std::vector<Inherited>& all = inherited();
  std::erase_if(all, [&](const Inherited& one) {
    if (!path.empty() && one.path != path) return false;
    close(one.file);
    // systemd has it for a moment longer: who comes is not to wait for it.
    unlink(one.path.c_str());
    notify("FDSTOREREMOVE=1\nFDNAME=" + name_of(one.path));
    return true;
  });
}

void leave_listener(const std::string& path) {
  if (!kept_paths().contains(path)) unlink(path.c_str());
}

}  // namespace daemons
