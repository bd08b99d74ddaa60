#include "deploy/services/newemail/setup.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using newemail::make_setup;

TEST_CASE("a relay without a signed certificate is told by its name") {
  struct Row {
    std::string mail_domain;
    std::string own_certificate;
    bool is_self_signed;
    std::string domain;
    std::string login_host;
  };
  const std::vector<Row> rows = {
      {"a.example", "", false, "a.example", ""},
      {"_a.example", "", true, "_a.example", ""},
      {"_a.example", "/cert /key", false, "_a.example", ""},
      {"192.0.2.1", "", true, "[192.0.2.1]", "192.0.2.1"},
      {"2001:db8::1", "", true, "[ipv6:2001:db8::1]", "2001:db8::1"},
      {"192.0.2.1", "/cert /key", false, "[192.0.2.1]", "192.0.2.1"},
  };
  for (const Row& row : rows) {
    INFO(row.mail_domain << ' ' << row.own_certificate);
    daemons::Settings settings;
    settings.set("mail_domain", row.mail_domain);
    settings.set("tls_external_cert_and_key", row.own_certificate);
    const auto setup = make_setup(settings);
    REQUIRE(setup->domains.size() == 1);
    CHECK(setup->domains[0].is_self_signed == row.is_self_signed);
    CHECK(setup->domains[0].addresses == row.domain);
    CHECK(setup->domains[0].login_host == row.login_host);
    CHECK(setup->local_part_length == 9);
    CHECK(setup->password_length == 12);
  }
}

TEST_CASE("a request is for the domain that its Host field names") {
  daemons::Settings settings;
  settings.set("mail_domain", "a.example");
  settings.set("more_mail_domains", "B.example _c.example");
  const auto setup = make_setup(settings);
  struct Row {
    std::string host;
    std::string addresses;
  };
  const std::vector<Row> rows = {
      {"a.example", "a.example"},       {"b.example", "b.example"},
      {"B.Example:443", "b.example"},   {"www.b.example", "b.example"},
      {"_c.example", "_c.example"},     {"xb.example", "a.example"},
      {"b.example.other", "a.example"}, {"", "a.example"},
      {"192.0.2.1", "a.example"},       {"[2001:db8::1]:443", "a.example"},
  };
  for (const Row& row : rows) {
    INFO(row.host);
    const newemail::Domain& domain = newemail::domain_of_host(*setup, row.host);
    CHECK(domain.addresses == row.addresses);
    CHECK(domain.is_self_signed == row.addresses.starts_with('_'));
  }
}

TEST_CASE("beside a name that nobody certifies nothing is certified") {
  daemons::Settings settings;
  settings.set("mail_domain", "_a.example");
  settings.set("more_mail_domains", "b.example");
  const auto setup = make_setup(settings);
  REQUIRE(setup->domains.size() == 2);
  CHECK(setup->domains[1].is_self_signed);
}
