// Both base64 decoders give the same octets and stop at the same place.

#include <cstdint>
#include <string_view>
#include <vector>

#include "mime/base64.h"
#include "mime/cpu_features.h"
#include "tests/fuzz/check.h"

namespace {

using Octets = std::vector<std::uint8_t>;

void check_quads(std::string_view text, std::size_t room) {
  Octets scalar(room);
  Octets vector(room);
  const std::size_t read = mime::decode_base64_scalar(text, scalar);
  fuzz::check(read % 4 == 0 && read <= text.size() && read / 4 * 3 <= room,
              "whole quads are read, of the text, into the room");
  if (!mime::cpu_has_avx2()) return;
  fuzz::check(mime::decode_base64_avx2(text, vector) == read,
              "both decoders stop at one place");
  scalar.resize(read / 4 * 3);
  vector.resize(read / 4 * 3);
  fuzz::check(scalar == vector, "both decoders give the same octets");
}

void check_lines(std::string_view text, std::size_t room,
                 mime::Base64Lines lines) {
  Octets scalar(room);
  Octets vector(room);
  const std::size_t read =
      mime::decode_base64_lines_scalar(text, lines, scalar);
  fuzz::check(read * (lines.length + lines.end.size()) <= text.size(),
              "lines are read of the text");
  if (!mime::cpu_has_avx2()) return;
  fuzz::check(mime::decode_base64_lines_avx2(text, lines, vector) == read,
              "both decoders read as many lines");
  scalar.resize(read * (lines.length / 4 * 3));
  vector.resize(scalar.size());
  fuzz::check(scalar == vector, "both decoders give the same octets");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  const std::size_t room = data[0] * std::size_t{4};
  const std::size_t length = (data[1] % 40 + 1) * std::size_t{4};
  const std::string_view text(reinterpret_cast<const char*>(data) + 2,
                              size - 2);
  check_quads(text, room);
  check_lines(text, room, {length, "\r\n"});
  check_lines(text, room, {length, "\n"});
  return 0;
}
