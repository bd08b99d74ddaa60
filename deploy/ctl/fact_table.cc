#include "deploy/ctl/fact_table.h"

#include <fmt/format.h>

#include <string_view>

#include "policy/vocabulary.h"

namespace ctl {
namespace {

std::string_view word_of(rules::Type type) {
  switch (type) {
    case rules::Type::kFlag:
      return "flag";
    case rules::Type::kNumber:
      return "number";
    case rules::Type::kText:
      return "text";
    case rules::Type::kWord:
      return "word";
    case rules::Type::kAddress:
      break;
  }
  return "address";
}

std::string_view word_of(rules::Stage stage) {
  switch (stage) {
    case rules::Stage::kEnvelope:
      return "envelope";
    case rules::Stage::kHeader:
      return "header";
    case rules::Stage::kEnd:
      break;
  }
  return "end";
}

std::string_view word_of(rules::Cost cost) {
  switch (cost) {
    case rules::Cost::kFree:
      return "free";
    case rules::Cost::kLookup:
      return "look-up";
    case rules::Cost::kWait:
      break;
  }
  return "wait";
}

std::string sections_of(std::uint8_t where) {
  std::string sections;
  if ((where & policy::kOfMessage) != 0) sections += "M";
  if ((where & policy::kOfEnvelope) != 0) sections += "E";
  if ((where & policy::kOfData) != 0) sections += "D";
  if ((where & policy::kOfLimits) != 0) sections += "L";
  return sections;
}

// A '|' would end the cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string words_of(std::string_view words) {
  std::string list;
  for (const char c : words)
    list += c == '|' ? std::string(", ") : std::string(1, c);
  return list;
}

}  // namespace

std::string fact_table() {
  std::string table =
      "| fact | type | known at | cost | where | what it is | example |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const rules::FactDefinition& fact : policy::vocabulary().facts) {
    std::string about = cell(fact.about);
    if (!fact.words.empty()) about += ": " + words_of(fact.words);
    table +=
        fmt::format("| `{}{}` | {} | {} | {} | {} | {} | `{}` |\n", fact.name,
                    fact.has_argument ? "[NAME]" : "", word_of(fact.type),
                    word_of(fact.stage), word_of(fact.cost),
                    sections_of(fact.where), about, cell(fact.example));
  }
  return table;
}

}  // namespace ctl
