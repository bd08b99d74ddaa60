#include "deploy/machine/apt.h"

#include <algorithm>

namespace machine {
namespace {

constexpr std::size_t kLongestLine = 4096;

// Cuts what is in front of the next colon off `text`.
std::string_view field(std::string_view& text) {
  const std::size_t end = std::min(text.find(':'), text.size());
  const std::string_view found = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return found;
}

std::optional<std::string> state_of(std::string_view line) {
  const std::string_view kind = field(line);
  const bool downloads = kind == "dlstatus";
  if (!downloads && kind != "pmstatus") return std::nullopt;
  field(line);
  std::string_view percent = field(line);
  percent = percent.substr(0, percent.find_first_of(".,"));
  const bool is_number =
      !percent.empty() &&
      percent.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_number) return std::nullopt;
  return std::string(downloads ? "downloading, " : "installing, ") +
         std::string(percent) + " %: " + std::string(line);
}

}  // namespace

std::vector<std::string> apt_get(const std::vector<std::string>& words) {
  // A descriptor of its own: apt closes it for dpkg, and dpkg writes.
  std::vector<std::string> all = {
      "sh",
      "-c",
      "export DEBIAN_FRONTEND=noninteractive; exec apt-get \"$@\" 3>&1",
      "sh",
      "-q",
      "-y",
      "--no-install-recommends",
      "-o",
      "Dpkg::Options::=--force-confold",
      "-o",
      "APT::Status-Fd=3"};
  all.insert(all.end(), words.begin(), words.end());
  return all;
}

ProgramResult apt_install(
    const std::vector<std::string>& packages,
    const std::function<ProgramResult(const std::vector<std::string>&)>& run) {
  std::vector<std::string> words = {"install"};
  words.insert(words.end(), packages.begin(), packages.end());
  const std::vector<std::string> command = apt_get(words);
  ProgramResult done = run(command);
  if (done.good()) return done;
  run(apt_get({"update"}));
  return run(command);
}

std::optional<std::string> AptOutput::take(std::string_view piece) {
  std::optional<std::string> last;
  while (!piece.empty()) {
    const std::size_t end = std::min(piece.find('\n'), piece.size());
    if (rest_.size() < kLongestLine) rest_ += piece.substr(0, end);
    if (end == piece.size()) break;
    if (auto state = state_of(rest_)) last = std::move(state);
    rest_.clear();
    piece.remove_prefix(end + 1);
  }
  return last;
}

}  // namespace machine
