#include "deploy/ctl/moving_options.h"

#include <ostream>

#include "deploy/ctl/command_line.h"
#include "deploy/moving/carrier.h"

namespace ctl {

std::optional<std::set<moving::Part>> read_parts(const std::string& words,
                                                 std::string& error) {
  std::set<moving::Part> parts;
  if (words.empty()) return parts;
  for (const std::string& word : split_at_commas(words)) {
    const auto part = moving::part_named(word);
    if (!part) {
      error = "--without takes ";
      for (const moving::Part one : moving::kParts) {
        error += std::string(moving::name_of(one)) + " ";
      }
      error += "with commas between them, not '" + without_controls(word) + "'";
      return std::nullopt;
    }
    parts.insert(*part);
  }
  return parts;
}

std::function<void(const moving::Tally&)> tally_progress(
    const Surroundings& surroundings, const std::string& what) {
  if (!surroundings.shows_progress) return {};
  return [&surroundings, what](const moving::Tally& tally) {
    surroundings.err << "\r\x1b[K";
    if (tally.files != 0) {
      surroundings.err << what << ' ' << tally.files << " files, "
                       << moving::size_text(tally.octets);
    }
    surroundings.err << std::flush;
  };
}

}  // namespace ctl
