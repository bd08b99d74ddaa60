#include "deploy/webpage/markdown.h"

#include <catch2/catch.hpp>

using webpage::expand_html;
using webpage::expand_markdown;
using webpage::Values;

TEST_CASE("a value is neither Markdown nor HTML, wherever it stands") {
  const Values values = {{"v", "*a* <b>\"[x](y)\n# c & `d`"}};
  const std::string escaped = "*a* &lt;b&gt;&quot;[x](y)<br>\n# c &amp; `d`";
  CHECK(expand_markdown("{{ v }}", "p", values).text ==
        "<p>" + escaped + "</p>\n");
  CHECK(expand_markdown("`{{ v }}`", "p", values).text ==
        "<p><code>" + escaped + "</code></p>\n");
  CHECK(expand_markdown("# {{ v }}", "p", values).text ==
        "<h1>" + escaped + "</h1>\n");
  CHECK(expand_html("<i>{{ v }}</i>", "p", values).text ==
        "<i>" + escaped + "</i>");
}

TEST_CASE("several values, in links too, and a source that has our word") {
  const Values values = {{"a", "1"}, {"mail", "x@y.example"}};
  CHECK(expand_markdown("xvaluex0z {{ a }}{{ a }}7z", "p", values).text ==
        "<p>xvaluex0z 117z</p>\n");
  CHECK(expand_markdown("[m](mailto:{{ mail }})", "p", values).text ==
        "<p><a href=\"mailto:x@y.example\">m</a></p>\n");
  std::string source;
  std::string html;
  for (int i = 0; i < 12; ++i) {
    source += "{{ a }}";
    html += "1";
  }
  CHECK(expand_markdown(source, "p", values).text == "<p>" + html + "</p>\n");
}

TEST_CASE("tables are read, and the first heading is the title") {
  CHECK(webpage::html_of_markdown("|a|b|\n|---|---|\n|c|d|\n")
            .starts_with("<table>"));
  CHECK(webpage::first_heading("<p>x</p><h1>A &amp; <em>b</em></h1>") ==
        "A &amp; b");
  CHECK(webpage::first_heading("<h2>x</h2>").empty());
}
