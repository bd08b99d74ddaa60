// How fast is an encrypted message recognised, and what do its passes cost
// alone?  Run: build/release/bin/openpgp_bench
//
// Prints, for several sizes, octets of armor and messages a second for the
// whole recogniser and for each pass over the same message timed alone in the
// same run, and the ratio of the whole to their sum.  Each answer is checked
// before it is timed; a wrong one ends the program with status 1.  With --check
// nothing is timed.

#include <cstdio>
#include <string_view>

#include "mime/openpgp_message.h"
#include "tests/bench/armored_message.h"
#include "tests/bench/stopwatch.h"

namespace {

bool recognised(std::string_view armored) {
  mime::OpenPgpMessage message({});
  message.write(armored);
  return message.finish() == mime::OpenPgpDefect::kNone;
}

void report(const char* what, std::size_t octets, double microseconds) {
  std::printf("  %-22s %9.2f us %8.0f MB/s %10.0f messages/s\n", what,
              microseconds, static_cast<double>(octets) / microseconds,
              1e6 / microseconds);
}

void run(std::size_t armored_size, bool only_checks) {
  const bench::ArmoredMessage message =
      bench::make_armored_message(armored_size);
  const std::size_t size = message.armored.size();
  bench::check(recognised(message.armored), "the message is not recognised");
  bench::check_passes(message);
  if (only_checks) return;

  bool kept = true;
  const double whole = bench::microseconds_of(
      [&] { kept = recognised(message.armored) && kept; });
  bench::check(kept, "not recognised while it was timed");
  const bench::PassTimes passes = bench::time_passes(message);
  std::printf("armored message of %zu octets\n", size);
  report("whole recogniser", size, whole);
  report("newline scan", size, passes.newline_scan);
  report("base64", size, passes.base64);
  report("CRC24", size, passes.crc24);
  report("octet statistics", size, passes.octet_statistics);
  std::printf("  ratio to the sum of the passes: %.2f (at most 1.5)\n",
              whole / passes.sum());
}

}  // namespace

int main(int argc, char** argv) {
  const bool only_checks = bench::only_checks(argc, argv);
  for (const std::size_t size : {2'000, 5'000, 50'000, 1'000'000, 20'000'000}) {
    run(size, only_checks);
  }
  return 0;
}
