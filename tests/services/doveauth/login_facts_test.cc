#include "deploy/services/doveauth/login_facts.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "deploy/services/doveauth/vocabulary.h"
#include "rules/compiler.h"
#include "tests/services/doveauth/login_world.h"

TEST_CASE("characters are those of UTF-8, and what is none is octets") {
  struct Row {
    std::string text;
    std::size_t characters;
    bool is_printable;
  };
  const std::vector<Row> rows = {
      {"", 0, true},
      {"abc", 3, true},
      {"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80", 3, true},
      {"a\x1F", 2, false},
      {std::string("a\0b", 3), 3, false},
      {"a\x7F", 2, false},
      {"\xE4", 1, false},              // Latin-1
      {"\xC0\x80", 2, false},          // overlong
      {"\xE0\x80\x80", 3, false},      // overlong
      {"\xED\xA0\x80", 3, false},      // a surrogate
      {"\xF4\x90\x80\x80", 4, false},  // beyond U+10FFFF
      {"\xE2\x82", 2, false},          // cut off
      {"\x80", 1, false},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(doveauth::characters_of(row.text) == row.characters);
    CHECK(doveauth::is_printable_utf8(row.text) == row.is_printable);
  }
}

TEST_CASE("settings are numbers for rules, and readable in the log") {
  daemons::Settings settings;
  CHECK(doveauth::number_setting(settings, "max_load_1m") == "500");
  CHECK(doveauth::number_setting(settings, "min_available_memory") ==
        "209715200");
  CHECK(doveauth::number_setting(settings, "password_min_length") == "9");
  CHECK(doveauth::number_setting(settings, "no_such_key") == std::nullopt);
  CHECK(doveauth::shown_setting(settings, "max_load_1m") == "5.00");
  CHECK(doveauth::shown_setting(settings, "min_available_memory") == "200MB");
  CHECK(doveauth::shown_setting(settings, "registration") == "open");
  CHECK(doveauth::shown_setting(settings, "no_such_key").empty());
}

TEST_CASE("every fact of the vocabulary has an example that compiles") {
  const test::LoginWorld world;
  for (const rules::FactDefinition& fact :
       doveauth::account_vocabulary().facts) {
    const std::vector<rules::SourceFile> files = {
        {"t",
         "on create reject 535 \"x\" as x when " + std::string(fact.example)}};
    const auto result = rules::compile(
        files, {doveauth::account_vocabulary(),
                [&](std::string_view key) {
                  return doveauth::number_setting(world.settings, key);
                },
                {}});
    INFO(fact.name << ": " << fact.example);
    CHECK(result.rules != nullptr);
    CHECK_FALSE(fact.about.empty());
  }
}

TEST_CASE("a fact is looked up when it is asked for, and not before") {
  test::LoginWorld world;
  int looked = 0;
  world.surroundings.load = [&] {
    ++looked;
    return doveauth::SystemLoad{};
  };
  const doveauth::PassdbKey login{"p", "ann@a.example", ""};
  doveauth::LoginFacts facts(login, world.settings, world.surroundings);
  CHECK(looked == 0);
  const auto load = static_cast<std::size_t>(doveauth::Fact::kLoad);
  const auto average = static_cast<std::size_t>(doveauth::Fact::kLoadAverage);
  CHECK(facts.value(load, "").number == 0);
  CHECK(facts.value(average, "").text == "0.00");
  CHECK(looked == 1);
}
