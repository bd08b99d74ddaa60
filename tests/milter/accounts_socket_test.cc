// A milter that asks the real authentication service for accounts.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"
#include "tests/milter/running_program.h"

namespace {

TEST_CASE("accounts come from doveauth, and without it mail is deferred") {
  test::RelayInADirectory relay;
  const std::string socket = relay.path("doveauth.socket");
  std::ofstream(relay.path("doveauth.ini"))
      << "[params]\nmail_domain = relay.example\nmailboxes_dir = "
      << relay.path("mail") << "\n";
  std::ofstream(relay.path("mail/bob@relay.example/password")) << "{PLAIN}x";
  // Where the milter would look by itself there is nobody.
  relay.write_ini("accounts_socket = unix:" + socket + "\n");
  relay.start({"--mailboxes-dir", relay.path("nowhere")});
  const auto message = test::inbound_message(relay.names());
  CHECK(relay.hand_in(message).reply ==
        "451 4.3.0 Accounts cannot be read, try again later");
  {
    test::RunningProgram doveauth(
        {test::program_path("doveauth"), "--config", relay.path("doveauth.ini"),
         "--socket", "unix:" + socket},
        relay.path(""));
    REQUIRE(doveauth.wait_until_ready());
    CHECK(relay.hand_in(message).reply == "accept");
    auto unknown = message;
    unknown.recipients = {"<nobody@relay.example>"};
    CHECK(relay.hand_in(unknown).reply == "550 5.1.1 User unknown");
    std::ofstream(relay.path("mail/bob@relay.example/DISABLED")) << "";
    CHECK(relay.hand_in(message).reply == "discard");
  }
  CHECK(relay.hand_in(message).reply.substr(0, 9) == "451 4.3.0");
}

}  // namespace
