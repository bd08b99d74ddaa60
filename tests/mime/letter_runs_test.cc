#include "mime/letter_runs.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "mime/base64.h"
#include "mime/cpu_features.h"
#include "mime/octet_statistics.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime::LetterKind;
using mime::LetterRunCounts;
using mime::ShortestRun;
using mime_test::Octets;

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

Octets decoded(std::string_view characters) {
  Octets octets(characters.size() / 4 * 3 + 64);
  octets.resize(mime::decode_base64(characters, octets) / 4 * 3);
  return octets;
}

bool is_of(LetterKind kind, char c) {
  const bool small = c >= 'a' && c <= 'z';
  const bool capital = c >= 'A' && c <= 'Z';
  return c == '+' || c == '/' || (kind != LetterKind::kCapital && small) ||
         (kind != LetterKind::kSmall && capital);
}

// The obvious way: from a run's first character to its last.
LetterRunCounts::OfKind runs_in(std::string_view text, LetterKind kind,
                                ShortestRun shortest) {
  LetterRunCounts::OfKind runs{};
  std::size_t length = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_of(kind, text[i])) {
      ++length;
      continue;
    }
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const std::size_t from = kind == LetterKind::kBothCases
                                   ? mime::kBothCasesFrom
                                   : static_cast<std::size_t>(shortest);
      const bool counted = mime::kRunLengths[r] >= from;
      runs[r] += counted && length >= mime::kRunLengths[r];
    }
    length = 0;
  }
  return runs;
}

// Letters in long runs and short ones, a digit between them.
std::string mixed(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::string text;
  while (text.size() < size) {
    const std::size_t first = generator() % 3 * 13;
    std::size_t length = generator() % (generator() % 4 == 0 ? 120 : 20);
    for (; length != 0; --length) text += kAlphabet[first + generator() % 26];
    text += kAlphabet[generator() % 64];
  }
  return text.substr(0, size);
}

bool readable(std::string_view characters) {
  mime::LetterRuns runs(ShortestRun::k12);
  runs.write(decoded(characters), 0);
  return runs.readable(mime::kRefusalBits);
}

TEST_CASE("runs of letters are counted by their length, however they are cut") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const auto shortest = seed % 2 == 0 ? ShortestRun::k8 : ShortestRun::k12;
    const std::string text = mixed(seed * 8 + 4, seed);
    const Octets octets = decoded(text);
    const std::span<const std::uint8_t> all(octets);
    for (std::size_t cut = 0; cut <= all.size(); cut += seed % 5 + 1) {
      mime::LetterRuns runs(shortest);
      runs.write(all.first(cut), 300);
      runs.write(all.subspan(cut), 300 + cut);
      for (std::size_t i = 0; i < mime::kRunLengths.size(); ++i)
        REQUIRE(runs.trials()[i] ==
                std::max<std::size_t>(text.size() + 1, mime::kRunLengths[i]) -
                    mime::kRunLengths[i]);
      for (const auto kind :
           {LetterKind::kSmall, LetterKind::kCapital, LetterKind::kBothCases})
        REQUIRE(runs.counts().runs[static_cast<std::size_t>(kind)] ==
                runs_in(text, kind, shortest));
    }
  }
}

TEST_CASE("both implementations of the runs agree") {
  if (!mime::cpu_has_avx2()) return;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Octets octets = decoded(mixed(32 * (seed % 40 + 1), seed));
    LetterRunCounts scalar;
    if (seed % 2 == 0) scalar.shortest = ShortestRun::k12;
    LetterRunCounts vector = scalar;
    mime::add_letter_runs_scalar(scalar, octets);
    mime::add_letter_runs_avx2(vector, octets);
    REQUIRE(scalar == vector);
  }
}

TEST_CASE("a field that does not follow the last one ends a run") {
  const Octets octets = decoded("meetatnine/overthere");
  mime::LetterRuns runs(ShortestRun::k8);
  runs.write(octets, 3);
  runs.write(octets, 30);  // three octets missing between
  const auto small = runs.counts().runs[0];
  CHECK(small[0] == 2);  // of 8
  CHECK(small[2] == 2);  // of 16
  CHECK(small[3] == 0);  // of 24
}

TEST_CASE("a field begins with the first character that is whole") {
  const Octets octets = decoded("MDQ9meetatnineMDQ9MD");
  const std::span<const std::uint8_t> all(octets);
  for (const std::size_t skipped : {0U, 1U, 2U, 3U}) {
    mime::LetterRuns runs(ShortestRun::k8);
    runs.write(all.subspan(skipped), 60 + skipped);
    CHECK(runs.counts().runs[0][0] == 1);
  }
}

TEST_CASE("uniform octets have no runs that tell anything") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    mime::LetterRuns runs(ShortestRun::k8);
    runs.write(mime_test::random_octets(50'000, seed), 0);
    REQUIRE_FALSE(runs.readable(40));
  }
}

TEST_CASE("words between random characters are found") {
  struct Case {
    const char* what;
    std::size_t run;    // letters
    std::size_t noise;  // characters behind them
    std::size_t runs;   // that are enough in `size` characters
    std::size_t size;
  };
  const Case cases[] = {
      {"lines in 20 KB", 64, 128, 4, 27'000},
      {"lines in 1 MB", 64, 128, 4, 1'400'000},
      {"half lines in 1 MB", 36, 128, 5, 1'400'000},
      {"phrases in 20 KB", 20, 40, 13, 27'000},
      {"words in 20 KB", 13, 31, 30, 27'000},
      {"a short message", 12, 20, 15, 600},
  };
  for (const Case& row : cases) {
    INFO(row.what);
    std::string text = mime_test::base64(
        mime_test::random_octets(row.size / 4 * 3, 5), {998, "", false});
    text.resize(row.size / 4 * 4);
    CHECK_FALSE(readable(text));
    for (std::size_t i = 0; i < row.runs; ++i) {
      const std::size_t at = i * (row.run + row.noise);
      REQUIRE(at + row.run <= text.size());
      for (std::size_t j = 0; j < row.run; ++j)
        text[at + j] = "meet/at/the/harbour/"[(i + j) % 20];
    }
    CHECK(readable(text));
  }
}

}  // namespace
