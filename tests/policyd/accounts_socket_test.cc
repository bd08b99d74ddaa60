// A policy service that asks the real authentication service for accounts.

#include <catch2/catch.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "tests/daemon/temporary_directory.h"
#include "tests/milter/running_program.h"
#include "tests/policyd/answering_world.h"
#include "tests/policyd/wire_client.h"

namespace {

using policyd_test::recipient_request;
using policyd_test::WireClient;
using policyd_test::written;

std::ofstream ini(const test::TemporaryDirectory& directory,
                  const std::string& name) {
  std::ofstream file(directory.path(name));
  file << "[params]\nmail_domain = relay.example\n";
  return file;
}

}  // namespace

TEST_CASE("accounts come from doveauth, and without it mail is deferred") {
  const test::TemporaryDirectory directory;
  const std::string socket = directory.path("doveauth.sock");
  const std::string mailbox = "mail/alice@relay.example/";
  std::filesystem::create_directories(directory.path(mailbox));
  directory.make_file(mailbox + "password");
  directory.make_file(mailbox + "DISABLED");
  ini(directory, "doveauth.ini")
      << "mailboxes_dir = " << directory.path("mail") << "\n";
  // Where the service would look by itself there is nobody.
  ini(directory, "policyd.ini")
      << "mailboxes_dir = " << directory.path("nowhere") << "\n"
      << "accounts_socket = unix:" << socket << "\n"
      << "policyd_socket = unix:" << directory.path("policyd.sock") << "\n"
      << "policyd_state_dir = " << directory.path("state") << "\n"
      << "rules_dir = " CHATMILTER_SOURCE_DIR "/rules\n";
  test::RunningProgram policyd({test::program_path("chatmail-policyd"),
                                "--config", directory.path("policyd.ini")},
                               directory.path());
  REQUIRE(policyd.wait_until_ready());
  WireClient client(directory.path("policyd.sock"));
  const std::string request = written(recipient_request());
  CHECK(client.ask(request).starts_with("action=451 4.3.0 "));
  std::filesystem::create_directory(directory.path("beside"));
  {
    test::RunningProgram doveauth(
        {test::program_path("doveauth"), "--config",
         directory.path("doveauth.ini"), "--socket", "unix:" + socket},
        directory.path("beside"));
    REQUIRE(doveauth.wait_until_ready());
    CHECK(client.ask(request).starts_with("action=DISCARD"));
    std::filesystem::remove(directory.path(mailbox + "DISABLED"));
    // What was learned in this second holds for it.
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    CHECK(client.ask(request) == "action=DUNNO");
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));
    // It hears, and does not answer.
    doveauth.pause();
    CHECK(client.ask(request).starts_with("action=451 4.3.0 "));
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) {
      CHECK(client.ask(request).starts_with("action=451 4.3.0 "));
    }
    // One after the other they would have waited 5 s.
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(3));
    doveauth.send_signal(SIGCONT);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    CHECK(client.ask(request) == "action=DUNNO");
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1100));
  CHECK(client.ask(request).starts_with("action=451 4.3.0 "));
}
