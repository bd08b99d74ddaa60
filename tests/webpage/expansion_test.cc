#include "deploy/webpage/expansion.h"

#include <catch2/catch.hpp>

using webpage::expand;
using webpage::Expanded;
using webpage::Values;

namespace {

const Values kValues = {
    {"name", "alice"}, {"empty", ""}, {"yes", "yes"}, {"no", "no"}};

Expanded expanded(std::string_view source) {
  return expand(source, "page.md", kValues,
                [](const std::string& value) { return '<' + value + '>'; });
}

}  // namespace

TEST_CASE("values and conditions") {
  struct Row {
    const char* source;
    const char* text;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"", ""},
           {"plain { text } %", "plain { text } %"},
           {"{{name}}", "<alice>"},
           {"a {{ config.name }} b", "a <alice> b"},
           {"{% if name %}x{% endif %}", "x"},
           {"{% if empty %}x{% endif %}y", "y"},
           {"{% if no %}x{% else %}z{% endif %}", "z"},
           {"{% if not no %}x{% else %}z{% endif %}", "x"},
           {"{% if config.yes %}x{% endif %}", "x"},
           // What is not shown may name what is empty.
           {"{% if empty %}{{ empty }}{% endif %}.", "."},
           {"{% if no %}{% if yes %}x{% else %}y{% endif %}{% endif %}.", "."},
           {"{% if no %}{% if no %}x{% else %}y{% endif %}{% endif %}.", "."},
           // A line of its own goes with its line end.
           {"a\n{% if yes %}\nb\n  {% endif %}  \nc\n", "a\nb\nc\n"},
           {"a\n{% if yes %}b\n{% endif %}\n", "a\nb\n"},
           {"{% if yes %}\n{% if yes %}\nb\n{% endif %}\n{% endif %}", "b\n"},
       }) {
    CAPTURE(row.source);
    const Expanded result = expanded(row.source);
    CHECK(result.text == row.text);
    CHECK(result.errors == std::vector<std::string>{});
  }
}

TEST_CASE("what is wrong is told with its line") {
  struct Row {
    const char* source;
    const char* error;
  };
  for (const Row& row : std::initializer_list<Row>{
           {"a\n\n{{ empty }}", "page.md:3: empty is empty in chatmail.ini"},
           {"\n{{ nothing }}\n", "page.md:2: there is no value \"nothing\""},
           {"{{}}", "page.md:1: there is no value \"\""},
           {"a\n{{ name", "page.md:2: a {{ that is not closed"},
           {"{% if name", "page.md:1: a {% that is not closed"},
           {"{% if name %}\nx\n", "page.md:3: an if without its endif"},
           {"x\n{% endif %}", "page.md:2: {% endif %} is not understood here"},
           {"{% else %}", "page.md:1: {% else %} is not understood here"},
           {"{% if yes %}{% else %}{% else %}{% endif %}",
            "page.md:1: {% else %} is not understood here"},
           {"\n{% for a in b %}",
            "page.md:2: {% for a in b %} is not understood here"},
           {"{% if name == \"x\" %}{% endif %}",
            "page.md:1: there is no value \"name == \"x\"\""},
       }) {
    CAPTURE(row.source);
    CHECK(expanded(row.source).errors == std::vector<std::string>{row.error});
  }
}
