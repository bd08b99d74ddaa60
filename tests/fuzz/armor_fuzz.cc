// Armor gives the same octets and the same defect in any chunking, and a
// whole message the same answer.

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "mime/armor.h"
#include "mime/openpgp_message.h"
#include "tests/fuzz/check.h"

namespace {

using Octets = std::vector<std::uint8_t>;

struct Dearmored {
  mime::OpenPgpDefect defect;
  Octets octets;
  bool operator==(const Dearmored&) const = default;
};

Dearmored dearmor(std::string_view text, std::size_t chunk, std::size_t room) {
  mime::ArmorReader reader(true);
  Octets octets;
  Octets buffer(mime::ArmorReader::kMinBuffer + room);
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size()))) {
    std::string_view piece = text.substr(0, chunk);
    while (!piece.empty()) {
      const std::size_t count = reader.read(piece, buffer);
      octets.insert(octets.end(), buffer.begin(),
                    buffer.begin() + static_cast<std::ptrdiff_t>(count));
    }
  }
  return {reader.finish(), octets};
}

mime::OpenPgpDefect recognise(std::string_view text, std::size_t chunk) {
  mime::OpenPgpMessage message({true, true});
  for (; !text.empty(); text.remove_prefix(std::min(chunk, text.size())))
    message.write(text.substr(0, chunk));
  return message.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const Dearmored whole = dearmor(text, size + 1, 4096);
  const mime::OpenPgpDefect defect = recognise(text, size + 1);
  for (const std::size_t chunk : {1U, 7U, 66U}) {
    fuzz::check(dearmor(text, chunk, chunk) == whole,
                "armor is read alike in any chunking");
    fuzz::check(recognise(text, chunk) == defect,
                "a message is judged alike in any chunking");
  }
  fuzz::check(whole.defect == mime::OpenPgpDefect::kNone ||
                  defect != mime::OpenPgpDefect::kNone,
              "broken armor is no message");
  return 0;
}
