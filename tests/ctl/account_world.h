#pragma once

// A relay with accounts in a directory of its own, and `chatmail account` run
// on it in this process.

#include <catch2/catch.hpp>
#include <initializer_list>
#include <sstream>
#include <string>
#include <vector>

#include "deploy/ctl/command.h"
#include "mailbox/creation.h"
#include "tests/mailbox/accounts_directory.h"

namespace test {

struct AccountWorld {
  AccountWorld() {
    surroundings.now = 1'790'000'000;
    surroundings.config_file = directory.path("chatmail.ini");
    std::ofstream(directory.path("chatmail.ini"))
        << "[params]\nmail_domain = a.example\nmailboxes_dir = "
        << accounts.mailboxes().path()
        << "\ninvites_file = " << directory.path("invites.json")
        << "\npassdb_path = " << directory.path("passdb.sqlite")
        << "\nregistration = invite\n";
  }
  void make(const std::string& address) const {
    CHECK(mailbox::create_account(accounts.mailboxes(), address, "{PLAIN}x",
                                  surroundings.now)
              .kind == mailbox::CreationResult::Kind::kCreated);
  }
  // The exit status of `chatmail account WORDS`.
  int run(std::initializer_list<const char*> words) {
    std::vector<const char*> arguments = {"chatmail", "account"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    out.str("");
    err.str("");
    return ctl::run_chatmail(static_cast<int>(arguments.size()),
                             arguments.data(), surroundings);
  }

  TemporaryDirectory directory;
  AccountsDirectory accounts;
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  ctl::Surroundings surroundings{in, out, err};
};

}  // namespace test
