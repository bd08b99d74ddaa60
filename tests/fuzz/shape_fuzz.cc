// The shape of a message, and why, do not depend on how it is cut; what own
// clients may send, foreign ones may send too.

#include <cstdint>
#include <string>
#include <string_view>

#include "mime/parser.h"
#include "mime/shape.h"
#include "tests/fuzz/check.h"

namespace {

mime::ShapeResult shape_of(std::string_view message, bool foreign,
                           std::size_t chunk) {
  mime::ShapeOptions options;
  options.foreign_clients = foreign;
  options.openpgp = {foreign, foreign};
  options.autocrypt_setup = true;
  mime::ShapeRecogniser recogniser(options);
  mime::Parser parser(recogniser);
  while (!message.empty()) {
    parser.write(message.substr(0, chunk));
    message.remove_prefix(std::min(chunk, message.size()));
  }
  parser.end();
  return recogniser.finish();
}

bool is_same(const mime::ShapeResult& a, const mime::ShapeResult& b) {
  return a.shape == b.shape && a.defect == b.defect &&
         a.body_octets == b.body_octets &&
         a.bounce.text_octets == b.bounce.text_octets &&
         a.bounce.status_octets == b.bounce.status_octets &&
         a.bounce.longest_diagnostic == b.bounce.longest_diagnostic &&
         a.bounce.returned_fields == b.bounce.returned_fields;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  // From the end, so that a message of the corpus is itself.
  const std::size_t chunk = data[size - 1] % 61U + 1;
  const std::string message(reinterpret_cast<const char*>(data), size);
  for (bool foreign : {false, true}) {
    const mime::ShapeResult whole =
        shape_of(message, foreign, message.size() + 1);
    fuzz::check(is_same(shape_of(message, foreign, chunk), whole),
                "any chunking gives the same shape");
    fuzz::check(is_same(shape_of(message, foreign, 1), whole),
                "octet by octet gives the same shape");
    if (!foreign && whole.shape == mime::Shape::kEncrypted) {
      fuzz::check(shape_of(message, true, message.size() + 1).shape ==
                      mime::Shape::kEncrypted,
                  "foreign clients may send what own ones may");
    }
  }
  return 0;
}
