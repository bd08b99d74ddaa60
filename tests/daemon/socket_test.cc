#include <prometheus/counter.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "daemon/metrics_socket.h"
#include "daemon/socket_place.h"
#include "tests/daemon/temporary_directory.h"

using daemons::SocketAccess;

namespace {

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

std::string ask(const std::string& path, const std::string& request) {
  const int fd = daemons::connect_to(path);
  REQUIRE(fd >= 0);
  CHECK(write(fd, request.data(), request.size()) ==
        static_cast<ssize_t>(request.size()));
  std::string answer;
  char chunk[512];
  for (ssize_t n = 0; (n = read(fd, chunk, sizeof chunk)) > 0;) {
    answer.append(chunk, static_cast<std::size_t>(n));
  }
  close(fd);
  return answer;
}

}  // namespace

TEST_CASE("a socket is named as Postfix and libmilter name it") {
  struct Row {
    std::string text;
    bool accepted;
    bool is_unix;
    std::string as_written;
  };
  const std::vector<Row> rows = {
      {"unix:/run/a", true, true, "unix:/run/a"},
      {"local:/run/a", true, true, "unix:/run/a"},
      {"/run/a", true, true, "unix:/run/a"},
      {"inet:8890@127.0.0.1", true, false, "inet:8890@127.0.0.1"},
      {"inet6:8890@::1", true, false, "inet6:8890@::1"},
      {"unix:run/a", false, false, ""},
      {"run/a", false, false, ""},
      {"inet:", false, false, ""},
      {"", false, false, ""},
  };
  for (const Row& row : rows) {
    const auto place = daemons::parse_socket_place(row.text);
    INFO(row.text);
    REQUIRE(place.has_value() == row.accepted);
    if (!place) continue;
    CHECK(place->is_unix == row.is_unix);
    CHECK(place->text == row.as_written);
  }
}

TEST_CASE("a listening socket is for owner and group, whatever the umask") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("s");
  const mode_t before = umask(0);
  std::string error;
  const int fd = daemons::listen_on(path, SocketAccess{}, error);
  CHECK(umask(before) == 0);
  REQUIRE(fd >= 0);
  CHECK(mode_of(path) == 0660);

  SECTION("and nobody else can take its place") {
    CHECK(daemons::listen_on(path, SocketAccess{}, error) == -1);
    CHECK(error == path + ": another process listens there");
    close(fd);
  }
  SECTION("and what a dead process left is replaced") {
    close(fd);
    const int again = daemons::listen_on(path, SocketAccess{}, error);
    CHECK(again >= 0);
    close(again);
  }
}

TEST_CASE("what is not a socket is never removed") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("file");
  std::ofstream(path) << "precious";
  CHECK(daemons::remove_stale_socket(path) ==
        path + ": is there and not a socket");
  CHECK(access(path.c_str(), F_OK) == 0);
  CHECK(daemons::remove_stale_socket(directory.path("none")) == std::nullopt);
}

TEST_CASE("a socket that cannot be made says why") {
  const test::TemporaryDirectory directory;
  std::string error;
  const std::string missing = directory.path("no/such");
  CHECK(daemons::listen_on(missing, {}, error) == -1);
  CHECK(error == missing + ": No such file or directory");
  const std::string long_path = directory.path(std::string(200, 'x'));
  CHECK(daemons::listen_on(long_path, {}, error) == -1);
  CHECK(error == long_path + ": File name too long");
  const std::string path = directory.path("s");
  CHECK(daemons::listen_on(path, {0660, "no-such-group"}, error) == -1);
  CHECK(error == "no such group: no-such-group");
  CHECK(access(path.c_str(), F_OK) != 0);
}

TEST_CASE("counters are served in Prometheus' text on a local socket") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("metrics");
  prometheus::Registry registry;
  prometheus::BuildCounter()
      .Name("test_total")
      .Help("A count")
      .Register(registry)
      .Add({{"kind", "a"}})
      .Increment(3);
  std::string error;
  {
    const auto socket = daemons::MetricsSocket::open(
        path, {}, [&] { return daemons::exposition(registry); }, error);
    REQUIRE(socket != nullptr);
    CHECK(mode_of(path) == 0660);
    const std::string answer = ask(path, "GET /metrics HTTP/1.0\r\n\r\n");
    CHECK(answer.find("HTTP/1.0 200 OK\r\n") == 0);
    const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
    CHECK(body.find("# TYPE test_total counter\n") != std::string::npos);
    CHECK(body.find("test_total{kind=\"a\"} 3\n") != std::string::npos);
    CHECK(answer.find("Content-Length: " + std::to_string(body.size())) !=
          std::string::npos);
    // The half-closed client that says nothing gets the text alone.
    const int fd = daemons::connect_to(path);
    REQUIRE(fd >= 0);
    shutdown(fd, SHUT_WR);
    char octet = 0;
    CHECK(read(fd, &octet, 1) == 1);
    CHECK(octet == '#');
    close(fd);
  }
  CHECK(access(path.c_str(), F_OK) != 0);
}
