// What does the encrypted verdict cost: the whole way from octets of a message
// to its shape?  Run: build/release/bin/verdict_bench
//
// For messages of 5 KB and 1 MB, in chunks as a milter gets them: CPU time of
// the parser with the shape recogniser, of each pass over the same octets timed
// alone in the same run, and the ratio to their sum; beside it what a parse of
// the whole message by GMime takes.  The bars: at most 1.5 times the sum at
// 1 MB, at most 10 us at 5 KB; a missed one is exit status 1.  Each answer is
// checked before it is timed; with --check nothing is timed, and no bar is set.

#include <gmime/gmime.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include "mime/parser.h"
#include "mime/shape.h"
#include "tests/bench/armored_message.h"
#include "tests/bench/stopwatch.h"

namespace {

// A milter gets a body in chunks of this size.
constexpr std::size_t kChunk = 65'535;

constexpr double kMostAt5Kb = 10;  // microseconds
constexpr double kMostRatioAt1Mb = 1.5;

constexpr char kHeader[] =
    "Content-Type: multipart/encrypted; "
    "protocol=\"application/pgp-encrypted\"; \r\n"
    "\tboundary=\"18eab0326351b077_bee2d9f9690af594\"\r\n"
    "MIME-Version: 1.0\r\nFrom: <alice@a.example>\r\n"
    "To: \"hidden-recipients\": ;\r\nSubject: [...]\r\n"
    "Date: Sun, 22 Nov 2026 19:36:54 +0000\r\n"
    "Message-ID: <529c0143-9050-4ce3-a6d6-9b37d5e35af7@localhost>\r\n"
    "Chat-Version: 1.0\r\n\r\n\r\n";
constexpr char kParts[] =
    "--18eab0326351b077_bee2d9f9690af594\r\n"
    "Content-Type: application/pgp-encrypted; charset=\"utf-8\"\r\n"
    "Content-Transfer-Encoding: 7bit\r\n\r\nVersion: 1\r\n\r\n"
    "--18eab0326351b077_bee2d9f9690af594\r\n"
    "Content-Type: application/octet-stream; charset=\"utf-8\"\r\n"
    "Content-Transfer-Encoding: 7bit\r\n\r\n";
constexpr char kEnd[] = "\r\n--18eab0326351b077_bee2d9f9690af594--\r\n";

bool is_encrypted(std::string_view message) {
  mime::ShapeRecogniser shape{mime::ShapeOptions{}};
  mime::Parser parser(shape);
  while (!message.empty()) {
    const std::size_t size = std::min(kChunk, message.size());
    parser.write(message.substr(0, size));
    message.remove_prefix(size);
  }
  parser.end();
  return shape.finish().shape == mime::Shape::kEncrypted;
}

bool gmime_parses(const std::string& message) {
  GMimeStream* stream =
      g_mime_stream_mem_new_with_buffer(message.data(), message.size());
  GMimeParser* parser = g_mime_parser_new_with_stream(stream);
  GMimeMessage* parsed = g_mime_parser_construct_message(parser, nullptr);
  const bool right =
      parsed != nullptr &&
      GMIME_IS_MULTIPART_ENCRYPTED(g_mime_message_get_mime_part(parsed));
  if (parsed != nullptr) g_object_unref(parsed);
  g_object_unref(parser);
  g_object_unref(stream);
  return right;
}

// False when a bar is missed.
bool run(std::size_t size, bool only_checks) {
  const bench::ArmoredMessage armored = bench::make_armored_message(size);
  const std::string message =
      std::string(kHeader) + kParts + armored.armored + kEnd;
  bench::check(is_encrypted(message), "the message is not encrypted");
  bench::check(gmime_parses(message), "GMime does not parse the message");
  bench::check_passes(armored);
  if (only_checks) return true;

  const double whole = bench::microseconds_of([&] { is_encrypted(message); });
  const double gmime = bench::microseconds_of([&] { gmime_parses(message); });
  const bench::PassTimes passes = bench::time_passes(armored);
  std::printf(
      "message of %zu octets\n"
      "  encrypted verdict      %9.2f us %8.0f MB/s %10.0f messages/s\n"
      "  its passes, each alone %9.2f us (newlines %.2f, base64 %.2f, "
      "CRC24 %.2f, statistics %.2f)\n"
      "  ratio                  %9.2f\n"
      "  GMime, the parse only  %9.2f us\n",
      message.size(), whole, static_cast<double>(message.size()) / whole,
      1e6 / whole, passes.sum(), passes.newline_scan, passes.base64,
      passes.crc24, passes.octet_statistics, whole / passes.sum(), gmime);
  if (size == 5'000) return whole <= kMostAt5Kb;
  return size < 1'000'000 || whole / passes.sum() <= kMostRatioAt1Mb;
}

}  // namespace

int main(int argc, char** argv) {
  const bool only_checks = bench::only_checks(argc, argv);
  g_mime_init();
  bool met = true;
  for (const std::size_t size : {2'500, 5'000, 10'000, 1'000'000}) {
    met = run(size, only_checks) && met;
  }
  if (!met) std::printf("a bar is missed\n");
  return met ? 0 : 1;
}
