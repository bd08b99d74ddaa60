#pragma once

// A valid world for a first login, in which a test breaks one thing.

#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/services/doveauth/accounts.h"
#include "deploy/services/doveauth/client_network.h"
#include "tests/mailbox/accounts_directory.h"

namespace test {

inline constexpr char kGoodPassword[] = "secret-pass-1";
inline constexpr char kGoodAddress[] = "ann000001@a.example";

struct LoginWorld {
  LoginWorld() {
    set("mail_domain", "a.example");
    set("account_rules",
        std::string(CHATMILTER_SOURCE_DIR) + "/rules/accounts");
    set("log_addresses", "yes");
    surroundings.nocreate = [this] { return nocreate; };
    surroundings.load = [this] { return load; };
    surroundings.free_disk = [this] { return free_disk; };
    surroundings.invite_is_valid =
        [this](std::string_view token) -> std::optional<bool> {
      if (invites_fail) return std::nullopt;
      return token == "summercamp";
    };
    load.available_memory = std::uint64_t{1} << 30U;
    log.set_pattern("%v");
  }

  void set(const std::string& key, const std::string& value) {
    REQUIRE(settings.set(key, value) == std::nullopt);
  }
  // The settings, compiled; the answers above stay the world's.
  std::shared_ptr<doveauth::Setup> make_setup() {
    std::vector<std::string> errors;
    std::vector<std::string> warnings;
    set("mailboxes_dir", accounts.mailboxes().path());
    const auto made = doveauth::make_setup(settings, errors, warnings);
    for (const std::string& error : errors) UNSCOPED_INFO(error);
    REQUIRE(made != nullptr);
    CHECK(warnings.empty());
    auto setup = std::make_shared<doveauth::Setup>(*made);
    setup->surroundings = surroundings;
    return setup;
  }
  doveauth::World world() {
    return {current, accounts.mailboxes(),  limits, counters,
            log,     [this] { return now; }};
  }
  // Starts what answers logins.
  doveauth::Accounts& start(std::size_t threads = 2) {
    current.replace(make_setup());
    running = std::make_unique<doveauth::Accounts>(world(), threads);
    return *running;
  }
  // One login, waited for.
  doveauth::LookupResult log_in(const doveauth::PassdbKey& login);

  AccountsDirectory accounts;
  daemons::Settings settings;
  doveauth::Surroundings surroundings;
  bool nocreate = false;
  doveauth::SystemLoad load;
  std::uint64_t free_disk = std::uint64_t{10} << 30U;
  bool invites_fail = false;
  double now = 1'790'000'000;
  doveauth::MemoryLimitStore limits{1000};
  doveauth::Counters counters;
  doveauth::CurrentSetup current;
  std::ostringstream logged;
  spdlog::logger log{"test",
                     std::make_shared<spdlog::sinks::ostream_sink_mt>(logged)};
  std::unique_ptr<doveauth::Accounts> running;  // last: it uses all of them
};

}  // namespace test
