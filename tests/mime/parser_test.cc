#include "mime/parser.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/mime/parse_whole.h"

namespace {

using mime::trace_of;
using mime::trace_of_split;

struct Row {
  std::string name;
  std::string message;
  std::string trace;
};

void check(const std::vector<Row>& rows, const mime::Limits& limits = {}) {
  for (const Row& row : rows) {
    CAPTURE(row.name);
    CHECK(trace_of(row.message, 0, limits) == row.trace);
    CHECK(trace_of(row.message, 1, limits) == row.trace);
    for (std::size_t split = 1; split < row.message.size(); ++split) {
      CAPTURE(split);
      CHECK(trace_of_split(row.message, split, limits) == row.trace);
    }
  }
}

const std::string kMixed = "Content-Type: multipart/mixed; boundary=b\r\n\r\n";
const std::string kMixedTrace =
    "0 field Content-Type: multipart/mixed; boundary=b\n"
    "0 begin 0 multipart/mixed 7bit multipart\n";

TEST_CASE("A message is told in the order of its octets") {
  check({
      {"a header section and a body", "A: b\r\nC:d\r\n\r\nhello\r\n",
       "0 field A: b\n0 field C:d\n0 begin 0 text/plain 7bit\n"
       "0 body hello\\r\\n\n0 end\n"},
      {"nothing at all", "", "0 begin 0 text/plain 7bit\n0 end\n"},
      {"a body without a header section", "\r\nhello",
       "0 begin 0 text/plain 7bit\n0 body hello\n0 end\n"},
      {"a header section without a body", "A: b\r\n",
       "0 field A: b\n0 begin 0 text/plain 7bit\n0 end\n"},
      {"the last field lacks its line end", "A: b\r\nC: d",
       "0 field A: b\n0 field C: d\n0 begin 0 text/plain 7bit\n0 end\n"},
      {"folded fields", "A: b\r\n c\r\n\td\r\nE:\r\n f\r\n\r\n",
       "0 field A: b\\r\\n c\\r\\n\\td\n0 field E:\\r\\n f\n"
       "0 begin 0 text/plain 7bit\n0 end\n"},
      {"a folding of blanks only is a folding", "A: b\r\n \r\nC: d\r\n\r\n",
       "0 field A: b\\r\\n \n0 field C: d\n0 begin 0 text/plain 7bit\n0 end\n"},
      {"UTF-8 in a field", "A: \xc3\xa4\r\n\r\n",
       "0 field A: \\xc3\\xa4\n0 begin 0 text/plain 7bit\n0 end\n"},
  });
}

TEST_CASE("Parts are told with their preamble and epilogue") {
  const std::string part = "1 begin 0 text/plain 7bit\n";
  check({
      {"two parts",
       kMixed + "pre\r\n--b\r\nA: b\r\n\r\none\r\n--b \t\r\n\r\ntwo\r\n\r\n"
                "--b--\r\nepi\r\n",
       kMixedTrace + "0 preamble pre\\r\\n\n1 field A: b\n" + part +
           "1 body one\n1 end\n1 begin 1 text/plain 7bit\n"
           "1 body two\\r\\n\n1 end\n0 epilogue epi\\r\\n\n0 end\n"},
      {"an empty body", kMixed + "--b\r\nA: b\r\n\r\n--b--",
       kMixedTrace + "1 field A: b\n" + part + "1 end\n0 end\n"},
      {"a body of one line end", kMixed + "--b\r\n\r\n\r\n\r\n--b--",
       kMixedTrace + part + "1 body \\r\\n\n1 end\n0 end\n"},
      {"dashes that are no boundary",
       kMixed + "--b\r\n\r\n-\r\n--\r\n--a\r\n -b\r\n---b\r\n--b--",
       kMixedTrace + part +
           "1 body -\\r\\n--\\r\\n--a\\r\\n -b\\r\\n---b\n1 end\n0 end\n"},
      {"a boundary in the middle of a line is none",
       kMixed + "--b\r\n\r\nx--b\r\n\rx\r\n--b--",
       kMixedTrace + part +
           "1 body x--b\\r\\n\\rx\n1 defect bare-cr\n1 end\n0 end\n"},
      {"digest parts are messages",
       "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nA: b\r\n"
       "--b--",
       "0 field Content-Type: multipart/digest; boundary=b\n"
       "0 begin 0 multipart/digest 7bit multipart\n"
       "1 begin 0 message/rfc822 7bit\n1 body A: b\n1 end\n0 end\n"},
      {"a message in a message is a leaf",
       kMixed + "--b\r\nContent-Type: message/rfc822\r\n\r\n"
                "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n--b--",
       kMixedTrace +
           "1 field Content-Type: message/rfc822\n"
           "1 begin 0 message/rfc822 7bit\n1 body Content-Type: "
           "multipart/mixed; boundary=c\\r\\n\\r\\n--c\n1 end\n0 end\n"},
  });
}

TEST_CASE("The boundary of an outer multipart ends the inner ones") {
  const std::string inner =
      "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n";
  const std::string inner_trace =
      "1 field Content-Type: multipart/mixed; boundary=c\n"
      "1 begin 0 multipart/mixed 7bit multipart\n";
  check({
      {"a whole inner multipart",
       kMixed + inner + "--c\r\n\r\nx\r\n--c--\r\ne\r\n--b--\r\n",
       kMixedTrace + inner_trace +
           "2 begin 0 text/plain 7bit\n2 body x\n2 end\n"
           "1 epilogue e\\r\\n\n1 end\n0 end\n"},
      {"the inner one is not closed",
       kMixed + inner + "--c\r\n\r\nx\r\n--b\r\n\r\ny\r\n--b--\r\n",
       kMixedTrace + inner_trace +
           "2 begin 0 text/plain 7bit\n2 body x\n2 end\n"
           "1 defect missing-final-boundary\n1 end\n"
           "1 begin 1 text/plain 7bit\n1 body y\n1 end\n0 end\n"},
      {"the inner one has no part", kMixed + inner + "x\r\n--b--\r\n",
       kMixedTrace + inner_trace +
           "1 preamble x\\r\\n\n1 defect missing-boundary\n1 end\n0 end\n"},
      {"an inner boundary behind its last one is epilogue",
       kMixed + inner + "--c\r\n\r\nx\r\n--c--\r\n--c\r\n\r\ny\r\n--b--",
       kMixedTrace + inner_trace +
           "2 begin 0 text/plain 7bit\n2 body x\n2 end\n"
           "1 epilogue --c\\r\\n\\r\\ny\\r\\n\n1 end\n0 end\n"},
  });
}

TEST_CASE("A missing boundary line is a defect of its multipart") {
  check({
      {"no part", kMixed + "hello\r\n",
       kMixedTrace + "0 preamble hello\\r\\n\n0 defect missing-boundary\n"
                     "0 end\n"},
      {"only the last boundary line", kMixed + "--b--\r\n",
       kMixedTrace + "0 defect missing-boundary\n0 end\n"},
      {"not closed", kMixed + "--b\r\n\r\nx\r\n",
       kMixedTrace + "1 begin 0 text/plain 7bit\n1 body x\\r\\n\n1 end\n"
                     "0 defect missing-final-boundary\n0 end\n"},
      {"ends behind a boundary", kMixed + "--b\r\n\r\nx\r\n--b",
       kMixedTrace + "1 begin 0 text/plain 7bit\n1 body x\n1 end\n"
                     "1 begin 1 text/plain 7bit\n1 end\n"
                     "0 defect missing-final-boundary\n0 end\n"},
      {"ends inside a boundary", kMixed + "--b\r\n\r\nx\r\n--",
       kMixedTrace + "1 begin 0 text/plain 7bit\n1 body x\\r\\n--\n1 end\n"
                     "0 defect missing-final-boundary\n0 end\n"},
      {"one dash of the last two", kMixed + "--b\r\n\r\nx\r\n--b-",
       kMixedTrace + "1 begin 0 text/plain 7bit\n1 body x\\r\\n--b-\n"
                     "1 defect ambiguous-boundary-line\n1 end\n"
                     "0 defect missing-final-boundary\n0 end\n"},
  });
}

TEST_CASE("A line that goes on behind a boundary is text and a defect") {
  const std::string begin = kMixedTrace + "1 begin 0 text/plain 7bit\n";
  const std::string end = "1 defect ambiguous-boundary-line\n1 end\n0 end\n";
  const std::string padding(54, ' ');
  check({
      {"a longer word", kMixed + "--b\r\n\r\n--bc\r\n--b--",
       begin + "1 body --bc\n" + end},
      {"a word behind padding", kMixed + "--b\r\n\r\n--b x\r\n--b--",
       begin + "1 body --b x\n" + end},
      {"a word behind the last one", kMixed + "--b\r\n\r\n--b--x\r\n--b--",
       begin + "1 body --b--x\n" + end},
      {"too much padding", kMixed + "--b\r\n\r\n--b" + padding + " \r\n--b--",
       begin + "1 body --b" + padding + " \n" + end},
      {"as much padding as is held",
       kMixed + "--b\r\n\r\nx\r\n--b--" + padding + "\r\n",
       begin + "1 body x\n1 end\n0 end\n"},
      {"a CR", kMixed + "--b\r\n\r\n--b\rx\r\n--b--",
       begin + "1 body --b\\rx\n1 defect ambiguous-boundary-line\n"
               "1 defect bare-cr\n1 end\n0 end\n"},
  });
}

TEST_CASE("A boundary that begins another is decided by the whole line") {
  const std::string outer_ab =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
      "Content-Type: multipart/mixed; boundary=bc\r\n\r\n";
  const std::string trace =
      kMixedTrace +
      "1 field Content-Type: multipart/mixed; boundary=bc\n"
      "1 defect ambiguous-boundary\n"
      "1 begin 0 multipart/mixed 7bit multipart\n"
      "2 begin 0 text/plain 7bit\n2 body x\n2 end\n1 end\n0 end\n";
  const std::string twice =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
      "--b\r\n\r\nx\r\n--b--\r\n--b--\r\n";
  check({
      {"the inner one is longer",
       outer_ab + "--bc\r\n\r\nx\r\n--bc--\r\n--b--\r\n", trace},
      {"both are the same: the inner one is meant", twice,
       kMixedTrace +
           "1 field Content-Type: multipart/mixed; boundary=b\n"
           "1 defect ambiguous-boundary\n"
           "1 begin 0 multipart/mixed 7bit multipart\n"
           "2 begin 0 text/plain 7bit\n2 body x\n2 end\n1 end\n0 end\n"},
  });
}

}  // namespace
