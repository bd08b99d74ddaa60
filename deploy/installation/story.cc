#include "deploy/installation/story.h"

#include <nlohmann/json.hpp>
#include <ostream>

namespace installation {
namespace {

constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kGreen = "\033[32m";
constexpr std::string_view kCyan = "\033[36m";
constexpr std::string_view kPlain = "\033[0m";

std::string_view colour_of(std::string_view line) {
  if (line.starts_with("@@")) return kCyan;
  if (line.starts_with('+')) return kGreen;
  if (line.starts_with('-')) return kRed;
  return {};
}

// What other programs said may hold anything.
std::string printable(std::string_view text) {
  std::string copy(text);
  for (char& octet : copy) {
    const auto value = static_cast<unsigned char>(octet);
    if ((value < 0x20 && octet != '\n' && octet != '\t') || value == 0x7f) {
      octet = '?';
    }
  }
  return copy;
}

// What a terminal shows in one line, whatever it is.
std::string one_line(std::string_view text) {
  constexpr std::size_t kMostColumns = 76;
  std::string line = printable(text.substr(0, text.find('\n')));
  if (line.size() <= kMostColumns) return line;
  std::size_t end = kMostColumns;
  // Not between the octets of a character.
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  line.resize(end);
  return line;
}

}  // namespace

void Story::clear() {
  told_ = pace_.clock();
  if (is_shown_) out_ << "\r\033[K" << std::flush;
  is_shown_ = false;
}

void Story::progress(std::string_view text) {
  if (json_) return;
  if (pace_.rewrites) {
    out_ << "\r\033[K  " << one_line(text) << std::flush;
    is_shown_ = true;
  } else if (pace_.clock() - told_ >= kLongestSilence) {
    line(text);
  }
}

void Story::object(std::string_view kind, std::string_view text,
                   std::string_view more_name, std::string_view more) {
  nlohmann::ordered_json one = {
      {"step", step_}, {"kind", kind}, {"text", text}};
  if (!more_name.empty()) one[std::string(more_name)] = more;
  out_ << one.dump(-1, ' ', false,
                   nlohmann::ordered_json::error_handler_t::replace)
       << '\n';
}

void Story::step(std::string_view name) {
  step_ = name;
  if (json_) return object("step", name);
  clear();
  out_ << (colour_ ? kBold : "") << name << (colour_ ? kPlain : "") << '\n'
       << std::flush;
}

void Story::line(std::string_view text) {
  if (json_) return object("line", text);
  clear();
  out_ << "  " << printable(text) << '\n' << std::flush;
}

void Story::diff_line(std::string_view line) {
  const std::string_view colour = colour_ ? colour_of(line) : "";
  out_ << "    " << colour << printable(line) << (colour.empty() ? "" : kPlain)
       << '\n';
}

void Story::change(const std::string& path, std::string_view diff) {
  if (json_) return object("change", path, "diff", diff);
  clear();
  out_ << "  " << path << '\n';
  while (!diff.empty()) {
    const std::size_t end = std::min(diff.find('\n'), diff.size());
    diff_line(diff.substr(0, end));
    diff.remove_prefix(std::min(end + 1, diff.size()));
  }
  out_ << std::flush;
}

void Story::problem(std::string_view what, std::string_view remedy) {
  ++problems_;
  if (json_) return object("problem", what, "remedy", remedy);
  clear();
  out_ << (colour_ ? kRed : "") << "  ! " << printable(what)
       << (colour_ ? kPlain : "") << '\n';
  if (!remedy.empty()) out_ << "    " << printable(remedy) << '\n';
  out_ << std::flush;
}

void Story::end(std::string_view text, bool good) {
  if (json_) return object(good ? "done" : "failed", text);
  clear();
  out_ << '\n'
       << (colour_ ? (good ? kGreen : kRed) : "") << text
       << (colour_ ? kPlain : "") << '\n'
       << std::flush;
}

}  // namespace installation
