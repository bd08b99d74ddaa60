#include "deploy/services/doveauth/http_service.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "tests/daemon/temporary_directory.h"

TEST_CASE("a secret is one that no other user can read, and long enough") {
  const test::TemporaryDirectory directory;
  const std::string path = directory.path("secret");
  const auto secret_of = [&](const std::string& text, mode_t mode,
                             std::string& error) {
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    return doveauth::read_secret(path, error);
  };
  std::string error;
  CHECK_FALSE(doveauth::read_secret(path, error));
  CHECK(error == path + ": is not there");
  CHECK(secret_of("0123456789abcdef\n", 0640, error) == "0123456789abcdef");
  CHECK_FALSE(secret_of("0123456789abcdef\n", 0644, error));
  CHECK(error == path + ": other users can read it");
  CHECK_FALSE(secret_of("short\n", 0600, error));
  CHECK(error == path + ": has less than 16 octets");
}
