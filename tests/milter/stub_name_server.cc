#include "tests/milter/stub_name_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace test {
namespace {

constexpr std::size_t kHeader = 12;  // RFC 1035 4.1.1

// The name of the first question, and where its type begins.
std::string question_name(const std::string& question, std::size_t& at) {
  std::string name;
  at = kHeader;
  while (at < question.size() && question[at] != 0) {
    const auto length = static_cast<unsigned char>(question[at]);
    if (!name.empty()) name += '.';
    name += question.substr(at + 1, length);
    at += length + 1U;
  }
  ++at;
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
    return static_cast<char>(std::tolower(c));
  });
  return name;
}

std::string two_octets(std::size_t number) {
  return {static_cast<char>(number >> 8U), static_cast<char>(number & 0xFFU)};
}

// RFC 1035 3.3.14: character strings of at most 255 octets.
std::string txt_data(std::string text) {
  std::string data;
  while (!text.empty()) {
    const std::string piece = text.substr(0, 255);
    text.erase(0, piece.size());
    data += static_cast<char>(piece.size());
    data += piece;
  }
  return data;
}

}  // namespace

StubNameServer::StubNameServer()
    : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(socket_, reinterpret_cast<const sockaddr*>(&address),
           sizeof address) != 0 ||
      pipe(stop_pipe_) != 0) {
    std::abort();
  }
  thread_ = std::thread([this] { serve(); });
}

StubNameServer::~StubNameServer() {
  close(stop_pipe_[1]);
  thread_.join();
  close(stop_pipe_[0]);
  close(socket_);
}

void StubNameServer::add(const std::string& name, const std::string& text) {
  const std::lock_guard lock(mutex_);
  texts_[name] = text;
}

void StubNameServer::fail() {
  const std::lock_guard lock(mutex_);
  fails_ = true;
}

std::string StubNameServer::address() const {
  sockaddr_in address{};
  socklen_t length = sizeof address;
  getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &length);
  return "127.0.0.1@" + std::to_string(ntohs(address.sin_port));
}

std::string StubNameServer::answer(const std::string& question) {
  const std::lock_guard lock(mutex_);
  std::size_t type_at = 0;
  const std::string name = question_name(question, type_at);
  const bool asks_txt = question.substr(type_at, 2) == two_octets(16);
  const auto found = texts_.find(name);
  const bool known = found != texts_.end();
  const std::size_t rcode = fails_ ? 2 : known ? 0 : 3;
  const bool tells = known && asks_txt && !fails_;
  // Response, recursion desired and available; one question, the answers.
  std::string reply = question.substr(0, 2) + two_octets(0x8180 + rcode) +
                      two_octets(1) + two_octets(tells ? 1 : 0) +
                      two_octets(0) + two_octets(0) +
                      question.substr(kHeader, type_at + 4 - kHeader);
  if (tells) {
    const std::string data = txt_data(found->second);
    reply += two_octets(0xC00C) + two_octets(16) + two_octets(1) +
             two_octets(0) + two_octets(300) + two_octets(data.size()) + data;
  }
  return reply;
}

void StubNameServer::serve() {
  pollfd waited[2] = {{socket_, POLLIN, 0}, {stop_pipe_[0], 0, 0}};
  while (poll(waited, 2, -1) >= 0 && waited[1].revents == 0) {
    sockaddr_in peer{};
    socklen_t length = sizeof peer;
    char octets[2048];
    const ssize_t count = recvfrom(socket_, octets, sizeof octets, 0,
                                   reinterpret_cast<sockaddr*>(&peer), &length);
    if (count < static_cast<ssize_t>(kHeader)) continue;
    const std::string reply =
        answer(std::string(octets, static_cast<std::size_t>(count)));
    sendto(socket_, reply.data(), reply.size(), 0,
           reinterpret_cast<const sockaddr*>(&peer), length);
  }
}

}  // namespace test
