#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

namespace {

std::string status_of(pid_t pid, const std::string& name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/status");
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind(name + ":", 0) == 0) return line;
  }
  return {};
}

}  // namespace

TEST_CASE("the milter gives up root, and what it may not read defers mail") {
  test::RelayInADirectory relay;
  const std::string mailbox = relay.path("mail/bob@relay.example");
  if (geteuid() == 0) {
    const passwd* nobody = getpwnam("nobody");
    REQUIRE(nobody != nullptr);
    REQUIRE(chmod(relay.path("").c_str(), 0755) == 0);
    REQUIRE(chown(relay.path("dkim.private").c_str(), nobody->pw_uid,
                  nobody->pw_gid) == 0);
    // The source may lie where nobody may look, below /root for example.
    std::filesystem::copy(CHATMILTER_SOURCE_DIR "/rules", relay.path("rules"),
                          std::filesystem::copy_options::recursive);
    relay.start({"--user", "nobody", "--rules-dir", relay.path("rules")});
    CHECK(status_of(relay.program().pid(), "Uid") !=
          status_of(getpid(), "Uid"));
    const std::string capabilities = status_of(relay.program().pid(), "CapEff");
    CHECK(capabilities.find_first_not_of("CapEff:\t 0") == std::string::npos);
    REQUIRE(chmod(mailbox.c_str(), 0700) == 0);
  } else {
    relay.start();
    REQUIRE(chmod(mailbox.c_str(), 0000) == 0);
  }
  CHECK(status_of(relay.program().pid(), "NoNewPrivs") == "NoNewPrivs:\t1");
  const auto message = test::inbound_message(relay.names());
  CHECK(relay.hand_in(message).reply.substr(0, 9) == "451 4.3.0");
  REQUIRE(chmod(mailbox.c_str(), 0755) == 0);
  CHECK(relay.hand_in(message).reply == "accept");
}
