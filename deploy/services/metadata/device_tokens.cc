#include "deploy/services/metadata/device_tokens.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace metadata {
namespace {

using nlohmann::ordered_json;

constexpr char kMember[] = "devicetoken";

struct Token {
  std::string text;
  std::time_t set = 0;
};

ordered_json parse(std::string_view file) {
  ordered_json root = ordered_json::parse(file, nullptr, false);
  return root.is_object() ? root : ordered_json::object();
}

void add_if_alive(Token token, std::time_t now, std::vector<Token>& tokens) {
  if (is_token(token.text) && token.set <= now + kFutureSlack &&
      token.set + kTokenLife > now) {
    tokens.push_back(std::move(token));
  }
}

std::vector<Token> alive(const ordered_json& root, std::time_t now) {
  std::vector<Token> tokens;
  const auto member = root.find(kMember);
  if (member == root.end()) return tokens;
  if (member->is_array()) {
    for (const ordered_json& each : *member) {
      if (each.is_string()) {
        add_if_alive({each.get<std::string>(), now}, now, tokens);
      }
    }
  } else if (member->is_object()) {
    for (const auto& [text, set] : member->items()) {
      // Seconds may have a fraction.
      if (!set.is_number()) continue;
      const double seconds = set.get<double>();
      if (!(seconds >= 0 && seconds < 1e12)) continue;
      add_if_alive({text, static_cast<std::time_t>(seconds)}, now, tokens);
    }
  }
  return tokens;
}

std::string print(ordered_json root, const std::vector<Token>& tokens) {
  ordered_json member = ordered_json::object();
  for (const Token& token : tokens) member[token.text] = token.set;
  root[kMember] = std::move(member);
  return root.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

auto find(std::vector<Token>& tokens, std::string_view text) {
  return std::find_if(tokens.begin(), tokens.end(),
                      [&](const Token& each) { return each.text == text; });
}

}  // namespace

bool is_token(std::string_view token) {
  return !token.empty() && token.size() <= kMaxToken &&
         std::all_of(token.begin(), token.end(),
                     [](char c) { return c > ' ' && c <= '~'; });
}

std::vector<std::string> tokens_of(std::string_view file, std::time_t now) {
  std::vector<std::string> texts;
  for (Token& token : alive(parse(file), now)) {
    texts.push_back(std::move(token.text));
  }
  return texts;
}

std::string with_token(std::string_view file, std::string_view token,
                       std::time_t now) {
  ordered_json root = parse(file);
  std::vector<Token> tokens = alive(root, now);
  const auto known = find(tokens, token);
  if (known != tokens.end()) {
    known->set = now;
  } else {
    tokens.push_back({std::string(token), now});
  }
  while (tokens.size() > kMaxTokens) {
    tokens.erase(std::min_element(
        tokens.begin(), tokens.end(),
        [](const Token& a, const Token& b) { return a.set < b.set; }));
  }
  return print(std::move(root), tokens);
}

std::optional<std::string> without_token(std::string_view file,
                                         std::string_view token,
                                         std::time_t now) {
  ordered_json root = parse(file);
  std::vector<Token> tokens = alive(root, now);
  const auto known = find(tokens, token);
  if (known == tokens.end()) return std::nullopt;
  tokens.erase(known);
  return print(std::move(root), tokens);
}

std::optional<std::string> without_tokens(std::string_view file) {
  ordered_json root = parse(file);
  if (root.find(kMember) == root.end()) return std::nullopt;
  return print(std::move(root), {});
}

}  // namespace metadata
