#include "rules/compiler.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/rules/toy_world.h"

namespace rules_test {
namespace {

struct Wrong {
  const char* text;
  const char* wanted;  // behind "toy.conf:"
};

void check_told(const Wrong& row) {
  INFO(row.text);
  const rules::CompileResult result = compile(row.text);
  CHECK(told(result) == "toy.conf:" + std::string(row.wanted) + "\n");
}

TEST_CASE("a statement that goes on otherwise than it can says what it wants") {
  const Wrong rows[] = {
      {"hello",
       "1:1: error: expected a statement: on, list, define, accept, reject, "
       "defer, discard, limit, remove, replace, keep, sign, drop or add"},
      {"on", "1:3: error: expected the name of a section"},
      {"on message\nreject",
       "2:7: error: expected a reply: its code, its enhanced status code and "
       "its text in quotes"},
      {"on message reject 554",
       "1:22: error: expected the text of the reply in quotes"},
      {"on message reject 554 5.7.1 no",
       "1:29: error: expected the text of the reply in quotes"},
      {"on message reject 554 5.7.1 \"no",
       "1:32: error: expected a closing '\"' on the same line"},
      {"on message reject 554 5.7.1 \"no\"",
       "1:33: error: expected 'as' and a name"},
      {"on message reject 554 5.7.1 \"no\" as",
       "1:36: error: expected the word that logs and counters give for this"},
      {"on message discard", "1:19: error: expected 'as' and a name"},
      {"on message accept when", "1:23: error: expected a condition"},
      {"on message accept unless", "1:25: error: expected a condition"},
      {"on message accept when login and", "1:33: error: expected a condition"},
      {"on message accept when login or", "1:32: error: expected a condition"},
      {"on message accept when not", "1:27: error: expected a condition"},
      {"on message accept when (login", "1:30: error: expected ')'"},
      {"on message accept when login is",
       "1:32: error: expected a fact, a number, a \"text\" or a $setting"},
      {"on message accept when size >",
       "1:30: error: expected a fact, a number, a \"text\" or a $setting"},
      {"on message accept when shape in",
       "1:32: error: expected a set like {a, b}, or the name of a list"},
      {"on message accept when shape in {a",
       "1:35: error: expected ',' or '}'"},
      {"on message accept when login ~ x",
       "1:32: error: expected a regular expression in quotes"},
      {"on message accept when header[]",
       "1:31: error: expected a name in brackets, as in header[Subject]"},
      {"on message accept when header[Subject", "1:38: error: expected ']'"},
      {"on message accept when every one",
       "1:30: error: expected 'recipient', as in: every recipient unknown"},
      {"on message accept when every recipient",
       "1:39: error: expected what the recipients are, as in: every recipient "
       "unknown"},
      {"on message accept when size > $",
       "1:32: error: expected the name of a setting of chatmail.ini behind "
       "'$'"},
      {"on message limit",
       "1:17: error: expected a number or a $setting, as in: limit 10/h"},
      {"on message limit 10", "1:20: error: expected '/' and s, min, h or day"},
      {"on message limit 10/h",
       "1:22: error: expected 'by' and what is counted for itself, as in: by "
       "login"},
      {"on message limit 10/h by", "1:25: error: expected a fact"},
      {"on message limit 10/h by login",
       "1:31: error: expected 'else' and a reply"},
      {"on message limit 10/h by login else accept",
       "1:37: error: expected 'defer' or 'reject'"},
      {"on message remove", "1:18: error: expected the name of a header field"},
      {"on message replace Subject", "1:27: error: expected 'with'"},
      {"on message replace Subject with",
       "1:32: error: expected the new text in quotes"},
      {"on message replace reverse-path with x", "1:38: error: expected '<>'"},
      {"on message keep", "1:16: error: expected 'only'"},
      {"on message keep only",
       "1:21: error: expected the name of a set of header fields"},
      {"on message drop",
       "1:16: error: expected which recipients, as in: drop disabled "
       "recipients"},
      {"on message drop disabled",
       "1:25: error: expected 'recipients', as in: drop disabled recipients"},
      {"on message add Subject",
       "1:16: error: expected 'Authentication-Results', the only field that "
       "can be added"},
      {"on message discard as x because",
       "1:32: error: expected a fact, a number, a \"text\" or a $setting"},
      {"list", "1:5: error: expected a name that is no word of the language"},
      {"list when = {a}",
       "1:6: error: expected a name that is no word of the language"},
      {"list a", "1:7: error: expected 'from \"FILE\"' or '= {a, b}'"},
      {"list a from x", "1:13: error: expected the name of a file in quotes"},
      {"list a = x", "1:10: error: expected a set like {a, b}"},
  };
  for (const Wrong& row : rows) check_told(row);
}

TEST_CASE("a name or a type that does not fit is told where it stands") {
  const Wrong rows[] = {
      {"accept", "1:1: error: a rule stands in a section: begin one with 'on'"},
      {"on nowhere",
       "1:1: error: there is no section 'nowhere', but: early, message"},
      {"on message accept when logn",
       "1:24: error: there is no fact 'logn', did you mean 'login'?"},
      {"on message accept when something",
       "1:24: error: there is no fact 'something'"},
      {"on message accept when header",
       "1:24: error: 'header' wants a name in brackets behind it"},
      {"on message accept when login[x]",
       "1:24: error: 'login' takes nothing in brackets"},
      {"on message accept when \"x\" is login",
       "1:24: error: a condition begins with a fact"},
      {"on message accept when shape is encryptd",
       "1:33: error: 'shape' is one of: encrypted, bounce, cleartext"},
      {"on message accept when shape in {bounce, \"x\"}",
       "1:42: error: 'shape' is one of: encrypted, bounce, cleartext"},
      {"on message accept when blocked is login",
       "1:35: error: 'blocked' is true or not: name it alone, or with 'not' in "
       "front"},
      {"on message accept when size is login",
       "1:32: error: wanted a number or a $setting"},
      {"on message accept when login > 3", "1:24: error: 'login' is no number"},
      {"on message accept when size ~ \"x\"",
       "1:24: error: 'size' is no text that a pattern could match"},
      {"on message accept when size in {a}",
       "1:24: error: 'size' is no text that could be in a list"},
      {"on message accept when login in none",
       "1:33: error: there is no list 'none'"},
      {"list two from \"lists/two\" on message accept when client in two",
       "1:60: error: the set holds 'a.example', which is no IP address, and no "
       "network without host bits"},
      {"on message accept when client in {\"192.0.2.1/24\"}",
       "1:35: error: the set holds '192.0.2.1/24', which is no IP address, and "
       "no "
       "network without host bits"},
      {"on message accept when client is \"192.0.2.1/24\"",
       "1:34: error: wanted an IP address, or a network without host bits"},
      {"on message accept when login in {reverse-path}",
       "1:34: error: 'reverse-path' is a fact, and a set holds texts: compare "
       "with 'is', or quote it"},
      {"on message accept when header[ Subject]",
       "1:24: error: ' Subject' is no name of a header field"},
      {"on message reject 554 5.7777.1 \"x\" as x",
       "1:12: error: '5.7777.1' is no enhanced status code (RFC 3463)"},
      {"on message reject 554 \"5.5.0 x\" as x",
       "1:23: error: an enhanced status code stands in front of the text, "
       "without quotes"},
      {"on message reject 554 \"{login} x\" as x",
       "1:23: error: a text that begins with a fact wants an enhanced status "
       "code in front of it"},
      {"on message replace Subject with \"a {login}\"",
       "1:12: error: a replacement is sent as it stands: printable ASCII "
       "without {facts}"},
      {"on message replace Subject with \"a\rb\"",
       "1:12: error: a replacement is sent as it stands: printable ASCII "
       "without {facts}"},
      {"on message remove reverse-path",
       "1:12: error: 'reverse-path' is no header field"},
      {"list two from \"lists/no\"",
       "1:1: error: cannot read \"lists/no\": No such file or directory"},
      {"list a = {x} list a = {y}",
       "1:14: error: the list 'a' is defined already"},
      {"list a = {$name}", "1:11: error: a $setting cannot be a member"},
      {"define login as size > 3", "1:1: error: 'login' is a fact already"},
      {"on message accept when login is $nothing",
       "1:33: error: chatmail.ini has no key 'nothing'"},
      {"on message accept when size > $name",
       "1:31: error: $name is 'x', which is no number"},
      {"on message accept when login ~ \"(\"",
       "1:32: error: no regular expression: missing ): ("},
      {"on early accept when shape is bounce",
       "1:22: error: 'shape' is known at the end of the message, this rule is "
       "asked at the envelope"},
      {"on early sign",
       "1:10: error: 'sign' is nothing that can be done on "
       "early"},
      {"on message sign when size > 3",
       "1:22: error: 'size' is known at the end of the message, this rule is "
       "asked at the header section"},
      {"on message keep only inbound-headers",
       "1:12: error: there is no set of header fields 'inbound-headers'"},
      {"on message reject 451 4.7.1 \"x\" as x",
       "1:12: error: 'reject' is for good: its codes begin with 5"},
      {"on message defer 451 5.7.1 \"x\" as x",
       "1:12: error: 'defer' is for the moment: its codes begin with 4"},
      {"on message reject 554 5.5.0 \"x\" as x",
       "1:12: error: 5.5.0 is taken for temporary by Delta Chat, which "
       "retries"},
      {"on message reject 554 5.7.1 \"{x\" as x",
       "1:29: error: a '{' in the text is not closed"},
      {"on message reject 554 5.7.1 \"{logi}\" as x",
       "1:29: error: there is no fact 'logi', did you mean 'login'?"},
      {"on message reject 554 5.7.1 \"{wait}\" as x",
       "1:29: error: there is no fact 'wait'"},
      {"on message reject 554 5.7.1 \"\xC3\xA9\" as x",
       "1:29: error: a reply is printable ASCII"},
      {"on message limit 0/h by login else defer 450 \"x\" as x",
       "1:18: error: a limit of 0 lets nothing pass"},
      {"on message drop unknown recipients",
       "1:12: error: recipients have no state 'unknown'"},
      {"on message discard as x because 3",
       "1:33: error: wanted a fact or a \"text\""},
      {"on message discard as x because logi",
       "1:33: error: there is no fact 'logi', did you mean 'login'?"},
      {"on message accept when $nothing",
       "1:24: error: chatmail.ini has no key 'nothing'"},
      {"on message accept when $burst > 3",
       "1:24: error: a $setting in front stands alone (not no, false, off, 0 "
       "or empty), or is compared by 'is' with a word"},
      {"on message accept when at-home",
       "1:24: error: 'at-home' is not known in this section"},
      {"define away as at-home on message accept when away",
       "1:16: error: 'at-home' is not known in this section; it is asked for "
       "by "
       "toy.conf:1"},
      {"on message accept accept",
       "1:19: warning: this, and what decides behind it, is never reached: "
       "toy.conf:1 decides every message"},
      {"on message accept accept accept",
       "1:19: warning: this, and what decides behind it, is never reached: "
       "toy.conf:1 decides every message"},
  };
  for (const Wrong& row : rows) check_told(row);
}

TEST_CASE("what another language would say is told as it is said here") {
  const std::string statement =
      "expected a statement: on, list, define, accept, reject, defer, discard, "
      "limit, remove, replace, keep, sign, drop or add";
  const struct {
    const char* condition;
    int column;
    const char* meant;
  } rows[] = {
      {"login = \"x\"", 30, "'is'"},
      {"size == 5", 29, "'is'"},
      {"size != 5", 29, "'is not'"},
      {"login && blocked", 30, "'and'"},
      {"login || blocked", 30, "'or'"},
      {"login contains \"x\"", 30, "'~ \"PATTERN\"'"},
      {"login matches \"x\"", 30, "'~ \"PATTERN\"'"},
      {"dkim fail", 29, "'fails'"},
      {"size > 20 KB", 34, "'KiB'"},
      {"size > 1 week", 33, "'days'"},
      {"login is bob@x.example", 36, "quotes around the address"},
  };
  for (const auto& row : rows) {
    check_told(
        {("on message accept when " + std::string(row.condition)).c_str(),
         ("1:" + std::to_string(row.column) + ": error: " + statement +
          ", did you mean " + row.meant + "?")
             .c_str()});
  }
  check_told({"on message accept when login in {10.0.0.1}",
              "1:34: error: expected a fact, a number, a \"text\" or a "
              "$setting, did you mean quotes around what begins with a "
              "digit?"});
  check_told({"on message accept when login in {1und1.de}",
              "1:35: error: expected ',' or '}', did you mean quotes around "
              "what begins with a digit?"});
  check_told(
      {"on message accept if login",
       ("1:19: error: " + statement + ", did you mean 'when'?").c_str()});
}

TEST_CASE("a number is written as it is meant, and is none that is too large") {
  check_told({"on message accept when size > 99999999999999999999 GiB",
              "1:31: error: 99999999999999999999 GiB is a larger number than "
              "any"});
  check_told(
      {"on message limit 99999999999999999999/h by login else defer 450 "
       "\"x\" as x",
       "1:18: error: 99999999999999999999 is a larger number than any"});
  check_told(
      {"on message limit 1/h burst 99999999999999999999 by login else "
       "defer 450 \"x\" as x",
       "1:28: error: 99999999999999999999 is a larger number than any"});
}

TEST_CASE("a rules file has no NUL octet") {
  const rules::SourceFile file{"toy.conf",
                               std::string("on message\n# a\0b\naccept", 23)};
  CHECK(told(compile(std::vector{file})) ==
        "toy.conf:2:4: error: a NUL octet is no text\n");
}

TEST_CASE("a rule that can never decide is warned of, others are not") {
  const std::string never =
      "this is never so: the condition contradicts itself";
  const auto behind = [](int line) {
    return "this is never reached: toy.conf:" + std::to_string(line) +
           " decides whenever it would";
  };
  const struct {
    std::string rules;
    std::string told;  // behind "toy.conf:", "" for nothing
  } rows[] = {
      {"accept when blocked\ndiscard as x when blocked",
       "3:1: warning: " + behind(2)},
      {"accept when blocked\ndiscard as x when login and blocked",
       "3:1: warning: " + behind(2)},
      {"accept when login or blocked\ndiscard as x when blocked",
       "3:1: warning: " + behind(2)},
      {"accept when shape in {bounce}\ndiscard as x when shape in {bounce}",
       "3:1: warning: " + behind(2)},
      {"accept when login and not login", "2:13: warning: " + never},
      {"accept when size < 0", "2:13: warning: " + never},
      {"remove X-A when login and not login", "2:17: warning: " + never},
      {"accept when $burst\ndiscard as x when login",
       "3:1: warning: this, and what decides behind it, is never reached: "
       "toy.conf:2 decides every message"},
      {"accept when $burst or login\ndiscard as x when login",
       "3:1: warning: this, and what decides behind it, is never reached: "
       "toy.conf:2 decides every message"},
      {"accept when $switched-off\ndiscard as x when login", ""},
      {"accept when blocked and login\ndiscard as x when login", ""},
      {"accept when login\ndiscard as x when login or blocked", ""},
      {"accept when login\ndiscard as x when not login", ""},
      {"remove X-A when login\nremove X-B when login", ""},
      {"accept when header[X-A] is \"b\"\ndiscard as x when header[X-B] is "
       "\"b\"",
       ""},
      {"accept when login is \"a\"\ndiscard as x when login is \"b\"", ""},
      {"accept when size > 1\ndiscard as x when size > 2", ""},
  };
  for (const auto& row : rows) {
    INFO(row.rules);
    const rules::CompileResult result = compile("on message\n" + row.rules);
    CHECK(told(result) ==
          (row.told.empty() ? "" : "toy.conf:" + row.told + "\n"));
    CHECK(result.rules != nullptr);
  }
  // Whose own rules are in front of others may say the same.
  const auto told_of = [](const std::string& first, const std::string& second) {
    return told(compile(std::vector<rules::SourceFile>{
        {first, "on message accept when blocked"},
        {second, "on message discard as x when blocked"}}));
  };
  CHECK(told_of("own/a.conf", "shipped/a.conf").empty());
  CHECK(told_of("own/a.conf", "own/b.conf") ==
        "own/b.conf:1:12: warning: this is never reached: own/a.conf:1 decides "
        "whenever it would\n");
}

TEST_CASE(
    "a long line is shown where the error is, a wide one by its letters") {
  const auto shown = [](const std::string& line, std::size_t column) {
    rules::Diagnostic diagnostic;
    diagnostic.file = "a.conf";
    diagnostic.position = {1, column};
    diagnostic.message = "x";
    diagnostic.source_line = line;
    const std::string text = to_string(diagnostic);
    return text.substr(text.find('\n') + 1);
  };
  const std::string far = std::string(300, 'a') + "!" + std::string(300, 'b');
  CHECK(shown(far, 301) == "  ..." + std::string(120, 'a') + "!" +
                               std::string(79, 'b') + "\n" +
                               std::string(125, ' ') + "^\n");
  CHECK(shown("\xC3\xA9\xC3\xA9!", 5) == "  \xC3\xA9\xC3\xA9!\n    ^\n");
  // The begin of the window does not cut a letter.
  std::string wide;
  for (int i = 0; i < 150; ++i) wide += "\xC3\xA9";
  const std::string cut = shown(wide + "!", 301);
  CHECK(cut.starts_with("  ...\xC3\xA9"));
  CHECK(cut.ends_with("!\n" + std::string(65, ' ') + "^\n"));
  CHECK(shown("short", 6) == "  short\n       ^\n");
}

TEST_CASE("a diagnostic shows its line, with a caret under the column") {
  const rules::CompileResult result =
      compile("on message\n\taccept when logn\x1B\n");
  REQUIRE(result.diagnostics.size() == 1);
  CHECK(to_string(result.diagnostics[0]) ==
        "toy.conf:2:18: error: expected a statement: on, list, define, accept, "
        "reject, defer, discard, limit, remove, replace, keep, sign, drop or "
        "add\n"
        "   accept when logn?\n"
        "                   ^\n");
}

TEST_CASE("every statement with an error is told, not the first alone") {
  const rules::CompileResult result =
      compile("on message accept when a and b\nreject 554 5.7.1 \"{c}\" as x");
  CHECK(result.rules == nullptr);
  CHECK(result.diagnostics.size() == 3);
}

TEST_CASE("nesting is bounded, and so is the size of a pattern") {
  const std::string deep = "on message accept when " +
                           std::string(100'000, '(') + "login" +
                           std::string(100'000, ')');
  CHECK(told(compile(deep)) ==
        "toy.conf:1:74: error: parentheses and negations are nested too "
        "deeply\n");
  std::string negations = "on message accept when ";
  for (int i = 0; i < 100'000; ++i) negations += "not ";
  CHECK(told(compile(negations + "login")) ==
        "toy.conf:1:224: error: parentheses and negations are nested too "
        "deeply\n");
  std::string definitions = "define d0 as login\n";
  for (int i = 1; i < 200; ++i) {
    definitions +=
        "define d" + std::to_string(i) + " as d" + std::to_string(i - 1) + "\n";
  }
  const std::string nested = told(compile(definitions));
  CHECK(nested.substr(0, nested.find('\n')) ==
        "toy.conf:2:14: error: definitions are nested too deeply; it is asked "
        "for by toy.conf:52");
  CHECK(told(compile("on message accept when login ~ "
                     "\"((a{1,100}){1,100}b){1,9}\"")) ==
        "toy.conf:1:32: error: no regular expression: invalid repetition size: "
        "{1,100}\n");
  CHECK(told(compile("on message accept when login ~ \"" +
                     std::string(30'000, 'a') + "\"")) ==
        "toy.conf:1:32: error: the patterns for this fact are too large: 30004 "
        "steps here, 30004 in all\n");
}

TEST_CASE("what is too large or too deep is told in these words") {
  const Wrong rows[] = {
      {"define d as login\ndefine d as login",
       "2:1: error: 'd' is defined already, in toy.conf:1"},
      {"on early reject 554 5.7.1 \"{size}\" as x",
       "1:27: error: 'size' is not known yet when this is said"},
  };
  for (const Wrong& row : rows) check_told(row);
  CHECK(told(compile(std::string(4 * 1024 * 1024 + 1, ' '))) ==
        "toy.conf:1:1: error: the file is larger than 4 MiB\n");
  CHECK(told(compile("on message accept when " + std::string(2000, '(') +
                     "login" + std::string(2000, ')'))) ==
        "toy.conf:1:74: error: parentheses and negations are nested too "
        "deeply\n");
  CHECK(told(compile("on message accept when login ~ \"" +
                     std::string(30'000, 'a') + "\"")) ==
        "toy.conf:1:32: error: the patterns for this fact are too large: 30004 "
        "steps here, 30004 in all\n");
}

TEST_CASE("a definition that does not fit is told in the file it stands in") {
  const rules::CompileResult result =
      compile({{"10-own.conf", "\ndefine late as size > 3"},
               {"shipped.conf", "on early accept when late"}});
  CHECK(told(result) ==
        "10-own.conf:2:16: error: 'size' is known at the end of the message, "
        "this rule is asked at the envelope; it is asked for by "
        "shipped.conf:1\n");
}

TEST_CASE("edits and limits behind a decision are not out of reach") {
  const rules::CompileResult result = compile(
      "on message accept sign limit 1/h by login else defer 450 \"x\" as x");
  CHECK(told(result).empty());
}

TEST_CASE("definitions that double are bounded, and so is what is told") {
  std::string text = "define d0 as login or login\n";
  for (int i = 1; i < 30; ++i) {
    const std::string before = "d" + std::to_string(i - 1);
    text += "define d" + std::to_string(i) + " as " + before + " or " + before +
            "\n";
  }
  CHECK(told(compile(text)).find("the condition is too large") !=
        std::string::npos);
  std::string wrong = "on message\n";
  for (int i = 0; i < 60'000; ++i) wrong += "accept when x\n";
  CHECK(compile(wrong).diagnostics.size() == 100);
}

TEST_CASE("files are joined in their order") {
  const rules::CompileResult result =
      compile({{"10-own.conf", "on message accept when login is \"a\""},
               {"shipped.conf",
                "on message accept when login is \"b\"\non early accept\n"}});
  REQUIRE(result.rules != nullptr);
  const rules::Section* section = result.rules->find_section("message");
  REQUIRE(section != nullptr);
  REQUIRE(section->deciding.size() == 2);
  CHECK(result.rules->place_of(section->deciding[0]) == "10-own.conf:1");
  CHECK(result.rules->place_of(section->deciding[1]) == "shipped.conf:1");
  CHECK(result.rules->find_section("early")->deciding.size() == 1);
}

}  // namespace
}  // namespace rules_test
