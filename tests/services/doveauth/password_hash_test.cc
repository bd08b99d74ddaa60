#include "deploy/services/doveauth/password_hash.h"

#include <catch2/catch.hpp>
#include <string>

using doveauth::hash_password;
using doveauth::matches;
using doveauth::Scheme;

TEST_CASE("a hash is in Dovecot's form and matches its password alone") {
  struct Row {
    Scheme scheme;
    std::string prefix;
  };
  for (const Row& row : {Row{Scheme::kSha512Crypt, "{SHA512-CRYPT}$6$"},
                         Row{Scheme::kYescrypt, "{CRYPT}$y$"}}) {
    for (const std::string password :
         {"secret", "\xC3\xA4\xF0\x9F\x98\x80", " ", "\"\\%"}) {
      std::string error;
      const auto hash = hash_password(row.scheme, password, error);
      REQUIRE(hash);
      CHECK(hash->starts_with(row.prefix));
      CHECK(matches(*hash, password) == true);
      CHECK(matches(*hash, password + "x") == false);
      CHECK(matches(*hash, "") == false);
      CHECK(hash != hash_password(row.scheme, password, error));
    }
  }
}

TEST_CASE("what crypt would cut short has no hash and matches nothing") {
  std::string error;
  for (const std::string& password :
       {std::string("a\0b", 3), std::string(512, 'x')}) {
    CHECK_FALSE(hash_password(Scheme::kSha512Crypt, password, error));
    CHECK_FALSE(error.empty());
  }
  const auto hash = hash_password(Scheme::kSha512Crypt, "a", error);
  CHECK(matches(*hash, std::string("a\0b", 3)) == false);
  const auto longest =
      hash_password(Scheme::kSha512Crypt, std::string(511, 'x'), error);
  REQUIRE(longest);
  CHECK(matches(*longest, std::string(511, 'x')) == true);
  CHECK(matches(*longest, std::string(512, 'x')) == false);
}

TEST_CASE("hashes of other programs are compared where crypt knows them") {
  // By openssl passwd -6 -salt saltstring.
  const std::string stored =
      "{SHA512-CRYPT}$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/"
      "O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";
  CHECK(matches(stored, "Hello world!") == true);
  CHECK(matches(stored, "Hello world") == false);
  CHECK(matches("{ARGON2ID}$argon2id$v=19$x", "x") == std::nullopt);
  CHECK(matches("{PLAIN}x", "x") == std::nullopt);
  CHECK(matches("blocked", "x") == std::nullopt);
  CHECK(matches("", "") == std::nullopt);
}
