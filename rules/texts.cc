// The texts of rules: replies with {facts} in them, and the members of lists.

#include <algorithm>
#include <utility>

#include "rules/scope.h"

namespace rules {
namespace {

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c >= ' ' && c <= '~'; });
}

// "name" or "name[argument]"; quantified ones have blanks.
Operand operand_of(std::string_view text, const Position& position) {
  Operand operand;
  operand.position = position;
  const std::size_t bracket = text.find('[');
  operand.text = text.substr(0, bracket);
  if (bracket != std::string_view::npos && text.ends_with(']')) {
    operand.argument = text.substr(bracket + 1, text.size() - bracket - 2);
  }
  return operand;
}

void add_member(std::string_view text, TextMembers& texts,
                NetworkMembers& networks, std::string& no_network) {
  texts.add(text);
  const auto network = parse_network(text);
  if (network) {
    networks.add(*network);
  } else if (no_network.empty()) {
    no_network = text;
  }
}

// Where a comment begins: at a '#' in front of which there is nothing or a
// blank, since an address may have one in its middle.
std::size_t comment_in(std::string_view line) {
  std::size_t at = line.find('#');
  while (at != std::string_view::npos && at > 0 && line[at - 1] != ' ' &&
         line[at - 1] != '\t') {
    at = line.find('#', at + 1);
  }
  return at;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

std::optional<Template> compile_template(const std::string& text,
                                         const Position& position, Stage last,
                                         bool has_wait, Scope& scope) {
  Template result;
  if (!is_printable(text)) {
    scope.error(position, "a reply is printable ASCII");
    return std::nullopt;
  }
  std::string_view rest = text;
  while (true) {
    Template::Piece piece;
    const std::size_t open = rest.find('{');
    piece.text = rest.substr(0, open);
    if (open == std::string_view::npos) {
      if (!piece.text.empty()) result.pieces.push_back(std::move(piece));
      return result;
    }
    const std::size_t close = rest.find('}', open);
    if (close == std::string_view::npos) {
      scope.error(position, "a '{' in the text is not closed");
      return std::nullopt;
    }
    const std::string_view name = rest.substr(open + 1, close - open - 1);
    if (name == "wait" && has_wait) {
      piece.is_wait = true;
    } else {
      piece.fact = scope.use_fact(operand_of(name, position));
      if (!piece.fact) return std::nullopt;
      if (scope.fact(*piece.fact).definition->stage > last) {
        scope.error(position, "'" + std::string(name) +
                                  "' is not known yet when this is said");
        return std::nullopt;
      }
    }
    result.pieces.push_back(std::move(piece));
    rest.remove_prefix(close + 1);
  }
}

std::optional<NamedList> compile_members(const std::vector<Operand>& members,
                                         Scope& scope) {
  auto texts = std::make_shared<TextMembers>();
  auto networks = std::make_shared<NetworkMembers>();
  std::string no_network;
  for (const Operand& member : members) {
    if (member.kind == Operand::Kind::kSetting) {
      scope.error(member.position, "a $setting cannot be a member");
      return std::nullopt;
    }
    add_member(member.text, *texts, *networks, no_network);
  }
  if (!no_network.empty()) networks = nullptr;
  return NamedList{std::move(texts), std::move(networks),
                   std::move(no_network)};
}

std::optional<NamedList> compile_list_file(const Statement& statement,
                                           Scope& scope) {
  std::string error;
  const auto text = scope.surroundings().read_list(scope.source().name,
                                                   statement.file, error);
  if (!text) {
    scope.error(statement.position,
                "cannot read \"" + statement.file + "\": " + error);
    return std::nullopt;
  }
  auto texts = std::make_shared<TextMembers>();
  auto networks = std::make_shared<NetworkMembers>();
  std::string no_network;
  // A member a line; '#' and what is behind it is a comment.
  for (std::string_view rest = *text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    line = trim(line.substr(0, comment_in(line)));
    if (!line.empty()) add_member(line, *texts, *networks, no_network);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (!no_network.empty()) networks = nullptr;
  return NamedList{std::move(texts), std::move(networks),
                   std::move(no_network)};
}

}  // namespace rules
