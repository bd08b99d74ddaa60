// A Connection against a TLS server of this process on the loopback.

#include "deploy/trial/connection.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "deploy/machine/certificate.h"
#include "tests/daemon/temporary_directory.h"

using trial::Connection;
using trial::Endpoint;

namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* stream) const { SSL_free(stream); }
};

// Takes one connection, says `before` in the clear, then has TLS, says
// `within`, and closes when the client does.
class TlsServer {
 public:
  TlsServer(const std::string& name, std::string before, std::string within)
      : before_(std::move(before)),
        within_(std::move(within)),
        made_(machine::make_self_signed({name}, std::time(nullptr))) {
    REQUIRE(made_.error.empty());
    listening_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* any = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(bind(listening_, any, sizeof address) == 0);
    socklen_t length = sizeof address;
    getsockname(listening_, any, &length);
    port_ = ntohs(address.sin_port);
    REQUIRE(listen(listening_, 1) == 0);
    thread_ = std::thread([this] { serve(); });
  }
  ~TlsServer() {
    shutdown(listening_, SHUT_RDWR);
    thread_.join();
    close(listening_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  const std::string& certificate() const { return made_.certificate; }
  Endpoint endpoint(const std::string& name) const {
    return {.host = "127.0.0.1",
            .port = port_,
            .name = name,
            .tls = before_.empty(),
            .checks_certificate = true,
            .patience = std::chrono::seconds(20)};
  }

 private:
  void serve() const {
    const int number = accept(listening_, nullptr, nullptr);
    if (number < 0) return;
    if (!before_.empty()) {
      send(number, before_.data(), before_.size(), MSG_NOSIGNAL);
    }
    const std::unique_ptr<SSL_CTX, Free> context(
        SSL_CTX_new(TLS_server_method()));
    const std::unique_ptr<BIO, Free> chain(
        BIO_new_mem_buf(made_.certificate.data(), -1));
    const std::unique_ptr<BIO, Free> pem(BIO_new_mem_buf(made_.key.data(), -1));
    const std::unique_ptr<X509, Free> leaf(
        PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
    const std::unique_ptr<EVP_PKEY, Free> key(
        PEM_read_bio_PrivateKey(pem.get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_certificate(context.get(), leaf.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    const std::unique_ptr<SSL, Free> stream(SSL_new(context.get()));
    SSL_set_fd(stream.get(), number);
    if (SSL_accept(stream.get()) == 1) {
      SSL_write(stream.get(), within_.data(), static_cast<int>(within_.size()));
      char room[4096];
      while (SSL_read(stream.get(), room, sizeof room) > 0) {
      }
      SSL_shutdown(stream.get());
    }
    close(number);
  }

  std::string before_;
  std::string within_;
  machine::SelfSigned made_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

// This certificate is an authority of the system, for as long as it is there.
class Believed {
 public:
  explicit Believed(const std::string& certificate) {
    const std::string path = folder_.path("authority.pem");
    std::FILE* file = std::fopen(path.c_str(), "w");
    std::fputs(certificate.c_str(), file);
    std::fclose(file);
    setenv("SSL_CERT_FILE", path.c_str(), 1);  // NOLINT(concurrency-*)
  }
  ~Believed() { unsetenv("SSL_CERT_FILE"); }  // NOLINT(concurrency-*)
  Believed(const Believed&) = delete;
  Believed& operator=(const Believed&) = delete;

 private:
  test::TemporaryDirectory folder_;
};

}  // namespace

TEST_CASE("a certificate of an authority and for the name is verified") {
  const TlsServer server("a.example", "", "hello\r\nrest");
  const Believed authority(server.certificate());
  std::string error;
  const auto connection = Connection::open(server.endpoint("a.example"), error);
  INFO(error);
  REQUIRE(connection != nullptr);
  std::string octets;
  CHECK(connection->read_line(octets));
  CHECK(octets == "hello");
  CHECK(connection->is_readable(std::chrono::seconds(20)));
  CHECK(connection->read_octets(4, octets));
  CHECK(octets == "rest");
  CHECK_FALSE(connection->is_readable(std::chrono::milliseconds(1)));
}

TEST_CASE("a certificate for another name is told") {
  const TlsServer server("a.example", "", "hello\r\n");
  const Believed authority(server.certificate());
  std::string error;
  CHECK(Connection::open(server.endpoint("b.example"), error) == nullptr);
  CHECK_THAT(error, Catch::Matchers::Contains("the certificate: ") &&
                        Catch::Matchers::Contains("ostname mismatch"));
}

TEST_CASE("a certificate of nobody is told, or taken where nobody certifies") {
  std::string error;
  {
    const TlsServer server("a.example", "", "hello\r\n");
    CHECK(Connection::open(server.endpoint("a.example"), error) == nullptr);
    CHECK_THAT(error, Catch::Matchers::Contains("the certificate: ") &&
                          Catch::Matchers::Contains("self"));
  }
  const TlsServer server("a.example", "", "hello\r\n");
  Endpoint endpoint = server.endpoint("b.example");
  endpoint.checks_certificate = false;
  CHECK(Connection::open(endpoint, error) != nullptr);
}

TEST_CASE("what came before TLS is not taken for what TLS protects") {
  const TlsServer server("a.example", "220 go on\r\n250 injected\r\n",
                         "250 protected\r\n");
  const Believed authority(server.certificate());
  std::string error;
  const auto connection = Connection::open(server.endpoint("a.example"), error);
  REQUIRE(connection != nullptr);
  std::string line;
  REQUIRE(connection->read_line(line));
  CHECK(line == "220 go on");
  CHECK(connection->start_tls().empty());
  REQUIRE(connection->read_line(line));
  CHECK(line == "250 protected");
}

TEST_CASE("nobody there, and a name that is none, are told") {
  std::string error;
  Endpoint endpoint{.host = "127.0.0.1", .port = 1, .name = "a.example"};
  CHECK(Connection::open(endpoint, error) == nullptr);
  CHECK(error == "127.0.0.1 port 1: Connection refused");
  // A label of more than 63 octets: nobody has to be asked.
  endpoint.host = std::string(70, 'a');
  CHECK(Connection::open(endpoint, error) == nullptr);
  CHECK_THAT(error, Catch::Matchers::StartsWith(endpoint.host + ": "));
}

TEST_CASE("who says nothing, or does not end a line, is given up") {
  const TlsServer silent("a.example", "", "");
  std::string error;
  Endpoint endpoint = silent.endpoint("a.example");
  endpoint.checks_certificate = false;
  endpoint.patience = std::chrono::seconds(1);
  const auto connection = Connection::open(endpoint, error);
  REQUIRE(connection != nullptr);
  std::string line;
  CHECK_FALSE(connection->read_line(line));
  CHECK(connection->error() == "no answer in time");
  const TlsServer endless("a.example", "",
                          std::string(trial::kLongestLine * 2, 'x'));
  endpoint = endless.endpoint("a.example");
  endpoint.checks_certificate = false;
  const auto other = Connection::open(endpoint, error);
  REQUIRE(other != nullptr);
  CHECK_FALSE(other->read_line(line));
  CHECK(other->error() == "a line that does not end");
}
