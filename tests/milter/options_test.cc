#include <catch2/catch.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

using test::outbound_message;
using test::RelayInADirectory;

namespace {

struct Ran {
  int status;
  std::string log;
};

// To its end, which has to come by itself.
Ran run(const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {test::program_path("chatmail-milter")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const test::TemporaryDirectory directory;
  test::RunningProgram program(command, directory.path());
  const int status = program.wait_for_end();
  return {status, program.log()};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("what is wrong with the settings is told before anything starts") {
  struct Row {
    std::string lines;
    int status;
    std::string says;
  };
  RelayInADirectory relay;
  const std::string ini = relay.path("chatmail.ini");
  for (const Row& row : {
           Row{"", 0, ""},
           Row{"max_mesage_size = 1\n", 0,
               "chatmail.ini:11: unknown key max_mesage_size (did you mean "
               "max_message_size?)"},
           Row{"passthrough_senders = a@relay.example\n", 0,
               "passthrough_senders: has no effect: this relay carries "
               "encrypted "
               "mail only, whoever sends or gets it"},
           Row{"imap_rawlog = maybe\n", 1, "imap_rawlog: 'maybe' is not"},
           Row{"dkim_selector_ed25519 = e\ndkim_key_ed25519 = /none\n", 1,
               "dkim_key_ed25519: "},
       }) {
    relay.write_ini(row.lines);
    const Ran ran = run({"--config", ini, "--check-config"});
    INFO(row.lines << ran.log);
    CHECK(ran.status == row.status);
    CHECK(contains(ran.log, row.says));
    CHECK_FALSE(std::filesystem::exists(relay.socket()));
  }
  CHECK(run({"--config", relay.path("none")}).status == 1);
  CHECK(run({"--config", "/dev/null", "--check-config"})
            .log.find("mail_domain is not set") != std::string::npos);
}

TEST_CASE("the command line speaks for itself and overrides the file") {
  RelayInADirectory relay;
  CHECK(run({"--version"}).status == 0);
  CHECK(run({"--help"}).status == 0);
  CHECK(contains(run({"--help"}).log, "--dkim-selector"));
  CHECK(run({"--no-such-option"}).status == 2);
  CHECK(run({"--log-level", "loud"}).status == 2);

  // All of it without a file, and the default file from the environment.
  relay.start_with({"--config", "/dev/null", "--mail-domain", "relay.example",
                    "--policyd-socket", "", "--socket",
                    "unix:" + relay.socket(), "--mailboxes-dir",
                    relay.path("mail"), "--dkim-key",
                    relay.path("dkim.private"), "--dkim-selector", "other",
                    "--dns-server", relay.names().forwarder(),
                    "--metrics-socket", relay.path("metrics.sock")});
  const auto outcome = relay.hand_in(outbound_message());
  REQUIRE(outcome.reply == "accept");
  CHECK(contains(outcome.edits.back().payload, "s=other;"));
  CHECK(relay.metric("chatmilter_failures_total") == 0);
  relay.start_with({}, {"CHATMAIL_INI=" + relay.path("chatmail.ini")});
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
}
