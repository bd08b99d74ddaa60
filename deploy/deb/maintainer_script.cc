// A script of the Debian package, with the units and files that the sources
// know: they stand in deploy/relay and nowhere else.
//
//   maintainer_script FORM > SCRIPT

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "deploy/installation/pages.h"
#include "deploy/machine/file.h"
#include "deploy/relay/render.h"
#include "deploy/relay/services.h"
#include "deploy/relay/site.h"
#include "deploy/relay/template_text.h"

namespace {

std::string lines(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, "\n"));
}

relay::Values values() {
  std::vector<std::string> daemons = relay::daemons();
  std::reverse(daemons.begin(), daemons.end());
  std::vector<std::string> stock = relay::stock_units();
  std::reverse(stock.begin(), stock.end());
  relay::Values all;
  all.texts = {{"DAEMONS", lines(daemons)},
               {"OWN_UNITS", lines(relay::own_units())},
               {"STOCK_UNITS", lines(stock)},
               {"SILENCED_UNITS", lines(relay::silenced_units())},
               {"RENDERED", lines(relay::all_paths())},
               {"CREDENTIALS",
                lines({relay::kSelfSignedCertificate, relay::kSelfSignedKey})},
               {"PAGE_LIST", installation::kPageList},
               {"WEB_ROOT", relay::kWebRoot},
               {"BACKUP_SUFFIX", std::string(machine::kBackupSuffix)}};
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  std::ifstream file(argv[1], std::ios::binary);
  const std::string form{std::istreambuf_iterator<char>(file), {}};
  const relay::Expansion expansion = relay::expand(form, values());
  if (form.empty() || !expansion.error.empty()) {
    std::cerr << argv[1] << ": " << expansion.error << '\n';
    return 1;
  }
  std::cout << expansion.text;
  return std::cout.flush() ? 0 : 1;
}
