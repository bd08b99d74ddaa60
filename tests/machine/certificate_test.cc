#include "deploy/machine/certificate.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "deploy/machine/program.h"
#include "tests/daemon/temporary_directory.h"

TEST_CASE("a self-signed certificate is read back, and OpenSSL takes it") {
  const test::TemporaryDirectory directory;
  struct Row {
    std::string name;
    std::vector<std::string> names;
  };
  const std::int64_t now = 1'790'000'000;
  for (const Row& row :
       {Row{"_a.example",
            {"_a.example", "www._a.example", "mta-sts._a.example"}},
        Row{"192.0.2.1", {"192.0.2.1"}}, Row{"2001:db8::1", {"2001:db8::1"}}}) {
    INFO(row.name);
    const auto made = machine::make_self_signed({row.name}, now);
    REQUIRE(made.error.empty());
    std::ofstream(directory.path("cert")) << made.certificate;
    std::ofstream(directory.path("key")) << made.key;
    const auto read = machine::read_certificate(directory.path("cert"));
    CHECK(read.error.empty());
    CHECK(read.names == row.names);
    CHECK(read.is_self_signed);
    CHECK(read.not_before < now);
    CHECK(read.not_after > now + 99LL * 365 * 86'400);
    const auto of_certificate =
        machine::run_program({"openssl", "x509", "-in", directory.path("cert"),
                              "-noout", "-pubkey"});
    const auto of_key = machine::run_program(
        {"openssl", "pkey", "-in", directory.path("key"), "-pubout"});
    CHECK(of_key.good());
    CHECK(of_certificate.output == of_key.output);
  }
}

TEST_CASE("what is no certificate is told with its file") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("cert");
  CHECK(machine::read_certificate(path).error == path + ": not there");
  std::ofstream(path) << "hello";
  CHECK(machine::read_certificate(path).error ==
        path + ": no certificate in PEM form");
}
