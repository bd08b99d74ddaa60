#include "deploy/machine/dns.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

using machine::DnsType;
using machine::words_of_rdata;
using namespace std::string_literals;

namespace {

// Answers every question with one record of that data, or with a status.
class OneAnswer {
 public:
  // Says nothing before so many names have been asked for.
  // `is_section`: the data is two whole records.
  OneAnswer(std::string rdata, int status, std::size_t names = 1,
            bool is_section = false)
      : rdata_(std::move(rdata)),
        status_(status),
        names_(names),
        is_section_(is_section) {
    socket_ = socket(AF_INET, SOCK_DGRAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(socket_, any, sizeof address) == 0);
    socklen_t length = sizeof address;
    getsockname(socket_, any, &length);
    port_ = ntohs(address.sin_port);
    timeval patience{0, 50'000};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    thread_ = std::thread([this] { serve(); });
  }
  ~OneAnswer() {
    stopping_ = true;
    thread_.join();
    close(socket_);
  }
  OneAnswer(const OneAnswer&) = delete;
  OneAnswer& operator=(const OneAnswer&) = delete;

  std::string forwarder() const { return "127.0.0.1@" + std::to_string(port_); }

 private:
  void serve() {
    while (!stopping_) {
      std::array<char, 512> buffer{};
      sockaddr_in from{};
      socklen_t length = sizeof from;
      const ssize_t count =
          recvfrom(socket_, buffer.data(), buffer.size(), 0,
                   reinterpret_cast<sockaddr*>(&from), &length);
      if (count < 17) continue;
      const std::string query(buffer.data(), static_cast<std::size_t>(count));
      asked_.insert(query.substr(12));
      if (asked_.size() < names_) continue;
      const std::size_t end = query.find('\0', 12) + 5;
      std::string reply = query.substr(0, 2) + "\x81" +
                          static_cast<char>(0x80 | status_) + "\0\1"s +
                          (status_ != 0  ? "\0\0"s
                           : is_section_ ? "\0\2"s
                                         : "\0\1"s) +
                          "\0\0\0\0"s + query.substr(12, end - 12);
      if (is_section_) {
        reply += rdata_;
      } else if (status_ == 0) {
        reply += "\xC0\x0C" + query.substr(end - 4, 4) + "\0\0\0\x3C"s + '\0' +
                 static_cast<char>(rdata_.size()) + rdata_;
      }
      sendto(socket_, reply.data(), reply.size(), 0,
             reinterpret_cast<sockaddr*>(&from), length);
    }
  }

  std::string rdata_;
  int status_;
  std::size_t names_;
  bool is_section_;
  std::set<std::string> asked_;
  int socket_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

machine::DnsAnswer ask(const OneAnswer& server, DnsType type) {
  std::string error;
  const auto dns = machine::make_dns(
      {.forwarders = {server.forwarder()}, .root_key_file = ""}, error);
  REQUIRE(dns != nullptr);
  return dns->ask("a.example", type);
}

}  // namespace

TEST_CASE("record data becomes the words of a zone file") {
  struct Row {
    DnsType type;
    std::string octets;
    std::string words;
  };
  const std::vector<Row> rows = {
      {DnsType::kA, "\xCB\0\x71\5"s, "203.0.113.5"},
      {DnsType::kA, "\1\2\3"s, ""},
      {DnsType::kAaaa, " \1\x0D\xB8"s + std::string(11, '\0') + "\5",
       "2001:db8::5"},
      {DnsType::kCname, "\1A\7example\0"s, "a.example."},
      {DnsType::kCname, "\0"s, "."},
      {DnsType::kCname, "\7exa"s, ""},
      {DnsType::kCname, "\1a"s, ""},
      {DnsType::kMx, "\0\x0A\2mx\1a\0"s, "10 mx.a."},
      {DnsType::kMx, "\0"s, ""},
      {DnsType::kSrv, "\0\0\0\1\2\x4B\1a\0"s, "0 1 587 a."},
      {DnsType::kTxt, "\3abc\2de"s, "abcde"},
      {DnsType::kTxt, "\4abc"s, ""},
      {DnsType::kCaa, "\0\5issueca.example"s, "0 issue \"ca.example\""},
      {DnsType::kCaa, "\0\x09issue"s, ""},
  };
  for (const Row& row : rows) {
    INFO(row.words);
    CHECK(words_of_rdata(row.type, row.octets) == row.words);
  }
}

TEST_CASE("a resolver asks its forwarder") {
  const OneAnswer mail("\0\x0A\2mx\1a\0"s, 0);
  CHECK(ask(mail, DnsType::kMx).records ==
        std::vector<std::string>{"10 mx.a."});
  const OneAnswer authority("\0\5issueca.example"s, 0);
  CHECK(ask(authority, DnsType::kCaa).records ==
        std::vector<std::string>{"0 issue \"ca.example\""});
}

TEST_CASE("a name that is not there is no error, a failing server is one") {
  const OneAnswer absent("", 3);
  const auto nothing = ask(absent, DnsType::kMx);
  CHECK(nothing.error.empty());
  CHECK(nothing.records.empty());
  const OneAnswer failing("", 2);
  CHECK_FALSE(ask(failing, DnsType::kMx).error.empty());
}

TEST_CASE("all questions are on their way before the first answer") {
  const OneAnswer server("\0\x0A\2mx\1a\0"s, 0, 20);
  std::string error;
  const auto dns = machine::make_dns(
      {.forwarders = {server.forwarder()}, .root_key_file = ""}, error);
  REQUIRE(dns != nullptr);
  std::vector<machine::DnsQuestion> questions;
  for (int i = 0; i < 20; ++i) {
    questions.push_back({std::to_string(i) + ".example", DnsType::kMx});
  }
  const auto answers = dns->ask_all(questions);
  REQUIRE(answers.size() == 20);
  for (const auto& answer : answers) {
    CHECK(answer.error.empty());
    CHECK(answer.records == std::vector<std::string>{"10 mx.a."});
  }
}

TEST_CASE("what is silent for too long is not known") {
  const OneAnswer silent("", 0, 1000);
  std::string error;
  const auto dns =
      machine::make_dns({.forwarders = {silent.forwarder()},
                         .root_key_file = "",
                         .patience = std::chrono::milliseconds(200)},
                        error);
  REQUIRE(dns != nullptr);
  const auto answers =
      dns->ask_all({{"a.example", DnsType::kMx}, {"b.example", DnsType::kA}});
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].error == "no answer in time");
  CHECK(answers[1].error == "no answer in time");
}

namespace {

// A SOA of the root, and its RRSIG from 1,000,000,000 to 1,001,000,000.
const std::string kSigned =
    "\0"s +
    "\0\6\0\1\0\0\0\x3C\0\x16\0\0\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1\0\0\0\1"s +
    "\0\0\x2E\0\1\0\0\0\x3C\0\x17\0\6\x08\0\0\0\0\x3C\x3B\xAA\x0C\x40\x3B\x9A\xCA\0\0\1\0"s +
    "sig!";

std::string reply_with(const std::string& answers, char count) {
  return "\0\0\x81\x80\0\1\0"s + count + "\0\0\0\0"s + "\0\0\6\0\1"s + answers;
}

}  // namespace

TEST_CASE("when the root was signed stands beside its SOA") {
  const std::string whole = reply_with(kSigned, 2);
  const auto found = machine::signature_period_in(whole);
  REQUIRE(found.has_value());
  CHECK(found->from == 1'000'000'000);
  CHECK(found->until == 1'001'000'000);
  // Cut anywhere, or of another kind, it is none.
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(machine::signature_period_in(whole.substr(0, size)));
  }
  CHECK_FALSE(machine::signature_period_in(reply_with(kSigned, 1)));
  CHECK_FALSE(machine::signature_period_in(std::string(600, '\xFF')));
}

TEST_CASE("the root is asked whom it was signed by, without a key") {
  // "." and SOA, as OneAnswer has one record of it: what follows is the RRSIG.
  const OneAnswer server(kSigned, 0, 1, true);
  const auto found = machine::root_signature_period(
      {.forwarders = {server.forwarder()}, .root_key_file = "/nowhere"});
  REQUIRE(found.has_value());
  CHECK(found->until == 1'001'000'000);
  const OneAnswer unsigned_world("\0\0"s + std::string(20, '\1'), 0);
  CHECK_FALSE(machine::root_signature_period(
      {.forwarders = {unsigned_world.forwarder()}, .root_key_file = ""}));
}

TEST_CASE("a forwarder that is no address is refused") {
  std::string error;
  CHECK(machine::make_dns({.forwarders = {"name"}, .root_key_file = ""},
                          error) == nullptr);
  CHECK(error.find("name") == 0);
}
