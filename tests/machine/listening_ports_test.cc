#include "deploy/machine/listening_ports.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/daemon/temporary_directory.h"

namespace fs = std::filesystem;

TEST_CASE("a port that this very process listens on is its own") {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(bind(listening, any, sizeof address) == 0);
  REQUIRE(listen(listening, 1) == 0);
  socklen_t length = sizeof address;
  getsockname(listening, any, &length);
  const auto ports = machine::listening_ports();
  const auto found =
      std::find_if(ports.begin(), ports.end(), [&](const auto& port) {
        return !port.is_udp && port.port == ntohs(address.sin_port);
      });
  REQUIRE(found != ports.end());
  CHECK(found->is_loopback);
  CHECK(found->process_id == getpid());
  CHECK(found->program == "machine_test");
  close(listening);
  const auto running = machine::running_programs();
  CHECK(std::find(running.begin(), running.end(), "machine_test") !=
        running.end());
}

TEST_CASE("the kernel's tables are read, and the parent stands for its kind") {
  const test::TemporaryDirectory directory;
  fs::create_directory(directory.path("net"));
  const std::string head = "  sl  local_address rem_address   st\n";
  const std::string rest =
      " 00000000:00000000 00:00000000 00000000     0        0 ";
  std::ofstream(directory.path("net/tcp"))
      << head << "   0: 00000000:0019 00000000:0000 0A" << rest << "71 1 0\n"
      << "   1: 0100007F:1F90 00000000:0000 0A" << rest << "72 1 0\n"
      << "   2: 0100007F:1F91 0100007F:0019 01" << rest << "73 1 0\n"
      << "broken\n";
  std::ofstream(directory.path("net/udp6"))
      << head
      << "   0: 00000000000000000000000001000000:0D96 "
         "00000000000000000000000000000000:0000 07"
      << rest << "74 1 0\n";
  for (const char* id : {"20", "10"}) {
    const std::string folder = directory.path(id);
    fs::create_directories(folder + "/fd");
    fs::create_symlink("socket:[71]", folder + "/fd/3");
    std::ofstream(folder + "/comm") << (id[0] == '1' ? "master\n" : "smtpd\n");
  }
  const auto ports = machine::listening_ports(directory.path());
  REQUIRE(ports.size() == 3);
  CHECK(ports[0].port == 25);
  CHECK_FALSE(ports[0].is_loopback);
  CHECK(ports[0].program == "master");
  CHECK(ports[0].process_id == 10);
  CHECK(ports[1].port == 8080);
  CHECK(ports[1].is_loopback);
  CHECK(ports[1].program.empty());
  CHECK(ports[2].is_udp);
  CHECK(ports[2].port == 3478);
  CHECK(ports[2].is_loopback);
}
