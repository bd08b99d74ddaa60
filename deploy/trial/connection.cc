#include "deploy/trial/connection.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace trial {
namespace {

struct Freeing {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* stream) const { SSL_free(stream); }
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

bool is_address(const std::string& name) {
  unsigned char octets[sizeof(in6_addr)];
  return inet_pton(AF_INET, name.c_str(), octets) == 1 ||
         inet_pton(AF_INET6, name.c_str(), octets) == 1;
}

std::string system_reason() {
  return errno == EAGAIN || errno == EINPROGRESS ? "no answer in time"
                                                 : std::strerror(errno);
}

// The descriptor, or -1.
int connect_to(const addrinfo& place, std::chrono::seconds patience) {
  const int number =
      socket(place.ai_family, place.ai_socktype | SOCK_CLOEXEC, 0);
  if (number < 0) return -1;
  timeval time{};
  time.tv_sec = patience.count();
  // SO_SNDTIMEO bounds connect(2) too.
  setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  if (connect(number, place.ai_addr, place.ai_addrlen) == 0) return number;
  const int reason = errno;
  close(number);
  errno = reason;
  return -1;
}

class TcpConnection : public Connection {
 public:
  TcpConnection(int number, const Endpoint& endpoint)
      : number_(number), endpoint_(endpoint) {}
  ~TcpConnection() override {
    stream_.reset();
    close(number_);
  }
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  std::string start_tls() override;
  bool write(std::string_view octets) override;
  bool read_line(std::string& line) override;
  bool read_octets(std::size_t count, std::string& octets) override;
  bool read_rest(std::string& octets) override;
  bool is_readable(std::chrono::milliseconds patience) override;
  const std::string& error() const override { return error_; }

 private:
  bool prepare_stream();
  // More into `held_`; false at the end and on an error.
  bool fill();
  bool fail(std::string why) {
    if (error_.empty()) error_ = std::move(why);
    return false;
  }
  std::string tls_reason(int result) const;

  int number_;
  Endpoint endpoint_;
  std::unique_ptr<SSL_CTX, Freeing> context_;
  std::unique_ptr<SSL, Freeing> stream_;
  std::string held_;
  std::size_t received_ = 0;
  bool has_ended_ = false;
  std::string error_;
};

std::string TcpConnection::tls_reason(int result) const {
  const long verdict = SSL_get_verify_result(stream_.get());
  if (verdict != X509_V_OK && endpoint_.checks_certificate) {
    return std::string("the certificate: ") +
           X509_verify_cert_error_string(verdict);
  }
  const int saved = errno;
  const unsigned long code = ERR_get_error();
  if (code != 0) {
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : "TLS failed";
  }
  errno = saved;
  if (SSL_get_error(stream_.get(), result) == SSL_ERROR_SYSCALL && errno == 0) {
    return "the connection was closed";
  }
  return system_reason();
}

bool TcpConnection::prepare_stream() {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  if (!context_) return fail("no memory for TLS");
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  if (endpoint_.checks_certificate) {
    SSL_CTX_set_default_verify_paths(context_.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  }
  stream_.reset(SSL_new(context_.get()));
  if (!stream_) return fail("no memory for TLS");
  const std::string& name = endpoint_.name;
  if (is_address(name)) {
    X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(stream_.get()), name.c_str());
  } else if (!name.empty()) {
    SSL_set_tlsext_host_name(stream_.get(), name.c_str());
    SSL_set1_host(stream_.get(), name.c_str());
  }
  const std::string& alpn = endpoint_.alpn;
  if (!alpn.empty()) {
    const std::string wire = static_cast<char>(alpn.size()) + alpn;
    SSL_set_alpn_protos(stream_.get(),
                        reinterpret_cast<const unsigned char*>(wire.data()),
                        static_cast<unsigned>(wire.size()));
  }
  SSL_set_fd(stream_.get(), number_);
  return true;
}

std::string TcpConnection::start_tls() {
  // What came in the clear must not be taken for what TLS protects.
  held_.clear();
  if (!prepare_stream()) return error_;
  ERR_clear_error();
  errno = 0;
  const int result = SSL_connect(stream_.get());
  if (result != 1) fail(tls_reason(result));
  return error_;
}

bool TcpConnection::write(std::string_view octets) {
  while (!octets.empty()) {
    errno = 0;
    ERR_clear_error();
    const ssize_t count =
        stream_ ? SSL_write(stream_.get(), octets.data(),
                            static_cast<int>(octets.size()))
                : send(number_, octets.data(), octets.size(), MSG_NOSIGNAL);
    if (count <= 0) {
      return fail(stream_ ? tls_reason(static_cast<int>(count))
                          : system_reason());
    }
    octets.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool TcpConnection::fill() {
  char room[16384];
  errno = 0;
  ERR_clear_error();
  const ssize_t count =
      stream_ ? SSL_read(stream_.get(), room, static_cast<int>(sizeof room))
              : recv(number_, room, sizeof room, 0);
  if (count > 0) {
    received_ += static_cast<std::size_t>(count);
    if (received_ > kMostOctets) return fail("the server does not end");
    held_.append(room, static_cast<std::size_t>(count));
    return true;
  }
  has_ended_ = count == 0 && (!stream_ || SSL_get_error(stream_.get(), 0) ==
                                              SSL_ERROR_ZERO_RETURN);
  if (has_ended_) return fail("the connection was closed");
  return fail(stream_ ? tls_reason(static_cast<int>(count)) : system_reason());
}

bool TcpConnection::read_line(std::string& line) {
  std::size_t end;
  while ((end = held_.find('\n')) == std::string::npos) {
    if (held_.size() > kLongestLine) return fail("a line that does not end");
    if (!fill()) return false;
  }
  line = held_.substr(0, end);
  if (line.ends_with('\r')) line.pop_back();
  held_.erase(0, end + 1);
  // Only what is not answered in one go is bounded.
  received_ = held_.size();
  return true;
}

bool TcpConnection::read_octets(std::size_t count, std::string& octets) {
  if (count > kMostOctets) return fail("more octets than a trial reads");
  while (held_.size() < count) {
    if (!fill()) return false;
  }
  octets = held_.substr(0, count);
  held_.erase(0, count);
  return true;
}

bool TcpConnection::read_rest(std::string& octets) {
  while (fill()) {
  }
  octets = std::move(held_);
  held_.clear();
  if (has_ended_) error_.clear();
  return has_ended_;
}

bool TcpConnection::is_readable(std::chrono::milliseconds patience) {
  if (!held_.empty() || (stream_ && SSL_pending(stream_.get()) > 0)) {
    return true;
  }
  pollfd readable{number_, POLLIN, 0};
  return poll(&readable, 1, static_cast<int>(patience.count())) > 0;
}

}  // namespace

std::unique_ptr<Connection> Connection::open(const Endpoint& endpoint,
                                             std::string& error) {
  // OpenSSL writes by write(2), which has no MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int status =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(),
                  &hints, &found);
  if (status != 0) {
    error = endpoint.host + ": " + gai_strerror(status);
    return nullptr;
  }
  const std::unique_ptr<addrinfo, Freeing> places(found);
  int number = -1;
  for (const addrinfo* place = found; place != nullptr && number < 0;
       place = place->ai_next) {
    number = connect_to(*place, endpoint.patience);
  }
  if (number < 0) {
    error = endpoint.host + " port " + std::to_string(endpoint.port) + ": " +
            system_reason();
    return nullptr;
  }
  auto made = std::make_unique<TcpConnection>(number, endpoint);
  if (endpoint.tls) {
    error = made->start_tls();
    if (!error.empty()) return nullptr;
  }
  return made;
}

}  // namespace trial
