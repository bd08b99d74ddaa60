#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

using test::inbound_message;
using test::outbound_message;
using test::RelayInADirectory;
using test::RunningProgram;
using test::Submission;

namespace {

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool has_authentication_results(const test::Outcome& outcome) {
  for (const test::MilterPacket& edit : outcome.edits) {
    if (contains(edit.payload, "Authentication-Results")) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the sockets are for owner and group alone") {
  RelayInADirectory relay;
  const mode_t before = umask(0);
  relay.start();
  umask(before);
  for (const std::string& path : {relay.socket(), relay.path("metrics.sock")}) {
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0660);
  }
}

TEST_CASE("a second milter does not take the socket of the first") {
  RelayInADirectory relay;
  relay.start();
  const test::TemporaryDirectory directory;
  RunningProgram second({test::program_path("chatmail-milter"), "--config",
                         relay.path("chatmail.ini")},
                        directory.path());
  CHECK(second.wait_for_end() == 1);
  CHECK(contains(second.log(), "another process listens there"));
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
}

TEST_CASE("after a crash the milter starts over what is left") {
  RelayInADirectory relay;
  relay.start();
  relay.program().send_signal(SIGKILL);
  CHECK(relay.program().wait_for_end() == 128 + SIGKILL);
  CHECK(std::filesystem::exists(relay.socket()));
  relay.start();
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
}

TEST_CASE("SIGHUP brings new settings in, without losing a session") {
  RelayInADirectory relay;
  relay.start();
  const Submission message = inbound_message(relay.names());
  test::MilterClient client = relay.client();
  client.connect("INBOUND", "192.0.2.7");
  CHECK_FALSE(has_authentication_results(hand_in(client, message)));

  relay.write_ini("add_authentication_results = yes\n");
  // A message that is under way keeps the settings of its begin.
  test::MilterClient slow = relay.client();
  slow.connect("ORIGINATING", "192.0.2.7");
  CHECK(slow.mail("<bob@relay.example>", "bob@relay.example").words() ==
        "continue");
  relay.program().send_signal(SIGHUP);
  REQUIRE(relay.program().wait_for_status("RELOADING=1"));
  REQUIRE(relay.program().wait_for_status("READY=1"));
  CHECK(has_authentication_results(hand_in(client, message)));
  CHECK(slow.recipient("<alice@alice.example>", "").words() == "none");
  const Submission outgoing = outbound_message();
  for (const policy::HeaderField& each : outgoing.fields) {
    std::string value = each.body;
    std::erase(value, '\r');
    slow.header_field(each.name, value);
  }
  CHECK(slow.end_of_header().words() == "continue");
  slow.body(outgoing.body);
  CHECK(slow.end().words() == "accept");
  CHECK(relay.metric("chatmilter_reloads_total{result=\"good\"}") == 1);
}

TEST_CASE("settings with errors do not replace those in force") {
  struct Row {
    std::string line;
    std::string says;
  };
  RelayInADirectory relay;
  relay.start();
  const Submission message = outbound_message();
  int bad = 0;
  for (const Row& row :
       {Row{"max_message_size = lots\n", "chatmail.ini:11: max_message_size"},
        Row{"dkim_key_ed25519 = /nonexistent\n", "dkim_key_ed25519: "},
        Row{"no equals sign\n", "chatmail.ini:11: neither"}}) {
    relay.write_ini(row.line);
    relay.program().send_signal(SIGHUP);
    INFO(relay.program().log());
    REQUIRE(relay.program().wait_for_status("the last reload failed"));
    CHECK(relay.hand_in(message).reply == "accept");
    CHECK(contains(relay.program().log(), row.says));
    CHECK(relay.metric("chatmilter_reloads_total{result=\"bad\"}") == ++bad);
  }
  CHECK(contains(relay.program().log(), "those from before stay in force"));
}

TEST_CASE("a reload tells what only a restart can change") {
  RelayInADirectory relay;
  relay.start({"--metrics-socket", relay.path("metrics.sock")});
  std::string ini = relay.path("chatmail.ini");
  std::ofstream(ini, std::ios::app) << "log_addresses = yes\n";
  relay.program().send_signal(SIGHUP);
  REQUIRE(relay.program().wait_for_status("READY=1"));
  CHECK_FALSE(contains(relay.program().log(), "at a restart only"));
  std::string text;
  std::ifstream in(ini);
  for (std::string line; std::getline(in, line);) {
    if (!contains(line, "milter_socket")) text += line + "\n";
  }
  std::ofstream(ini) << text << "milter_socket = /run/elsewhere\n";
  relay.program().send_signal(SIGHUP);
  REQUIRE(relay.program().wait_for_status("READY=1"));
  CHECK(contains(relay.program().log(), "at a restart only"));
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
}

TEST_CASE("SIGTERM lets a message under way come to its end") {
  RelayInADirectory relay;
  relay.start();
  const Submission message = outbound_message();
  test::MilterClient idle = relay.client();
  idle.connect("INBOUND", "192.0.2.8");
  test::MilterClient client = relay.client();
  client.connect("ORIGINATING", "192.0.2.7");
  client.mail(message.reverse_path, message.login);
  client.recipient(message.recipients[0], "");
  relay.program().send_signal(SIGTERM);
  REQUIRE(relay.program().wait_for_status("STOPPING=1"));
  for (const policy::HeaderField& each : message.fields) {
    std::string value = each.body;
    std::erase(value, '\r');
    client.header_field(each.name, value);
  }
  CHECK(client.end_of_header().words() == "continue");
  CHECK_FALSE(std::filesystem::exists(relay.socket()));
  client.body(message.body);
  CHECK(client.end().words() == "accept");
  CHECK(relay.program().wait_for_end() == 0);
  CHECK(contains(relay.program().log(), "stopped, 0 messages cut off"));
  CHECK(idle.is_closed_by_filter());
  CHECK_FALSE(std::filesystem::exists(relay.socket() + ".closing"));
  CHECK_FALSE(std::filesystem::exists(relay.path("metrics.sock")));
}

TEST_CASE("SIGTERM without mail ends at once and leaves nothing") {
  RelayInADirectory relay;
  relay.start();
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
  relay.program().send_signal(SIGTERM);
  const int status = relay.program().wait_for_end();
  INFO(relay.engine() << ": " << relay.program().log());
  CHECK(status == 0);
  CHECK_FALSE(std::filesystem::exists(relay.socket()));
}

TEST_CASE("counters tell verdicts, reasons and shapes") {
  RelayInADirectory relay;
  relay.start();
  Submission cleartext = inbound_message(relay.names());
  test::field(cleartext, "Content-Type").body = " text/plain";
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
  CHECK(relay.hand_in(inbound_message(relay.names())).reply == "accept");
  CHECK(relay.hand_in(cleartext).reply.substr(0, 3) == "523");
  struct Row {
    std::string series;
    double value;
  };
  for (const Row& row : {
           Row{"chatmilter_messages_total{direction=\"inbound\","
               "verdict=\"accept\"}",
               1},
           Row{"chatmilter_messages_total{direction=\"inbound\","
               "verdict=\"reject\"}",
               1},
           Row{"chatmilter_reasons_total{direction=\"inbound\","
               "reason=\"cleartext\"}",
               1},
           Row{"chatmilter_reasons_total{direction=\"outbound\","
               "reason=\"accepted\"}",
               1},
           Row{"chatmilter_accepted_shapes_total{direction=\"outbound\","
               "shape=\"encrypted\"}",
               1},
           Row{"chatmilter_messages_total{direction=\"local\","
               "verdict=\"accept\"}",
               0},
           Row{"chatmilter_failures_total", 0},
           Row{"chatmilter_messages_under_way", 0},
       }) {
    CHECK(relay.metric(row.series) == row.value);
  }
}

TEST_CASE("the log has a reason for each decision, and no address unasked") {
  RelayInADirectory relay;
  relay.start();
  CHECK(relay.hand_in(outbound_message()).reply == "accept");
  Submission other = outbound_message();
  other.reverse_path = "<eve@relay.example>";
  CHECK(relay.hand_in(other).step == "MAIL");
  const std::string log = relay.program().log();
  CHECK(contains(log, "QUEUEID: outbound accept accepted\n"));
  CHECK(contains(log, ": outbound reject not-owner 553 5.7.1\n"));
  CHECK_FALSE(contains(log, "@"));

  relay.write_ini("log_addresses = yes\n");
  relay.start();
  CHECK(relay.hand_in(other).step == "MAIL");
  CHECK(contains(relay.program().log(), "from=<eve@relay.example>"));
}

TEST_CASE("accounts that cannot be read defer mail and refuse none") {
  RelayInADirectory relay;
  relay.start();
  const Submission message = inbound_message(relay.names());
  const std::string mailboxes = relay.path("mail");

  std::filesystem::rename(mailboxes, relay.path("elsewhere"));
  CHECK(relay.hand_in(message).reply.substr(0, 9) == "451 4.3.0");
  std::filesystem::rename(relay.path("elsewhere"), mailboxes);
  CHECK(relay.hand_in(message).reply == "accept");

  // A link in the place of the mailbox.
  const std::string mailbox = mailboxes + "/bob@relay.example";
  std::filesystem::rename(mailbox, relay.path("elsewhere"));
  std::filesystem::create_directory_symlink(relay.path("elsewhere"), mailbox);
  CHECK(relay.hand_in(message).reply.substr(0, 9) == "451 4.3.0");
}
