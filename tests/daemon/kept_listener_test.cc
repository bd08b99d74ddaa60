#include "daemon/kept_listener.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <string>

#include "daemon/socket_place.h"
#include "tests/daemon/temporary_directory.h"

namespace {

struct Datagram {
  std::string text;
  int file = -1;
};

// The end of systemd: what a daemon notifies, and the descriptors with it.
class Systemd {
 public:
  explicit Systemd(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    file_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    REQUIRE(bind(file_, reinterpret_cast<const sockaddr*>(&address),
                 sizeof address) == 0);
    // NOLINTBEGIN(concurrency-*)
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    setenv("FDSTORE", "4", 1);
    // NOLINTEND(concurrency-*)
  }
  ~Systemd() {
    // NOLINTBEGIN(concurrency-*)
    unsetenv("NOTIFY_SOCKET");
    unsetenv("FDSTORE");
    // NOLINTEND(concurrency-*)
    close(file_);
  }
  Systemd(const Systemd&) = delete;
  Systemd& operator=(const Systemd&) = delete;

  Datagram take() const {
    char text[512] = {};
    iovec piece{text, sizeof text};
    alignas(cmsghdr) char space[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    message.msg_control = space;
    message.msg_controllen = sizeof space;
    const ssize_t size = recvmsg(file_, &message, MSG_CMSG_CLOEXEC);
    Datagram datagram;
    if (size > 0) datagram.text.assign(text, static_cast<std::size_t>(size));
    if (const cmsghdr* attached = CMSG_FIRSTHDR(&message)) {
      std::memcpy(&datagram.file, CMSG_DATA(attached), sizeof(int));
    }
    return datagram;
  }

 private:
  int file_ = -1;
};

bool exists(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0;
}

// Whether `test` is true in a process that systemd gave this descriptor.
template <typename Test>
bool in_next_process(int file, const Test& test) {
  const pid_t child = fork();
  if (child == 0) {
    constexpr int kFirst = 3;
    const bool is_there = dup2(file, kFirst) == kFirst;
    // NOLINTBEGIN(concurrency-*)
    setenv("LISTEN_PID", std::to_string(getpid()).c_str(), 1);
    setenv("LISTEN_FDS", "1", 1);
    // NOLINTEND(concurrency-*)
    _exit(is_there && test() ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("who connects while a daemon restarts is served by the next one") {
  const test::TemporaryDirectory directory;
  const Systemd systemd(directory.path("notify"));
  const std::string path = directory.path("socket");
  std::string error;
  const int first = daemons::listen_on(path, {}, error);
  REQUIRE(first >= 0);
  const Datagram told = systemd.take();
  CHECK(told.text == "FDSTORE=1\nFDNAME=" + path);
  REQUIRE(told.file >= 0);
  daemons::leave_listener(path);
  close(first);
  // Now there is no daemon.
  const int client = daemons::connect_to(path);
  CHECK(client >= 0);
  CHECK(in_next_process(told.file, [&] {
    const int next = daemons::listen_on(path, {}, error);
    return next == 3 && accept(next, nullptr, nullptr) >= 0;
  }));
  // A process that has another place lets the old one go, and tells so.
  CHECK(in_next_process(told.file, [&] {
    const int other = daemons::listen_on(directory.path("other"), {}, error);
    daemons::drop_other_listeners();
    return other >= 0 && other != 3 && listen(3, 1) != 0;
  }));
  CHECK(systemd.take().text == "FDSTORE=1\nFDNAME=" + directory.path("other"));
  CHECK(systemd.take().text == "FDSTOREREMOVE=1\nFDNAME=" + path);
  // Nobody gets to a socket whose path is gone.
  unlink(path.c_str());
  CHECK(in_next_process(told.file, [&] {
    return daemons::take_kept_listener(path) == -1 &&
           daemons::listen_on(path, {}, error) > 3 && exists(path);
  }));
  close(client);
  close(told.file);
}

TEST_CASE("a socket that systemd does not keep goes with its daemon") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("socket");
  const Systemd systemd(directory.path("notify"));
  unsetenv("FDSTORE");  // NOLINT(concurrency-*)
  std::string error;
  const int file = daemons::listen_on(path, {}, error);
  REQUIRE(file >= 0);
  CHECK(systemd.take().text.empty());
  CHECK(exists(path));
  daemons::leave_listener(path);
  CHECK_FALSE(exists(path));
  close(file);
}
