#include "accounts/choice.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <thread>

#include "daemon/settings.h"
#include "daemon/socket_place.h"
#include "tests/daemon/temporary_directory.h"

using policy::AccountState;

namespace {

daemons::Settings settings_of(const test::TemporaryDirectory& directory,
                              const std::string& socket) {
  std::string text =
      "[params]\nmail_domain = a.example\nmailboxes_dir = " + directory.path() +
      "\n";
  if (!socket.empty()) text += "accounts_socket = " + socket + "\n";
  return daemons::parse_settings(text, "chatmail.ini").settings;
}

}  // namespace

TEST_CASE("without a socket the mailboxes are looked at") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path("ann@a.example"));
  directory.make_file("ann@a.example/password");
  std::string error;
  const auto made =
      accounts::make_accounts(settings_of(directory, ""), {}, error);
  REQUIRE(made != nullptr);
  CHECK(made->look_up("ann@a.example").state == AccountState::kTakesCleartext);
  CHECK(made->look_up("bob@a.example").state == AccountState::kUnknown);
}

TEST_CASE("a socket that cannot be one is refused") {
  const test::TemporaryDirectory directory;
  std::string error;
  CHECK(accounts::make_accounts(settings_of(directory, "somewhere"), {},
                                error) == nullptr);
  CHECK(error.starts_with("accounts_socket: "));
}

TEST_CASE("with a socket who listens there is asked, and nobody else") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("doveauth.sock");
  std::filesystem::create_directory(directory.path("ann@a.example"));
  directory.make_file("ann@a.example/password");
  std::string error;
  const auto made = accounts::make_accounts(
      settings_of(directory, "unix:" + path),
      {std::chrono::milliseconds(200), std::chrono::hours(1)}, error);
  REQUIRE(made != nullptr);
  // Where nobody listens yet, that is no reason to stop asking.
  CHECK(made->look_up("ann@a.example").state == AccountState::kTemporaryError);
  const int listening = daemons::listen_on(path, {}, error);
  REQUIRE(listening >= 0);
  fcntl(listening, F_SETFL, O_NONBLOCK);
  std::thread service([&] {
    pollfd ready{listening, POLLIN, 0};
    poll(&ready, 1, 10'000);
    const int client = accept(listening, nullptr, nullptr);
    char question[200];
    for (const std::string answer :
         {"O{\"state\": \"disabled\"}\n", "N\n", ""}) {
      if (read(client, question, sizeof question) <= 0) break;
      if (write(client, answer.data(), answer.size()) < 0) break;
    }
    // The third question has no answer, nor its second try.
    char rest[200];
    while (read(client, rest, sizeof rest) > 0) {
    }
    close(client);
  });
  CHECK(made->look_up("ann@a.example").state == AccountState::kDisabled);
  CHECK(made->look_up("bob@a.example").state == AccountState::kUnknown);
  // Nobody is asked again within the hour.
  for (int i = 0; i < 100; ++i) {
    CHECK(made->look_up("eve@a.example").state ==
          AccountState::kTemporaryError);
  }
  service.join();
  // The third question's second try, and no more.
  int connections = 0;
  for (int client = 0; client >= 0; ++connections) {
    client = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK);
    if (client >= 0) close(client);
  }
  CHECK(connections - 1 <= 1);
  close(listening);
}
