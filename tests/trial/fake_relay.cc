#include "tests/trial/fake_relay.h"

#include <algorithm>
#include <memory>
#include <string_view>

#include "tests/trial/fake_protocols.h"

namespace test {
namespace {

using std::chrono::milliseconds;

bool is_within(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// What is to be read lies in memory, and more may come while one waits.
class FakeConnection : public trial::Connection {
 public:
  FakeConnection(FakeRelay& relay, std::unique_ptr<Protocol> protocol,
                 std::string certificate)
      : relay_(relay),
        protocol_(std::move(protocol)),
        certificate_(std::move(certificate)) {
    said_ = protocol_->greeting();
  }

  std::string start_tls() override { return certificate_; }
  bool write(std::string_view octets) override {
    said_ += protocol_->take(octets);
    return true;
  }
  bool read_line(std::string& line) override {
    if (!is_readable(milliseconds(5000))) return fail("no answer in time");
    const std::size_t end = said_.find("\r\n");
    if (end == std::string::npos) return fail("the connection was closed");
    line = said_.substr(0, end);
    said_.erase(0, end + 2);
    return true;
  }
  bool read_octets(std::size_t count, std::string& octets) override {
    if (said_.size() < count) return fail("the connection was closed");
    octets = said_.substr(0, count);
    said_.erase(0, count);
    return true;
  }
  bool read_rest(std::string& octets) override {
    octets = std::move(said_);
    said_.clear();
    return true;
  }
  bool is_readable(milliseconds patience) override {
    if (said_.empty()) said_ = protocol_->wait(patience);
    return !said_.empty();
  }
  const std::string& error() const override { return error_; }

 private:
  bool fail(const char* why) {
    error_ = why;
    return false;
  }

  FakeRelay& relay_;
  std::unique_ptr<Protocol> protocol_;
  std::string certificate_;
  std::string said_;
  std::string error_;
};

std::unique_ptr<Protocol> protocol_of(FakeRelay& relay,
                                      const trial::Endpoint& endpoint) {
  const std::uint16_t port = endpoint.port;
  if (port == 993 || port == 143 || endpoint.alpn == "imap") {
    return make_imap(relay);
  }
  if (port == 443 && endpoint.alpn.empty()) {
    return make_web(relay, endpoint.name);
  }
  return make_smtp(relay);
}

}  // namespace

trial::Opener FakeRelay::opener() {
  return [this](const trial::Endpoint& endpoint,
                std::string& error) -> std::unique_ptr<trial::Connection> {
    const std::string port = std::to_string(endpoint.port);
    if (has("closed " + port + endpoint.alpn)) {
      error = endpoint.host + " port " + port + ": Connection refused";
      return nullptr;
    }
    std::string certificate;
    if (has("expired " + port) && endpoint.checks_certificate) {
      certificate = "the certificate: certificate has expired";
    }
    if (endpoint.tls && !certificate.empty()) {
      error = certificate;
      return nullptr;
    }
    return std::make_unique<FakeConnection>(*this, protocol_of(*this, endpoint),
                                            certificate);
  };
}

bool FakeRelay::log_in(const std::string& address,
                       const std::string& password) {
  if (has("no logins")) return false;
  const std::lock_guard lock(mutex_);
  return passwords_.try_emplace(address, password).first->second == password;
}

std::string FakeRelay::judge(const std::string& login,
                             const std::string& reverse_path,
                             const std::string& recipient,
                             std::string message) {
  if (reverse_path != login && !has("takes any sender")) {
    return "553 5.7.1 not yours";
  }
  if (!is_within(message, "From: <" + login + ">") && !has("takes any From")) {
    return "500 5.7.1 Invalid FROM";
  }
  if (!is_within(message, "BEGIN PGP MESSAGE") && !has("takes cleartext")) {
    return "523 5.7.1 Encryption Needed";
  }
  const std::lock_guard lock(mutex_);
  if (++sent_[login] > most_messages) {
    return "450 4.7.1: Too much mail from <" + login + ">, wait " +
           std::to_string(sent_[login]) + " s";
  }
  if (has("delivers nothing")) return "250 2.0.0 Ok";
  if (!has("keeps the Subject")) {
    const std::size_t at = message.find("Subject: ") + 9;
    message.replace(at, message.find("\r\n", at) - at, "[...]");
  }
  if (has("keeps Received")) message.insert(0, "Received: from here\r\n");
  if (has("changes the text")) {
    message.insert(message.find("-----END"), "AAAA\r\n");
  }
  inboxes_[recipient].push_back(std::move(message));
  arrived_.notify_all();
  return "250 2.0.0 Ok";
}

std::size_t FakeRelay::count(const std::string& address) {
  const std::lock_guard lock(mutex_);
  return inboxes_[address].size();
}

std::vector<std::string> FakeRelay::inbox(const std::string& address) {
  const std::lock_guard lock(mutex_);
  return inboxes_[address];
}

bool FakeRelay::await_more(const std::string& address, std::size_t than,
                           milliseconds patience) {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, patience,
                           [&] { return inboxes_[address].size() > than; });
}

}  // namespace test
