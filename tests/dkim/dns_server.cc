#include "dns_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

namespace dkim::testing {
namespace {

constexpr std::uint32_t kMostCnames = 8;
constexpr int kTypeCname = 5;
constexpr int kTypeSoa = 6;
constexpr int kTypeTxt = 16;
constexpr int kServfail = 2;
constexpr int kNxdomain = 3;

void put(std::string& out, std::uint32_t value, int octets) {
  for (int i = octets - 1; i >= 0; --i) {
    out.push_back(static_cast<char>(value >> (8 * i)));
  }
}

std::string wire_name(const std::string& name) {
  std::string wire;
  std::size_t begin = 0;
  while (begin < name.size()) {
    const std::size_t end = std::min(name.find('.', begin), name.size());
    put(wire, static_cast<std::uint32_t>(end - begin), 1);
    wire += name.substr(begin, end - begin);
    begin = end + 1;
  }
  wire.push_back('\0');
  return wire;
}

std::string text_name(const std::string& wire) {
  std::string name;
  for (std::size_t i = 0; i < wire.size() && wire[i] != 0;) {
    const auto length = static_cast<std::size_t>(wire[i]);
    if (!name.empty()) name += '.';
    name += wire.substr(i + 1, length);
    i += length + 1;
  }
  for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return name;
}

std::string record(const std::string& name, int type, std::uint32_t ttl,
                   const std::string& data) {
  std::string wire = wire_name(name);
  put(wire, static_cast<std::uint32_t>(type), 2);
  put(wire, 1, 2);
  put(wire, ttl, 4);
  put(wire, static_cast<std::uint32_t>(data.size()), 2);
  return wire + data;
}

std::string txt_data(const std::string& text, std::size_t string_size) {
  std::string data;
  std::size_t begin = 0;
  do {
    const std::string piece = text.substr(begin, string_size);
    put(data, static_cast<std::uint32_t>(piece.size()), 1);
    data += piece;
    begin += piece.size();
  } while (begin < text.size());
  return data;
}

std::string soa(std::uint32_t ttl) {
  std::string data = wire_name("ns.example") + wire_name("root.example");
  for (const std::uint32_t number : {1U, 3600U, 600U, 86400U, ttl}) {
    put(data, number, 4);
  }
  return record("example", kTypeSoa, 3600, data);
}

}  // namespace

DnsServer::DnsServer() : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  REQUIRE(socket_ >= 0);
  REQUIRE(bind(socket_, generic, size) == 0);
  REQUIRE(getsockname(socket_, generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

DnsServer::~DnsServer() {
  stopping_ = true;
  // An empty datagram to itself ends the wait.
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  sendto(socket_, "", 0, 0, reinterpret_cast<sockaddr*>(&address),
         sizeof address);
  thread_.join();
  close(socket_);
}

void DnsServer::set(const std::string& name, const DnsRecord& record) {
  const std::lock_guard lock(mutex_);
  records_[name] = record;
}

void DnsServer::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  records_.erase(name);
}

int DnsServer::asked(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = asked_.find(name);
  return found == asked_.end() ? 0 : found->second;
}

bool DnsServer::is_asked(const std::string& name) const {
  std::unique_lock lock(mutex_);
  return asked_more_.wait_for(lock, std::chrono::seconds(20),
                              [&] { return asked_.contains(name); });
}

void DnsServer::fail() {
  const std::lock_guard lock(mutex_);
  fails_ = true;
}

std::string DnsServer::forwarder() const {
  return "127.0.0.1@" + std::to_string(port_);
}

void DnsServer::serve() {
  char buffer[4096];
  while (!stopping_) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    auto* generic = reinterpret_cast<sockaddr*>(&peer);
    const ssize_t got =
        recvfrom(socket_, buffer, sizeof buffer, 0, generic, &size);
    if (got < 17) continue;
    std::chrono::milliseconds delay{0};
    const std::string reply =
        answer(std::string(buffer, static_cast<std::size_t>(got)), delay);
    std::this_thread::sleep_for(delay);
    if (!reply.empty()) {
      sendto(socket_, reply.data(), reply.size(), 0, generic, size);
    }
  }
}

std::string DnsServer::answer(const std::string& query,
                              std::chrono::milliseconds& delay) {
  const std::size_t name_end = query.find('\0', 12) + 1;
  const std::string question = query.substr(12, name_end + 4 - 12);
  std::string name = text_name(question);
  const std::lock_guard lock(mutex_);
  ++asked_[name];
  asked_more_.notify_all();
  std::string answers;
  std::string authority;
  std::uint32_t count = 0;
  std::uint32_t rcode = 0;
  auto found = records_.find(name);
  while (count < kMostCnames && found != records_.end() &&
         found->second.kind == DnsRecord::Kind::kCname) {
    answers += record(name, kTypeCname, found->second.ttl,
                      wire_name(found->second.target));
    ++count;
    name = found->second.target;
    found = records_.find(name);
  }
  if (found != records_.end()) delay = found->second.delay;
  if (fails_) {
    rcode = kServfail;
  } else if (found == records_.end()) {
    rcode = kNxdomain;
    authority = soa(kNegativeTtl);
  } else if (found->second.kind == DnsRecord::Kind::kNxdomain) {
    rcode = kNxdomain;
    authority = soa(found->second.ttl);
  } else if (found->second.kind == DnsRecord::Kind::kSilent) {
    return {};
  } else if (found->second.kind == DnsRecord::Kind::kServfail) {
    rcode = kServfail;
  } else if (found->second.kind == DnsRecord::Kind::kNodata) {
    authority = soa(found->second.ttl);
  } else {
    for (const std::string& text : found->second.texts) {
      answers += record(name, kTypeTxt, found->second.ttl,
                        txt_data(text, found->second.string_size));
      ++count;
    }
  }
  std::string reply = query.substr(0, 2);
  put(reply, 0x8180U | rcode, 2);
  put(reply, 1, 2);
  put(reply, count, 2);
  put(reply, authority.empty() ? 0 : 1, 2);
  put(reply, 0, 2);
  return reply + question + answers + authority;
}

}  // namespace dkim::testing
