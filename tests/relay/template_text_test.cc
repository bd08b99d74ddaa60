#include "deploy/relay/template_text.h"

#include <catch2/catch.hpp>
#include <string>

namespace relay {
namespace {

Values world() {
  Values values;
  values.texts = {{"NAME", "chat.example"}, {"EMPTY", ""}};
  values.switches = {{"ON", true}, {"OFF", false}};
  values.lists = {{"ITEMS", {{{"ITEM", "a"}}, {{"ITEM", "b"}}}}};
  return values;
}

TEST_CASE("a template becomes the text that it describes") {
  struct Row {
    std::string form;
    std::string text;
  };
  const Row rows[] = {
      {"", ""},
      {"plain\n", "plain\n"},
      {"no end of line", "no end of line"},
      {"a {{NAME}} b\n", "a chat.example b\n"},
      {"[{{EMPTY}}]\n", "[]\n"},
      {"<a & 'b' \"c\">\n", "<a & 'b' \"c\">\n"},
      {"regexp:{ { /^(.*)$$/ $$1 } }\n", "regexp:{ { /^(.*)$$/ $$1 } }\n"},
      {"{{#ON}}x{{/ON}}{{#OFF}}y{{/OFF}}\n", "x\n"},
      {"a\n{{#ON}}\nb\n{{/ON}}\nc\n", "a\nb\nc\n"},
      {"a\n  {{#OFF}}  \nb\n{{/OFF}}\nc\n", "a\nc\n"},
      {"a\n\n{{#ITEMS}}\n- {{ITEM}}\n{{/ITEMS}}\n\nz\n",
       "a\n\n- a\n- b\n\nz\n"},
      {"{{#ITEMS}} {{ITEM}}.{{NAME}}{{/ITEMS}};\n",
       " a.chat.example b.chat.example;\n"},
      {"{{! of the template alone }}\na\n", "a\n"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.form);
    const Expansion expansion = expand(row.form, world());
    CHECK(expansion.error.empty());
    CHECK(expansion.text == row.text);
  }
}

TEST_CASE("a name that nobody defined is an error and no empty text") {
  for (const char* form : {"{{NOBODY}}", "{{#NOBODY}}x{{/NOBODY}}",
                           "{{#OFF}}{{NOBODY}}{{/OFF}}"}) {
    CAPTURE(form);
    const Expansion expansion = expand(form, world());
    CHECK(expansion.error == "nothing is called NOBODY");
    CHECK(expansion.text.empty());
  }
}

TEST_CASE("a section that is not closed is an error") {
  CHECK_FALSE(expand("{{#ON}}x", world()).error.empty());
  CHECK_FALSE(expand("{{#ON}}x{{/OFF}}", world()).error.empty());
}

}  // namespace
}  // namespace relay
