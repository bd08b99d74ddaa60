#pragma once

// A TCP connection of a mail client, with TLS from the start or later, that
// speaks in lines.
//
// Made to try a relay out: everything blocks, but nothing for longer than the
// patience that was given, and what a server may say at most is bounded.  The
// certificate is checked against the system's authorities and `name`, unless
// the relay is one that nobody certifies.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace trial {

inline constexpr std::size_t kLongestLine = 64U << 10U;
inline constexpr std::size_t kMostOctets = 16U << 20U;

struct Endpoint {
  std::string host;  // a name or an address, where to connect to
  std::uint16_t port = 0;
  std::string name{};  // what the certificate must be for, and SNI
  std::string alpn{};  // what is asked for, or nothing
  bool tls = true;     // from the first octet on
  bool checks_certificate = true;
  std::chrono::seconds patience{20};
};

class Connection {
 public:
  // nullptr, and the reason in `error`.
  static std::unique_ptr<Connection> open(const Endpoint& endpoint,
                                          std::string& error);
  virtual ~Connection() = default;

  // STARTTLS has been agreed upon.  "" or what went wrong.
  virtual std::string start_tls() = 0;
  // false: the connection is of no use any more, `error()` says why.
  virtual bool write(std::string_view octets) = 0;
  // Without its line end.
  virtual bool read_line(std::string& line) = 0;
  // Exactly so many.
  virtual bool read_octets(std::size_t count, std::string& octets) = 0;
  // All until the other side closes.
  virtual bool read_rest(std::string& octets) = 0;
  // Whether the next read has something to read, or to fail at, within that
  // time.
  virtual bool is_readable(std::chrono::milliseconds patience) = 0;
  virtual const std::string& error() const = 0;
};

// What opens connections: Connection::open(), or a test's world.
using Opener = std::function<std::unique_ptr<Connection>(
    const Endpoint& endpoint, std::string& error)>;

}  // namespace trial
