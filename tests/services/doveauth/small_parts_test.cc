// passdb_key.h, client_network.h, system_load.h, and daemon/worker_pool.h.

#include <atomic>
#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

#include "daemon/worker_pool.h"
#include "deploy/services/doveauth/client_network.h"
#include "deploy/services/doveauth/passdb_key.h"
#include "deploy/services/doveauth/system_load.h"

TEST_CASE("a passdb key has two fields or three, each escaped") {
  struct Row {
    std::string key;
    bool is_key;
    std::string password;
    std::string user;
    std::string remote;
  };
  const std::vector<Row> rows = {
      {R"(pass"ann@a.example)", true, "pass", "ann@a.example", ""},
      {R"(pass"ann@a.example"192.0.2.1)", true, "pass", "ann@a.example",
       "192.0.2.1"},
      {R"(pass"ann@a.example")", true, "pass", "ann@a.example", ""},
      {R"(passw\"ord\\1"ann@a.example)", true, "passw\"ord\\1", "ann@a.example",
       ""},
      {R"(\'a\"\\\""b)", true, "'a\"\\\"", "b", ""},
      {R"(a/b/c"b)", true, "a/b/c", "b", ""},
      {R"("b)", true, "", "b", ""},
      {R"(")", true, "", "", ""},
      {R"(a\)", false, "", "", ""},
      {R"(a\"b)", false, "", "", ""},
      {"", false, "", "", ""},
      {R"(a"b"c"d)", false, "", "", ""},
  };
  for (const Row& row : rows) {
    INFO(row.key);
    const auto key = doveauth::parse_passdb_key(row.key);
    REQUIRE(key.has_value() == row.is_key);
    if (!key) continue;
    CHECK(key->password == row.password);
    CHECK(key->user == row.user);
    CHECK(key->remote == row.remote);
  }
}

TEST_CASE("a client is counted by its IPv4 address or its /64") {
  struct Row {
    std::string address;
    std::string network;
  };
  const std::vector<Row> rows = {
      {"192.0.2.7", "192.0.2.7"},
      {"::ffff:192.0.2.7", "192.0.2.7"},
      {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
      {"2001:db8:1:2::", "2001:db8:1:2::"},
      {"127.0.0.1", ""},
      {"127.9.9.9", ""},
      {"::1", ""},
      {"::ffff:127.0.0.1", ""},
      {"", ""},
      {"localhost", ""},
      {"192.0.2.7/24", ""},
      {"192.0.2.7.evil.example", ""},
  };
  for (const Row& row : rows) {
    INFO(row.address);
    CHECK(doveauth::network_of(row.address) == row.network);
  }
}

TEST_CASE("the load is read from what the kernel writes, or is no hindrance") {
  CHECK(doveauth::parse_load_average("5.10 1.00 0.50 1/234 5678\n") == 510);
  CHECK(doveauth::parse_load_average("0.00 0.00 0.00 1/1 1\n") == 0);
  CHECK(doveauth::parse_load_average("") == 0);
  CHECK(doveauth::parse_load_average("nan 1 1") == 0);
  CHECK(doveauth::parse_load_average("-1 1 1") == 0);
  constexpr auto unknown = std::numeric_limits<std::uint64_t>::max();
  CHECK(doveauth::parse_available_memory("MemTotal:  9 kB\n"
                                         "MemAvailable:    2048 kB\n") ==
        std::uint64_t{2048} * 1024);
  CHECK(doveauth::parse_available_memory("MemTotal:  9 kB\n") == unknown);
  CHECK(doveauth::parse_available_memory("MemAvailable:") == unknown);
  CHECK(doveauth::parse_available_memory("") == unknown);
  CHECK(doveauth::free_disk_space("/nonexistent") == unknown);
  CHECK(doveauth::free_disk_space("/") < unknown);
  CHECK(doveauth::read_system_load().available_memory < unknown);
}

TEST_CASE("a pool does what it is given, and refuses what is too much") {
  std::atomic<int> done = 0;
  std::atomic<bool> may_go = false;
  int refused = 0;
  {
    daemons::WorkerPool pool(2, 10);
    for (int i = 0; i < 20; ++i) {
      const bool added = pool.add([&] {
        while (!may_go) std::this_thread::yield();
        ++done;
      });
      refused += added ? 0 : 1;
    }
    // At most two have left the queue.
    CHECK(refused >= 8);
    CHECK(refused <= 10);
    may_go = true;
    while (done < 20 - refused) std::this_thread::yield();
  }
  CHECK(done == 20 - refused);
}
