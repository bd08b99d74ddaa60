#include <sqlite3.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "deploy/ctl/password_base.h"
#include "tests/ctl/account_world.h"

using Catch::Matchers::Contains;
using test::AccountWorld;

namespace {

void write_base(const std::string& path, const std::string& sql) {
  sqlite3* base = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &base) == SQLITE_OK);
  char* error = nullptr;
  sqlite3_exec(base, sql.c_str(), nullptr, nullptr, &error);
  INFO((error == nullptr ? "" : error));
  CHECK(error == nullptr);
  sqlite3_close(base);
}

const std::string kTable =
    "CREATE TABLE users (addr TEXT, password TEXT, last_login INTEGER);";

std::string row(const std::string& address, const std::string& hash,
                const std::string& last_login) {
  return "INSERT INTO users VALUES ('" + address + "', " + hash + ", " +
         last_login + ");";
}

struct ImportWorld : AccountWorld {
  void write(const std::string& sql) const {
    write_base(directory.path("passdb.sqlite"), sql);
  }
  nlohmann::json import(int status) {
    CHECK(run({"import", "--json"}) == status);
    return nlohmann::json::parse(out.str());
  }
};

}  // namespace

TEST_CASE("an imported account has its hash, its flag and its last login") {
  ImportWorld world;
  struct Row {
    std::string last_login;
    std::int64_t day;
  };
  const std::int64_t today = 1'790'000'000 - 1'790'000'000 % 86'400;
  const std::vector<Row> rows = {
      {"1700000000", 1'699'920'000},
      {"NULL", today},
      {"0", today},
      {"-5", today},
      {"'soon'", today},
      {"9999999999", today},
  };
  std::string sql = kTable;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    sql += row("ann00000" + std::to_string(i) + "@a.example", "'{CRYPT}x'",
               rows[i].last_login);
  }
  world.write(sql);
  CHECK(world.import(0)["imported"] == rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    INFO(rows[i].last_login);
    const std::string account = "ann00000" + std::to_string(i) + "@a.example";
    CHECK(world.accounts.read(account + "/password") == "{CRYPT}x");
    CHECK(world.accounts.status(account + "/password").st_mtime == rows[i].day);
    CHECK(world.accounts.exists(account + "/enforceE2EEincoming"));
  }
}

TEST_CASE("a base from before last logins were noted is taken, too") {
  ImportWorld world;
  world.write(
      "CREATE TABLE users (addr TEXT, password TEXT);"
      "INSERT INTO users VALUES ('ann000001@a.example', '{CRYPT}x');");
  CHECK(world.import(0)["imported"] == 1);
  CHECK(world.accounts.exists("ann000001@a.example/password"));
}

TEST_CASE("an account that is there stays as it is") {
  ImportWorld world;
  world.make("ann000001@a.example");
  world.write(kTable + row("ann000001@a.example", "'{CRYPT}new'", "1") +
              row("ANN000001@A.Example", "'{CRYPT}new'", "1"));
  CHECK(world.import(0)["there_already"] == 2);
  CHECK(world.accounts.read("ann000001@a.example/password") == "{PLAIN}x");
}

TEST_CASE("what is no hash makes no account") {
  ImportWorld world;
  const std::vector<std::string> hashes = {"NULL",
                                           "''",
                                           "'x'",
                                           "'$6$salt$x'",
                                           "'{}x'",
                                           "'{CRYPT}'",
                                           "'{CRYPT'",
                                           "'{CRYPT}a b'",
                                           "x'7b437d00'",
                                           "char(123, 67, 125, 10)",
                                           "'{C}' || hex(zeroblob(3000))",
                                           "'{C}\xc3\xa4'"};
  std::string sql = kTable;
  for (const std::string& hash : hashes) {
    sql += row("ann000001@a.example", hash, "1700000000");
  }
  world.write(sql);
  CHECK(world.import(1)["refused"] == hashes.size());
  CHECK(world.accounts.names("").empty());
}

TEST_CASE("what is no address of this relay makes no account") {
  ImportWorld world;
  const std::vector<std::string> addresses = {
      "ann000001",           "ann000001@b.example",
      "@a.example",          "../../x@a.example",
      "a@b@a.example",       "ann 00001@a.example",
      "ann+00001@a.example", std::string(300, 'x') + "@a.example"};
  std::string sql = kTable;
  for (const std::string& address : addresses) {
    sql += row(address, "'{CRYPT}x'", "1700000000");
  }
  sql += "INSERT INTO users VALUES (NULL, '{CRYPT}x', 1);";
  sql += "INSERT INTO users VALUES (x'00ff', '{CRYPT}x', 1);";
  sql += "INSERT INTO users VALUES (char(27) || '@a.example', '{CRYPT}x', 1);";
  world.write(sql);
  CHECK(world.import(1)["refused"] == addresses.size() + 3);
  CHECK(world.accounts.names("").empty());
  CHECK_THAT(world.err.str(), !Contains("\x1b"));
}

TEST_CASE("accounts of tests are left out") {
  ImportWorld world;
  world.write(kTable + row("ci-000001@a.example", "'{CRYPT}x'", "1") +
              row("ac_000001@a.example", "'{CRYPT}x'", "1") +
              row("echo@a.example", "'{CRYPT}x'", "1") +
              row("ci000001x@a.example", "'{CRYPT}x'", "1"));
  const nlohmann::json counts = world.import(0);
  CHECK(counts["of_tests"] == 3);
  CHECK(counts["imported"] == 1);
}

TEST_CASE("an account that cannot be made is told, and the others are made") {
  ImportWorld world;
  world.accounts.write("ann000001@a.example", "a file of that name");
  world.write(kTable + row("ann000001@a.example", "'{CRYPT}x'", "1") +
              row("bob000001@a.example", "'{CRYPT}x'", "1"));
  const nlohmann::json counts = world.import(2);
  CHECK(counts["failed"] == 1);
  CHECK(counts["imported"] == 1);
  CHECK_THAT(world.err.str(), Contains("ann000001@a.example: "));
}

TEST_CASE("a base that is none is told, and nothing is made of it") {
  ImportWorld world;
  const std::string path = world.directory.path("passdb.sqlite");
  CHECK(world.run({"import"}) == 2);
  CHECK_THAT(world.err.str(), Contains("No such file or directory"));
  for (const std::string& octets :
       {std::string("SQLite format 3"), std::string(4096, 'x'),
        std::string("SQLite format 3\0", 16) + std::string(4080, '\xff')}) {
    std::ofstream(path, std::ios::binary) << octets;
    CHECK(world.run({"import"}) == 2);
    CHECK(world.out.str().empty());
  }
  // Empty is a base without tables.
  std::ofstream(path, std::ios::binary | std::ios::trunc) << "";
  CHECK(world.run({"import"}) == 2);
  CHECK_THAT(world.err.str(), Contains("no such table: users"));
}

TEST_CASE("a base that is cut off is told") {
  ImportWorld world;
  std::string sql = kTable + "BEGIN;";
  for (int i = 0; i < 2000; ++i) {
    sql += row("ann" + std::to_string(100'000 + i) + "@a.example",
               "'{CRYPT}" + std::string(100, 'x') + "'", "1700000000");
  }
  const std::string path = world.directory.path("passdb.sqlite");
  world.write(sql + "COMMIT;");
  // Garbage in the middle, over pages with rows.
  const auto size = std::filesystem::file_size(path);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(size / 2));
  file << std::string(size / 4, '\xff');
  file.close();
  CHECK(world.run({"import", "--dry-run"}) == 2);
  CHECK_THAT(world.err.str(), Contains("malformed"));
}
