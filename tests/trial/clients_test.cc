// What the clients of a trial say and understand, against scripts.

#include <catch2/catch.hpp>
#include <string>

#include "deploy/trial/imap_client.h"
#include "deploy/trial/smtp_client.h"
#include "deploy/trial/web_client.h"
#include "tests/trial/scripted_connection.h"

using test::Script;
using trial::Endpoint;
using trial::ImapClient;
using trial::SmtpClient;

namespace {

Endpoint endpoint(bool tls = true) {
  return {.host = "a.example", .port = 1, .name = "a.example", .tls = tls};
}

std::unique_ptr<ImapClient> imap(Script& script) {
  std::string error;
  auto client = ImapClient::open(endpoint(), error, script.opener());
  REQUIRE(client != nullptr);
  return client;
}

}  // namespace

TEST_CASE("an IMAP client reads literals whatever stands in them") {
  Script script{.says =
                    "* OK hello\r\n"
                    "* 3 EXISTS\r\nt1 OK selected\r\n"
                    "* 3 FETCH (BODY[] {14}\r\nt2 OK no\r\n{9}\r\n)\r\n"
                    "t2 OK fetched\r\n"};
  const auto client = imap(script);
  CHECK(client->select_inbox().empty());
  CHECK(client->count() == 3);
  std::string octets;
  CHECK(client->fetch(3, octets).empty());
  CHECK(octets == "t2 OK no\r\n{9}\r");
  CHECK(script.heard == "t1 SELECT INBOX\r\nt2 FETCH 3 BODY.PEEK[]\r\n");
}

TEST_CASE("an IMAP client quotes what it logs in with, and tells a refusal") {
  Script script{.says = "* OK hello\r\nt1 NO [AUTHENTICATIONFAILED] no\r\n"};
  CHECK(imap(script)->log_in("a@[192.0.2.1]", "p\"w\\") ==
        "NO [AUTHENTICATIONFAILED] no");
  CHECK(script.heard == "t1 LOGIN \"a@[192.0.2.1]\" \"p\\\"w\\\\\"\r\n");
}

TEST_CASE("an IMAP client waits by IDLE until there is more, or it is over") {
  Script script{.says =
                    "* OK hello\r\n+ idling\r\n* OK Still here\r\n"
                    "* 1 EXISTS\r\n* 2 EXISTS\r\nt1 OK done\r\n"
                    "t2 OK done\r\n"};
  const auto client = imap(script);
  CHECK(client->await_push(1, [] { return false; }).empty());
  CHECK(client->count() == 2);
  CHECK(script.heard == "t1 IDLE\r\nDONE\r\n");
  CHECK(client->await_push(2, [] { return true; }).empty());
  CHECK(client->count() == 2);
}

TEST_CASE("a server that will not idle, or goes, is told") {
  Script script{.says = "* OK hello\r\nt1 BAD unknown\r\n"};
  CHECK(imap(script)->await_push(0, [] { return false; }) == "BAD unknown");
  Script gone{.says = "* OK hello\r\n+ idling\r\n"};
  CHECK(imap(gone)->await_push(0, [] { return false; }) ==
        "the connection was closed");
}

TEST_CASE("who does not greet as a server of its kind is told") {
  std::string error;
  Script script{.says = "220 mail\r\n"};
  CHECK(ImapClient::open(endpoint(), error, script.opener()) == nullptr);
  CHECK(error == "no IMAP server's greeting: 220 mail");
  script.says = "554 5.7.1 not you\r\n";
  CHECK(SmtpClient::open(endpoint(), error, script.opener()) == nullptr);
  CHECK(error == "554 5.7.1 not you");
  script.says = "";
  CHECK(SmtpClient::open(endpoint(), error, script.opener()) == nullptr);
  CHECK(error == "the connection was closed");
}

TEST_CASE("STARTTLS comes where TLS was not from the start") {
  std::string error;
  Script script{.says = "* OK hello\r\nt1 OK go on\r\n"};
  CHECK(ImapClient::open(endpoint(false), error, script.opener()) != nullptr);
  CHECK(script.times_tls == 1);
  Script smtp{.says =
                  "220 a\r\n250-a\r\n250 STARTTLS\r\n220 go on\r\n"
                  "250-a\r\n250 AUTH PLAIN\r\n"};
  CHECK(SmtpClient::open(endpoint(false), error, smtp.opener()) != nullptr);
  CHECK(smtp.times_tls == 1);
  CHECK(smtp.heard ==
        "EHLO trial.invalid\r\nSTARTTLS\r\nEHLO trial.invalid\r\n");
  Script bad{.says = "220 a\r\n250 STARTTLS\r\n220 go on\r\n",
             .refuses_tls = "the certificate: expired"};
  CHECK(SmtpClient::open(endpoint(false), error, bad.opener()) == nullptr);
  CHECK(error == "the certificate: expired");
  Script without{.says = "220 a\r\n250 a\r\n502 no such thing\r\n"};
  CHECK(SmtpClient::open(endpoint(false), error, without.opener()) == nullptr);
  CHECK(error == "502 no such thing");
}

TEST_CASE("an SMTP client gives the first refusal and takes its sender back") {
  std::string error;
  Script script{.says =
                    "220 a\r\n250 a\r\n235 in\r\n250 ok\r\n"
                    "450-4.7.1: Too much\r\n450 mail\r\n250 reset\r\n"
                    "250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 taken\r\n"};
  const auto client = SmtpClient::open(endpoint(), error, script.opener());
  REQUIRE(client != nullptr);
  // AUTH PLAIN, RFC 4616 2: NUL, user, NUL, password.
  CHECK(client->log_in("a", "b").code == 235);
  CHECK(script.heard.ends_with("AUTH PLAIN AGEAYg==\r\n"));
  trial::Reply reply = client->send("a@a", "b@b", "From: <a@a>\r\n\r\n");
  CHECK(reply.code == 450);
  CHECK(reply.text == "450-4.7.1: Too much / 450 mail");
  CHECK(script.heard.ends_with("RCPT TO:<b@b>\r\nRSET\r\n"));
  reply = client->send("a@a", "b@b", "From: <a@a>\r\n\r\n");
  CHECK(reply.code == 250);
  CHECK(script.heard.ends_with("DATA\r\nFrom: <a@a>\r\n\r\n.\r\n"));
}

TEST_CASE("a reply that is none has no code") {
  for (const char* line : {"hello\r\n", "99 low\r\n", "999 high\r\n", "\r\n"}) {
    INFO(line);
    std::string error;
    Script script{.says = "220 a\r\n250 a\r\n" + std::string(line)};
    const auto client = SmtpClient::open(endpoint(), error, script.opener());
    REQUIRE(client != nullptr);
    CHECK(client->command("NOOP").code == 0);
  }
}

TEST_CASE("a web server's answer is its status and what is behind the head") {
  Script script{.says =
                    "HTTP/1.1 301 Moved\r\nLocation: x\r\n\r\nbody\r\n\r\n"};
  const auto answer =
      trial::ask_web(endpoint(), "POST", "/new", script.opener());
  CHECK(answer.error.empty());
  CHECK(answer.status == 301);
  CHECK(answer.body == "body\r\n\r\n");
  CHECK(script.heard ==
        "POST /new HTTP/1.0\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n");
  for (const char* other : {"220 mail\r\n\r\n", "HTTP/1.1 200", ""}) {
    INFO(other);
    Script wrong{.says = other};
    CHECK(trial::ask_web(endpoint(), "GET", "/", wrong.opener()).error ==
          "no web server's answer");
  }
}
