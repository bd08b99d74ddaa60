#pragma once

// A small vocabulary, and a source of its facts that a test fills.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/compiler.h"
#include "rules/evaluation.h"
#include "rules/vocabulary.h"

namespace rules_test {

// Facts: login, reverse-path, client, recipients, shape, size, blocked,
// dkim, header[NAME], "every recipient unknown", explained (our own words),
// at-home (not in `message`).  Sections: early (envelope), message (all).  One
// set of header fields: outbound-headers.
const rules::Vocabulary& toy_vocabulary();

class ToyFacts final : public rules::FactSource {
 public:
  // A fact that was not set is not yet known.
  void set(const std::string& name, rules::Value value);
  void set_text(const std::string& name, const std::string& text);

  rules::Value value(std::size_t fact, std::string_view argument) override;

  std::vector<std::string> asked;  // in order, header[Subject] in full

 private:
  std::map<std::string, rules::Value> values_;
  std::map<std::string, std::string> texts_;
};

// Settings: $burst is 10, $name is "x", $switched-off is "No"; list files:
// "lists/two" has a.example and b.example, "lists/hosts" has 192.0.2.0/24.
rules::CompileResult compile(const std::vector<rules::SourceFile>& files);
rules::CompileResult compile(const std::string& text);

// All diagnostics, one after the other, without the source line and caret.
std::string told(const rules::CompileResult& result);

}  // namespace rules_test
