#include "tests/policyd/answering_world.h"

#include <spdlog/sinks/ostream_sink.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "policy/policyd/request.h"
#include "rules/rule_files.h"

namespace policyd_test {

policy::Account ListedAccounts::look_up(std::string_view address) {
  const auto found = accounts_.find(std::string(address));
  return found == accounts_.end() ? policy::Account{} : found->second;
}

AnsweringWorld::AnsweringWorld() {
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(log_);
  logger_ = std::make_shared<spdlog::logger>("test", std::move(sink));
  logger_->set_pattern("%v");
  limits::EmbeddedStoreOptions options;
  options.now = [this] { return now_; };
  options.tell = [](const std::string&) {};
  std::string error;
  store_ = limits::EmbeddedStore::open(std::move(options), error);
  REQUIRE(store_ != nullptr);
  const auto old_account = now() - 100 * 86400;
  accounts["alice@relay.example"] = {policy::AccountState::kEnforcing,
                                     old_account};
  load_rules();
}

void AnsweringWorld::load_rules(const std::string& text) {
  rules::RuleFiles read =
      rules::read_rule_files("", CHATMILTER_SOURCE_DIR "/rules");
  REQUIRE(read.error.empty());
  if (!text.empty()) {
    std::erase_if(read.files, [](const rules::SourceFile& file) {
      return file.name.find("20-envelope") != std::string::npos ||
             file.name.find("60-limits") != std::string::npos;
    });
    read.files.push_back({"test.conf", text});
  }
  const policy::RulebookResult made = policy::make_rulebook(
      read.files,
      [this](std::string_view key) { return settings.for_rules(key); },
      rules::read_list_file);
  std::string diagnostics;
  for (const rules::Diagnostic& diagnostic : made.diagnostics) {
    diagnostics += to_string(diagnostic);
  }
  INFO(diagnostics);
  REQUIRE(made.rulebook != nullptr);
  REQUIRE(diagnostics.empty());
  auto ruling = std::make_shared<policyd::Ruling>(made.rulebook);
  ruling->accounts = std::make_shared<policyd::AccountDesk>(
      std::make_shared<ListedAccounts>(accounts), [this] { return now(); },
      elsewhere);
  ruling->log_addresses = log_addresses;
  answerer_ = std::make_unique<policyd::RuleAnswerer>(
      std::move(ruling), *store_, counters_, *logger_,
      [this] { return now(); });
}

std::optional<std::string> AnsweringWorld::ask(
    const Attributes& attributes, policyd::Answerer::Answered later) {
  policyd::RequestParser parser;
  const std::string octets = written(attributes);
  std::string_view chunk = octets;
  REQUIRE(parser.next(chunk) == policyd::RequestParser::Result::kRequest);
  return answerer_->answer(parser.request(), [&] { return later; });
}

std::string AnsweringWorld::ask(const Attributes& attributes) {
  const auto given = ask(attributes, {});
  REQUIRE(given);
  const std::string& answer = *given;
  REQUIRE(answer.ends_with("\n\n"));
  return answer.substr(0, answer.size() - 2);
}

double AnsweringWorld::metric(const std::string& series) const {
  const std::string text = counters_.text();
  const std::size_t at = text.find("\n" + series + " ");
  if (at == std::string::npos) FAIL("no series " << series << " in " << text);
  return std::strtod(text.c_str() + at + series.size() + 2, nullptr);
}

Attributes spend_request() {
  return {{"request", "chatmail_spend"},
          {"direction", "outbound"},
          {"login", "alice@relay.example"},
          {"reverse_path", "alice@relay.example"},
          {"client_address", "192.0.2.7"},
          {"shape", "encrypted"},
          {"recipient_count", "1"},
          {"author_domain", "relay.example"},
          {"size", "4711"}};
}

}  // namespace policyd_test
