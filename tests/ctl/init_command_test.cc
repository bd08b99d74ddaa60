#include <catch2/catch.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/known_keys.h"
#include "daemon/settings.h"
#include "deploy/ctl/new_settings.h"
#include "deploy/relay/render.h"
#include "deploy/relay/site.h"
#include "tests/ctl/command_world.h"

using Catch::Matchers::Contains;
using test::CommandWorld;

TEST_CASE("a new chatmail.ini is read without a word against it") {
  for (const std::string domain :
       {"chat.example", "_a.example", "192.0.2.1", "2001:db8::1"}) {
    INFO(domain);
    const auto file =
        daemons::parse_settings(ctl::new_settings(domain), "chatmail.ini");
    CHECK(file.errors.empty());
    CHECK(file.warnings.empty());
    CHECK(file.settings.text("mail_domain") == domain);
    // Every value that is written is the one that holds without it.
    const daemons::Settings nothing;
    for (const char* key :
         {"max_user_send_per_minute", "max_user_send_burst_size",
          "max_mailbox_size", "max_message_size", "delete_mails_after",
          "delete_large_after", "delete_inactive_users_after",
          "username_min_length", "username_max_length", "password_min_length",
          "min_available_memory", "min_free_disk_space", "max_imap_connections",
          "max_smtp_connections"}) {
      INFO(key);
      CHECK(file.settings.is_set(key));
      CHECK(file.settings.number(key) == nothing.number(key));
    }
    CHECK(file.settings.text("privacy_mail").empty());
    CHECK(file.settings.text("privacy_postal").empty());
  }
}

TEST_CASE("a new chatmail.ini makes the relay that its name alone makes") {
  const std::string templates = CHATMILTER_SOURCE_DIR "/deploy/templates";
  const auto rendered = [&](const std::string& text) {
    const auto file = daemons::parse_settings(text, "chatmail.ini");
    const auto made = relay::make_site(file.settings, {.has_iroh_relay = true});
    CHECK(made.errors.empty());
    CHECK(made.warnings.empty());
    return relay::render(made.site, templates);
  };
  for (const std::string domain : {"chat.example", "_a.example", "192.0.2.1"}) {
    INFO(domain);
    const auto whole = rendered(ctl::new_settings(domain));
    const auto bare = rendered("[params]\nmail_domain = " + domain + "\n");
    CHECK(whole.errors.empty());
    CHECK(whole.absent == bare.absent);
    REQUIRE(whole.files.size() == bare.files.size());
    for (std::size_t i = 0; i < whole.files.size(); ++i) {
      // It tells the services which lines there are.
      if (whole.files[i].path == "/etc/chatmail/settings-in-force") continue;
      INFO(whole.files[i].path);
      CHECK(whole.files[i].text == bare.files[i].text);
    }
  }
}

TEST_CASE("a line of a new chatmail.ini without a value means what none does") {
  const auto file =
      daemons::parse_settings(ctl::new_settings("chat.example"), "f");
  // With these empty is what is not set; chatmail-metadata and the page, which
  // look whether a line is there, have no other key.
  const std::set<std::string_view> empty = {
      "acme_email",     "privacy_mail",       "privacy_pdo",
      "privacy_postal", "privacy_supervisor", "www_folder"};
  for (const daemons::KnownKey& key : daemons::known_keys()) {
    INFO(key.name);
    CHECK((file.settings.is_set(key.name) &&
           file.settings.text(key.name).empty()) == empty.contains(key.name));
  }
}

TEST_CASE("init writes the file, and says what comes next") {
  CommandWorld world;
  CHECK(world.run({"init", "Chat.Example"}) == ctl::kExitDone);
  CHECK_THAT(world.read("chatmail.ini"),
             Contains("\nmail_domain = chat.example\n"));
  CHECK_THAT(world.out.str(), Contains("privacy_mail"));
  CHECK(world.err.str().empty());
}

TEST_CASE("programs are told by init what it wrote") {
  CommandWorld world;
  for (const bool replaced : {false, true}) {
    world.out.str("");
    CHECK(world.run({"init", "b.example", "--json", "--force"}) ==
          ctl::kExitDone);
    const auto said = nlohmann::json::parse(world.out.str());
    CHECK(said.at("file") == world.directory.path("chatmail.ini"));
    CHECK(said.at("mail_domain") == "b.example");
    CHECK(said.at("replaced") == replaced);
  }
}

TEST_CASE("a chatmail.ini that is there stays, unless it is to be replaced") {
  CommandWorld world;
  world.write("chatmail.ini", "mine");
  CHECK(world.run({"init", "b.example"}) == ctl::kExitDiffers);
  CHECK(world.read("chatmail.ini") == "mine");
  CHECK_THAT(world.err.str(), Contains("--force"));
  CHECK(world.run({"init", "b.example", "--force"}) == ctl::kExitDone);
  CHECK_THAT(world.read("chatmail.ini"), Contains("b.example"));
  CHECK(world.read("chatmail.ini.before-chatmilter") == "mine");
}

TEST_CASE("what is no domain makes no file") {
  CommandWorld world;
  for (const std::string domain :
       {"a@b.example", "", "a b", "b..example", "b.example\n[x]"}) {
    INFO(domain);
    CHECK(world.run({"init", domain}) == ctl::kExitUnusable);
    CHECK(world.read("chatmail.ini").empty());
  }
}

TEST_CASE("a file without a folder is written where one is") {
  CommandWorld world;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(world.directory.path());
  const int exit_status =
      world.run({"init", "b.example", "--config", "my.ini"});
  std::filesystem::current_path(before);
  CHECK(exit_status == ctl::kExitDone);
  CHECK(world.err.str().empty());
  CHECK_THAT(world.read("my.ini"), Contains("b.example"));
}

TEST_CASE("a folder that cannot be written is named") {
  CommandWorld world;
  world.write("file", "");
  CHECK(world.run({"init", "b.example", "--config",
                   world.directory.path("file/chatmail.ini")}) ==
        ctl::kExitUnusable);
  CHECK_THAT(world.err.str(), Contains("file/chatmail.ini"));
}
