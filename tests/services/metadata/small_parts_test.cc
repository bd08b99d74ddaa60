#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <future>
#include <string>
#include <vector>

#include "daemon/settings.h"
#include "deploy/services/metadata/disk_thread.h"
#include "deploy/services/metadata/server_values.h"
#include "deploy/services/metadata/turn_secret.h"
#include "tests/mailbox/accounts_directory.h"

namespace {

daemons::Settings settings_of(const std::string& lines) {
  auto file = daemons::parse_settings("[params]\n" + lines, "chatmail.ini");
  REQUIRE(file.errors.empty());
  REQUIRE(file.warnings.empty());
  return file.settings;
}

}  // namespace

TEST_CASE("a TURN secret is made once, random, for owner and group") {
  const test::AccountsDirectory folder;
  std::string error;
  const std::string path = folder.path("secret");
  const std::string secret = metadata::read_or_make_turn_secret(path, error);
  CHECK(error.empty());
  CHECK(secret.size() == 64);
  CHECK((folder.status("secret").st_mode & 0777U) == 0640U);
  CHECK(metadata::read_or_make_turn_secret(path, error) == secret);
  CHECK(metadata::read_or_make_turn_secret(folder.path("other"), error) !=
        secret);
  CHECK(folder.names(".") == std::vector<std::string>{"other", "secret"});
}

TEST_CASE("many who make a TURN secret at once make one") {
  const test::AccountsDirectory folder;
  std::vector<std::future<std::string>> all;
  all.reserve(2);
  for (int i = 0; i < 2; ++i) {
    all.push_back(std::async(std::launch::async, [&] {
      std::string error;
      return metadata::read_or_make_turn_secret(folder.path("secret"), error);
    }));
  }
  const std::string first = all[0].get();
  CHECK(first.size() == 64);
  CHECK(all[1].get() == first);
}

TEST_CASE("a TURN secret that is none is an error with its reason") {
  const test::AccountsDirectory folder;
  std::string error;
  CHECK(metadata::read_or_make_turn_secret(folder.path("no/such"), error)
            .empty());
  CHECK(error == folder.path("no/such") + ": No such file or directory");
  folder.write("short", "123456789012345\n");
  CHECK(
      metadata::read_or_make_turn_secret(folder.path("short"), error).empty());
  CHECK(error.find("less than 16") != std::string::npos);
  std::filesystem::create_directory(folder.path("folder"));
  CHECK(
      metadata::read_or_make_turn_secret(folder.path("folder"), error).empty());
  CHECK_FALSE(error.empty());
}

TEST_CASE("what clients are told comes from chatmail.ini") {
  auto values =
      metadata::server_values(settings_of("mail_domain = a.example\n"
                                          "iroh_relay_program = /bin/sh\n"));
  CHECK(values.iroh_relay == "https://a.example");
  CHECK(values.turn_host == "a.example:3478");
  CHECK(values.max_recipients == 1000);
  values = metadata::server_values(
      settings_of("mail_domain = a.example\niroh_relay = https://i.example\n"
                  "turn_host = t.example\nmax_smtp_recipients = 7\n"));
  CHECK(values.iroh_relay == "https://i.example");
  CHECK(values.turn_host == "t.example:3478");
  CHECK(values.max_recipients == 7);
  values = metadata::server_values(
      settings_of("mail_domain = 2001:db8::1\niroh_relay_program = /bin/sh\n"));
  CHECK(values.iroh_relay == "https://[2001:db8::1]");
  CHECK(values.turn_host == "[2001:db8::1]:3478");
  for (const char* line : {"iroh_relay =\niroh_relay_program = /bin/sh",
                           "iroh_relay_program = /no"}) {
    CAPTURE(line);
    CHECK(metadata::server_values(settings_of("mail_domain = a.example\n" +
                                              std::string(line) + "\n"))
              .iroh_relay.empty());
  }
}

TEST_CASE("the disk's thread works in order and flushes what it has done") {
  std::vector<int> done;
  std::size_t flushed = 0;
  int taken = 0;
  {
    metadata::DiskThread thread([&] { flushed = done.size(); });
    for (int i = 0; i < 1000; ++i) {
      taken += thread.add([&done, i] { done.push_back(i); }) ? 1 : 0;
    }
  }
  CHECK(taken == 1000);
  CHECK(done.size() == 1000);
  CHECK(std::is_sorted(done.begin(), done.end()));
  CHECK(flushed == 1000);
}

TEST_CASE("the disk's thread has bounded work") {
  std::promise<void> may_go;
  std::promise<void> is_stuck;
  metadata::DiskThread thread([] {});
  thread.add([&] {
    is_stuck.set_value();
    may_go.get_future().wait();
  });
  is_stuck.get_future().wait();
  std::size_t taken = 0;
  for (std::size_t i = 0; i < metadata::kMaxWaitingWrites; ++i) {
    taken += thread.add([] {}) ? 1U : 0U;
  }
  CHECK(taken == metadata::kMaxWaitingWrites);
  CHECK_FALSE(thread.add([] {}));
  may_go.set_value();
}
