#include "deploy/installation/waiting.h"

#include <fmt/format.h>

#include <utility>

#include "deploy/machine/apt.h"

namespace installation {

using machine::ProgramOptions;
using machine::ProgramResult;
using std::chrono::seconds;

ProgramResult run_told(const std::string& what,
                       const std::vector<std::string>& words,
                       ProgramOptions options, Story& story) {
  story.progress(what);
  options.on_second = [&](seconds passed) {
    story.progress(fmt::format("{}: {} s", what, passed.count()));
  };
  return machine::run_program(words, options);
}

ProgramResult install_told(const std::vector<std::string>& packages,
                           const Runner& run, Story& story) {
  constexpr seconds kPatience{3600};
  std::string state = "apt-get looks at its lists";
  story.progress(state);
  return machine::apt_install(
      packages, [&](const std::vector<std::string>& words) {
        machine::AptOutput output;
        return run(words,
                   {.patience = kPatience,
                    .on_output =
                        [&](std::string_view piece) {
                          const auto told = output.take(piece);
                          if (told) story.progress(state = *told);
                        },
                    // A script of a package may be silent for long.
                    .on_second = [&](seconds) { story.progress(state); }});
      });
}

}  // namespace installation
