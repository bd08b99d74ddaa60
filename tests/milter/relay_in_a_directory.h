#pragma once

// chatmail-milter as an operator runs it, small: an ini file, mailboxes, a
// key to sign with, a name server, all in one directory that goes with it.
//
// A test that makes one runs twice, once with each protocol engine.

#include <memory>
#include <string>
#include <vector>

#include "policy/header_plan.h"
#include "tests/daemon/temporary_directory.h"
#include "tests/dkim/dns_server.h"
#include "tests/milter/milter_client.h"
#include "tests/milter/running_program.h"

namespace test {

// One message from MAIL to its verdict.
struct Submission {
  std::string daemon_name = "INBOUND";
  std::string client_address = "192.0.2.7";
  std::string login;
  std::string reverse_path = "<alice@alice.example>";
  std::vector<std::string> recipients = {"<bob@relay.example>"};
  std::vector<policy::HeaderField> fields;  // folded with CRLF
  std::string body;
};

// What became of it: the reply, the step it came at, and the edits.
struct Outcome {
  std::string reply;
  std::string step;  // "MAIL", "header" or "end"
  std::vector<MilterPacket> edits;
};

// Hands it in over an open connection, or a new one.
Outcome hand_in(MilterClient& client, const Submission& submission);

class RelayInADirectory {
 public:
  // With an account bob@relay.example that takes encrypted mail only.
  RelayInADirectory();

  void write_ini(const std::string& more_lines = "",
                 const std::string& dns_timeout = "5");
  // A second test key, beside the ed25519 key dkim.private.
  void make_rsa_key(const std::string& name) const;
  void add_account(const std::string& address, bool enforcing = true);
  // Starts it; `arguments` come behind --config.
  void start(const std::vector<std::string>& arguments = {});
  // Starts it without --config, all by the command line.
  void start_with(const std::vector<std::string>& arguments,
                  const std::vector<std::string>& environment = {});

  // A new connection, negotiated; connect() is the caller's.
  MilterClient client() const;
  Outcome hand_in(const Submission& submission) const;
  // Prometheus' text, or one value of it.
  std::string metrics() const;
  // Another page of the metrics socket, with its HTTP header.
  std::string page(const std::string& target) const;
  double metric(const std::string& series) const;

  const TemporaryDirectory& directory() const { return directory_; }
  std::string path(const std::string& name) const {
    return directory_.path(name);
  }
  std::string socket() const { return directory_.path("milter.sock"); }
  const std::string& engine() const { return engine_; }
  RunningProgram& program() { return *program_; }
  dkim::testing::DnsServer& names() { return names_; }

 private:
  std::string engine_;
  TemporaryDirectory directory_;
  dkim::testing::DnsServer names_;
  std::unique_ptr<RunningProgram> program_;
};

}  // namespace test
