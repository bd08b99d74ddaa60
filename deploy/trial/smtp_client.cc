#include "deploy/trial/smtp_client.h"

#include <openssl/evp.h>

#include <charconv>
#include <utility>

namespace trial {
namespace {

std::string base64(const std::string& octets) {
  std::string text((octets.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(octets.data()),
                      static_cast<int>(octets.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

Reply SmtpClient::read_reply() {
  Reply reply;
  std::string line;
  while (connection_->read_line(line)) {
    if (!reply.text.empty()) reply.text += " / ";
    reply.text += line;
    if (line.size() >= 4 && line[3] == '-') continue;
    int code = 0;
    std::from_chars(line.data(), line.data() + line.size(), code);
    reply.code = code >= 200 && code <= 599 ? code : 0;
    return reply;
  }
  return {0, connection_->error()};
}

Reply SmtpClient::command(const std::string& words) {
  if (!connection_->write(words + "\r\n")) return {0, connection_->error()};
  return read_reply();
}

std::unique_ptr<SmtpClient> SmtpClient::open(const Endpoint& endpoint,
                                             std::string& error,
                                             const Opener& opener) {
  auto connection = opener(endpoint, error);
  if (!connection) return nullptr;
  std::unique_ptr<SmtpClient> client(new SmtpClient(std::move(connection)));
  Reply reply = client->read_reply();
  const std::string hello = "EHLO trial.invalid";
  if (reply.code == 220) reply = client->command(hello);
  if (reply.code == 250 && !endpoint.tls) {
    reply = client->command("STARTTLS");
    if (reply.code == 220) {
      error = client->connection_->start_tls();
      if (!error.empty()) return nullptr;
      reply = client->command(hello);
    }
  }
  if (reply.code == 250) return client;
  error = reply.text;
  return nullptr;
}

Reply SmtpClient::log_in(const std::string& user, const std::string& password) {
  const std::string zero(1, '\0');
  return command("AUTH PLAIN " + base64(zero + user + zero + password));
}

Reply SmtpClient::send(const std::string& from, const std::string& to,
                       const std::string& message) {
  for (const std::string& words :
       {"MAIL FROM:<" + from + ">", "RCPT TO:<" + to + ">",
        std::string("DATA")}) {
    Reply reply = command(words);
    if (reply.code >= 400 || reply.code == 0) {
      command("RSET");
      return reply;
    }
  }
  // No line of ours begins with a dot (RFC 5321 4.5.2).
  if (!connection_->write(message + ".\r\n")) {
    return {0, connection_->error()};
  }
  return read_reply();
}

void SmtpClient::quit() { command("QUIT"); }

}  // namespace trial
