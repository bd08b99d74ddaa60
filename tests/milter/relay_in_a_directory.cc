#include "tests/milter/relay_in_a_directory.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "daemon/socket_place.h"

namespace test {
namespace {

void write_key(const std::string& path, EVP_PKEY* key) {
  REQUIRE(key != nullptr);
  const mode_t before = umask(0077);
  std::FILE* file = std::fopen(path.c_str(), "w");
  umask(before);
  REQUIRE(file != nullptr);
  REQUIRE(PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr,
                               nullptr) == 1);
  std::fclose(file);
  EVP_PKEY_free(key);
}

std::string folded_with_lf(std::string value) {
  std::erase(value, '\r');
  return value;
}

Outcome outcome_of(const MilterReply& reply, const char* step) {
  return {reply.words(), step, reply.edits};
}

}  // namespace

Outcome hand_in(MilterClient& client, const Submission& submission) {
  MilterReply reply = client.mail(submission.reverse_path, submission.login);
  if (reply.command != 'c') return outcome_of(reply, "MAIL");
  for (const std::string& recipient : submission.recipients) {
    client.recipient(recipient, recipient.substr(1, recipient.size() - 2));
  }
  for (const policy::HeaderField& field : submission.fields) {
    client.header_field(field.name, folded_with_lf(field.body));
  }
  reply = client.end_of_header();
  if (reply.command != 'c') return outcome_of(reply, "header");
  client.body(submission.body);
  return outcome_of(client.end(), "end");
}

RelayInADirectory::RelayInADirectory()
    : engine_(GENERATE(as<std::string>{}, "native", "libmilter")) {
  std::filesystem::create_directory(path("mail"));
  add_account("bob@relay.example");
  // Made anew in each run: test keys.
  write_key(path("dkim.private"),
            EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  write_ini();
}

void RelayInADirectory::write_ini(const std::string& more_lines,
                                  const std::string& dns_timeout) {
  std::ofstream(path("chatmail.ini"))
      << "[params]\n"
      << "mail_domain = relay.example\n"
      << "milter_socket = unix:" << socket() << "\n"
      << "metrics_socket = " << path("metrics.sock") << "\n"
      << "mailboxes_dir = " << path("mail") << "\n"
      << "own_rules_dir = " << path("rules.d") << "\n"
      << "dkim_key = " << path("dkim.private") << "\n"
      << "dns_forwarders = " << names_.forwarder() << "\n"
      << "dns_timeout = " << dns_timeout << "\n"
      << "policyd_socket =\n"
      << more_lines;
}

void RelayInADirectory::make_rsa_key(const std::string& name) const {
  write_key(path(name),
            EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048}));
}

void RelayInADirectory::add_account(const std::string& address,
                                    bool enforcing) {
  const std::string mailbox = "mail/" + address;
  std::filesystem::create_directory(path(mailbox));
  directory_.make_file(mailbox + "/password");
  if (enforcing) directory_.make_file(mailbox + "/enforceE2EEincoming");
}

void RelayInADirectory::start(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"--config", path("chatmail.ini")};
  all.insert(all.end(), arguments.begin(), arguments.end());
  start_with(all);
}

void RelayInADirectory::start_with(
    const std::vector<std::string>& arguments,
    const std::vector<std::string>& environment) {
  std::vector<std::string> command = {program_path("chatmail-milter")};
  command.insert(command.end(), {"--engine", engine_});
  command.insert(command.end(), arguments.begin(), arguments.end());
  program_.reset();  // one that runs already has the sockets
  program_ =
      std::make_unique<RunningProgram>(command, directory_.path(), environment);
  if (!program_->wait_until_ready()) {
    FAIL("chatmail-milter did not start: " << program_->log());
  }
}

MilterClient RelayInADirectory::client() const {
  MilterClient client(socket());
  REQUIRE(client.connected());
  REQUIRE(client.negotiate());
  return client;
}

Outcome RelayInADirectory::hand_in(const Submission& submission) const {
  MilterClient connection = client();
  connection.connect(submission.daemon_name, submission.client_address);
  Outcome outcome = test::hand_in(connection, submission);
  connection.quit();
  return outcome;
}

std::string RelayInADirectory::metrics() const {
  const int socket = daemons::connect_to(path("metrics.sock"));
  REQUIRE(socket >= 0);
  shutdown(socket, SHUT_WR);
  std::string text;
  char chunk[4096];
  for (ssize_t count = 0; (count = read(socket, chunk, sizeof chunk)) > 0;) {
    text.append(chunk, static_cast<std::size_t>(count));
  }
  close(socket);
  return text;
}

std::string RelayInADirectory::page(const std::string& target) const {
  const int socket = daemons::connect_to(path("metrics.sock"));
  REQUIRE(socket >= 0);
  const std::string request = "GET " + target + " HTTP/1.0\r\n\r\n";
  REQUIRE(write(socket, request.data(), request.size()) ==
          static_cast<ssize_t>(request.size()));
  std::string text;
  char chunk[4096];
  for (ssize_t count = 0; (count = read(socket, chunk, sizeof chunk)) > 0;) {
    text.append(chunk, static_cast<std::size_t>(count));
  }
  close(socket);
  return text;
}

double RelayInADirectory::metric(const std::string& series) const {
  const std::string text = metrics();
  const std::size_t at = text.find("\n" + series + " ");
  if (at == std::string::npos) FAIL("no series " << series << " in " << text);
  return std::strtod(text.c_str() + at + series.size() + 2, nullptr);
}

}  // namespace test
