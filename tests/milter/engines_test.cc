// Both protocol engines hear the same octets and say the same.

#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "daemon/listener.h"
#include "tests/milter/messages.h"
#include "tests/milter/relay_in_a_directory.h"

namespace {

using test::milter_packet;
using test::MilterClient;
using test::RelayInADirectory;
using test::Submission;
using test::with_nul;

constexpr std::uint32_t kWaitsForAll =
    SMFIP_HDR_LEADSPC | SMFIP_NOHELO | SMFIP_NODATA | SMFIP_NOUNKNOWN;

std::string big_endian(std::uint32_t number) {
  std::string octets;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    octets += static_cast<char>(number >> shift & 0xFFU);
  }
  return octets;
}

std::string offer(std::uint32_t actions = test::kAllActions,
                  std::uint32_t protocol = test::kAllProtocol,
                  std::uint32_t version = 6) {
  return milter_packet(SMFIC_OPTNEG, big_endian(version) + big_endian(actions) +
                                         big_endian(protocol));
}

std::string macros(char stage, const test::Macros& values) {
  std::string payload(1, stage);
  for (const auto& [name, value] : values) {
    payload += with_nul(name) + with_nul(value);
  }
  return milter_packet(SMFIC_MACRO, payload);
}

std::string connect(const std::string& daemon_name,
                    const std::string& client = std::string("4\x10\x01", 3) +
                                                with_nul("192.0.2.7")) {
  return macros(SMFIC_CONNECT, {{"{daemon_name}", daemon_name}}) +
         milter_packet(SMFIC_CONNECT, with_nul("client.example") + client);
}

std::string envelope(const Submission& message) {
  std::string octets =
      macros(SMFIC_MAIL, {{"{auth_authen}", message.login}}) +
      milter_packet(SMFIC_MAIL,
                    with_nul(message.reverse_path) + with_nul("BODY=8BITMIME"));
  for (const std::string& recipient : message.recipients) {
    octets +=
        macros(SMFIC_RCPT,
               {{"{rcpt_addr}", recipient.substr(1, recipient.size() - 2)}});
    octets += milter_packet(SMFIC_RCPT, with_nul(recipient));
  }
  return octets;
}

std::string header_section(const Submission& message) {
  std::string octets;
  for (const policy::HeaderField& field : message.fields) {
    std::string value = field.body;
    std::erase(value, '\r');
    octets += milter_packet(SMFIC_MACRO, std::string(1, SMFIC_HEADER));
    octets +=
        milter_packet(SMFIC_HEADER, with_nul(field.name) + with_nul(value));
  }
  return octets + macros(SMFIC_EOH, {{"i", "QUEUEID"}}) +
         milter_packet(SMFIC_EOH, "");
}

std::string body_and_end(const Submission& message) {
  return milter_packet(SMFIC_BODY, message.body) +
         macros(SMFIC_BODYEOB, {{"i", "QUEUEID"}}) +
         milter_packet(SMFIC_BODYEOB, "");
}

std::string whole(const Submission& message) {
  return envelope(message) + header_section(message) + body_and_end(message);
}

// The answers to a whole conversation, which is sent without waiting.
std::string answers(const std::string& socket, const std::string& octets) {
  MilterClient client(socket);
  REQUIRE(client.connected());
  client.send_raw(octets);
  client.half_close();
  return client.receive_rest();
}

struct Row {
  const char* what;
  std::string octets;
};

std::vector<Row> verdicts(RelayInADirectory& relay) {
  const Submission out = test::outbound_message();
  const Submission in = test::inbound_message(relay.names());
  const std::string originating = offer() + connect("ORIGINATING");
  const std::string inbound = offer() + connect("INBOUND");
  Submission cleartext = out;
  test::field(cleartext, "Content-Type").body = " text/plain";
  Submission percent = out;
  percent.reverse_path = "<100%@relay.example>";
  Submission reduced = out;
  reduced.fields.push_back({"X-Mailer", " a\r\n\tb"});
  test::field(reduced, "Subject").body = " in the clear";
  Submission listed = in;
  listed.reverse_path = "<list-bounces@lists.example>";
  listed.recipients.emplace_back("<Gone+a@relay.example>");
  listed.fields.insert(listed.fields.begin() + 1,
                       {"Authentication-Results", " relay.example;\r\n x"});
  Submission gone = in;
  gone.recipients = {"<gone@relay.example>"};
  Submission nobody = in;
  nobody.recipients = {"<nobody@relay.example>"};
  Submission no_login = out;
  no_login.login.clear();
  Submission broken = in;
  broken.body.insert(0, "\r\n");
  Submission long_field = in;
  long_field.fields.push_back(
      {"X-Long", " " + std::string(std::size_t{1024} * 1024, 'x')});
  return {
      {"accepted and signed", originating + whole(out)},
      {"accepted", inbound + whole(in)},
      {"reduced", originating + whole(reduced)},
      {"reverse-path, recipients and header section edited",
       inbound + whole(listed)},
      {"discarded", inbound + whole(gone)},
      {"an unknown recipient", inbound + whole(nobody)},
      {"no login", originating + whole(no_login)},
      {"a percent sign", originating + whole(percent)},
      {"cleartext, and another", originating + whole(cleartext) + whole(out)},
      {"a broken signature", inbound + whole(broken)},
      {"a header section that is too long", inbound + whole(long_field)},
      {"a body in two chunks",
       originating + envelope(out) + header_section(out) +
           milter_packet(SMFIC_BODY, out.body.substr(0, 10)) +
           milter_packet(SMFIC_BODY, out.body.substr(10)) +
           milter_packet(SMFIC_BODYEOB, "")},
      {"an MTA that waits for every reply",
       offer(test::kAllActions, kWaitsForAll) + connect("ORIGINATING") +
           whole(out) + milter_packet(SMFIC_ABORT, "") + whole(cleartext)},
      {"clients without an address",
       offer() + connect("ORIGINATING", "U") + whole(out)},
      {"an IPv6 client",
       inbound.substr(0, offer().size()) +
           connect("INBOUND",
                   std::string("6\x10\x01", 3) + with_nul("IPv6:2001:db8::7")) +
           whole(in)},
  };
}

std::vector<Row> odd_conversations() {
  const Submission out = test::outbound_message();
  const std::string begin = offer() + connect("ORIGINATING");
  const std::string quit = milter_packet(SMFIC_QUIT, "");
  std::vector<Row> rows = {
      {"nothing", ""},
      {"a negotiation alone", offer()},
      {"a lack of actions", offer(0x1f) + connect("ORIGINATING")},
      {"a lack of features", offer(test::kAllActions, 0)},
      {"an older version", offer(test::kAllActions, test::kAllProtocol, 4)},
      {"a later version", offer(test::kAllActions, test::kAllProtocol, 7)},
      {"a connection used again", begin + milter_packet(SMFIC_QUIT_NC, "") +
                                      connect("ORIGINATING") + whole(out)},
      {"an aborted message", begin + envelope(out) + header_section(out) +
                                 milter_packet(SMFIC_ABORT, "") + whole(out)},
      {"MAIL twice", begin + envelope(out) + whole(out)},
      {"DATA", begin + envelope(out) + milter_packet(SMFIC_DATA, "") +
                   header_section(out) + body_and_end(out)},
      {"header fields without a recipient",
       begin + milter_packet(SMFIC_MAIL, with_nul("<bob@relay.example>")) +
           header_section(out) + whole(out)},
      {"what follows QUIT", begin + quit + whole(out)},
      {"connecting in a message",
       begin + envelope(out) + connect("INBOUND") + whole(out)},
      {"ABORT without a message",
       begin + milter_packet(SMFIC_ABORT, "") + whole(out)},
      {"the end twice",
       begin + whole(out) + milter_packet(SMFIC_BODYEOB, "") + whole(out)},
      {"a body before the header section",
       begin + milter_packet(SMFIC_BODY, "text\r\n") + whole(out)},
      {"a recipient after the header section",
       begin + envelope(out) + header_section(out) +
           milter_packet(SMFIC_RCPT, with_nul("<x@y.example>")) + whole(out)},
      {"an unknown command", begin + milter_packet('?', "x") + whole(out)},
      {"an unknown command in a message",
       begin + envelope(out) + milter_packet('?', "x") + body_and_end(out)},
      {"a string without an end",
       begin + milter_packet(SMFIC_MAIL, "<a") + whole(out)},
      {"no string", begin + milter_packet(SMFIC_MAIL, "") + whole(out)},
      {"a header field without a value",
       begin + envelope(out) + milter_packet(SMFIC_HEADER, with_nul("From")) +
           whole(out)},
      {"a client that is none",
       offer() + connect("ORIGINATING", "4") + whole(out)},
      {"a client with a broken address",
       offer() +
           connect("ORIGINATING", std::string("4\x10\x01", 3) + with_nul("x")) +
           whole(out)},
  };
  return rows;
}

}  // namespace

TEST_CASE("the other engine answers the same octets to the same octets") {
  RelayInADirectory relay;
  relay.add_account("gone@relay.example");
  relay.directory().make_file("mail/gone@relay.example/DISABLED");
  relay.start();
  const test::TemporaryDirectory directory;
  const std::string socket = directory.path("milter.sock");
  test::RunningProgram other(
      {test::program_path("chatmail-milter"), "--config",
       relay.path("chatmail.ini"), "--socket", socket, "--metrics-socket", "",
       "--engine", relay.engine() == "native" ? "libmilter" : "native"},
      directory.path());
  REQUIRE(other.wait_until_ready());
  std::vector<Row> rows = verdicts(relay);
  for (Row& row : odd_conversations()) rows.push_back(std::move(row));
  for (const Row& row : rows) {
    INFO(row.what);
    std::string one = answers(relay.socket(), row.octets);
    std::string two = answers(socket, row.octets);
    // A signature has the second in it that it was made in.
    for (int i = 0; i < 3 && one != two; ++i) {
      one = answers(relay.socket(), row.octets);
      two = answers(socket, row.octets);
    }
    CHECK(one == two);
  }
}

TEST_CASE("what comes before its time or is not whole ends the connection") {
  RelayInADirectory relay;
  relay.start();
  if (relay.engine() == "native") {
    for (const std::string& octets :
         {milter_packet(SMFIC_MAIL, with_nul("<a@b.example>")),
          offer() + milter_packet(SMFIC_MAIL, with_nul("<a@b.example>")),
          connect("INBOUND"), offer() + offer(), offer(0, 0, 1),
          milter_packet(SMFIC_OPTNEG, "short"), milter_packet(SMFIC_MACRO, ""),
          offer() + milter_packet(SMFIC_MACRO, "Mi"),
          std::string("\xFF\xFF\xFF\xFF", 4)}) {
      MilterClient client(relay.socket());
      client.send_raw(octets);
      CHECK(client.is_closed_by_filter());
    }
    CHECK(relay.program().log().find("its connection is closed") !=
          std::string::npos);
  }
  CHECK(relay.hand_in(test::outbound_message()).reply == "accept");
}

TEST_CASE("messages that wait for the policy service keep nobody else") {
  RelayInADirectory relay;
  std::string error;
  // It listens and says nothing.
  const int silent = daemons::open_listener(
      *daemons::parse_socket_place(relay.path("policyd.sock")), {}, error);
  REQUIRE(silent >= 0);
  relay.start({"--policyd-socket", relay.path("policyd.sock")});
  if (relay.engine() == "libmilter") {
    // Its pool leaves sessions without a thread, for seconds.
    CHECK(relay.hand_in(test::inbound_message(relay.names())).reply ==
          "accept");
    close(silent);
    return;
  }
  std::vector<MilterClient> waiting;
  for (int i = 0; i < 12; ++i) {
    waiting.emplace_back(relay.socket());
    waiting.back().send_raw(offer() + connect("ORIGINATING") +
                            whole(test::outbound_message()));
  }
  // Negotiation, MAIL and header section come with the verdict, in one write.
  const Submission message = test::inbound_message(relay.names());
  for (int i = 0; i < 10; ++i) CHECK(relay.hand_in(message).reply == "accept");
  for (const MilterClient& client : waiting) {
    pollfd waited{client.descriptor(), POLLIN, 0};
    CHECK(poll(&waited, 1, 0) == 0);
  }
  close(silent);  // so their connections to it end
  for (MilterClient& client : waiting) {
    client.half_close();
    CHECK(client.receive_rest().find("451 4.3.0") != std::string::npos);
  }
}

TEST_CASE("without descriptors connections wait, and come in later") {
  RelayInADirectory relay;
  relay.start();
  CHECK(relay.hand_in(test::outbound_message()).reply == "accept");
  if (relay.engine() == "libmilter") return;  // it ends after 16 of them
  constexpr rlim_t few = 30;
  const rlimit limit{few, few};
  REQUIRE(prlimit(relay.program().pid(), RLIMIT_NOFILE, &limit, nullptr) == 0);
  {
    std::vector<MilterClient> many;
    for (rlim_t i = 0; i < 2 * few; ++i) many.emplace_back(relay.socket());
    REQUIRE(many.front().negotiate());
    many.front().connect("ORIGINATING", "192.0.2.7");
    // Accounts cannot be read, which is temporary.
    CHECK(hand_in(many.front(), test::outbound_message()).reply.substr(0, 3) ==
          "451");
  }
  CHECK(relay.hand_in(test::outbound_message()).reply == "accept");
  CHECK(relay.program().log().find("no connection can be taken") !=
        std::string::npos);
}
