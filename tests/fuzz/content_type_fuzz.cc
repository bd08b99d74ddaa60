// What parses prints, and what was printed parses to the same; a refused field
// is text/plain.

#include <cstdint>
#include <string>
#include <string_view>

#include "mime/content_type.h"
#include "tests/fuzz/check.h"

namespace {

std::string print(const mime::ContentType& content_type) {
  std::string text = content_type.media_type;
  for (const mime::Parameter& parameter : content_type.parameters) {
    text += "; " + parameter.name + "=\"";
    for (const char c : parameter.value) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* octets,
                                      std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(octets), size);
  const mime::ContentTypeResult result = mime::parse_content_type(input);
  const std::string printed = print(result.content_type);
  if (result.defect) {
    fuzz::check(printed == "text/plain", "a refused field is text/plain");
    return 0;
  }
  const mime::ContentTypeResult again = mime::parse_content_type(printed);
  fuzz::check(!again.defect, "what was printed parses");
  fuzz::check(print(again.content_type) == printed,
              "what was printed parses to the same");
  return 0;
}
