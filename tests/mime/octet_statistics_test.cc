#include "mime/octet_statistics.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

#include "tests/mime/openpgp_builder.h"
#include "tests/mime/readable_texts.h"

namespace {

using mime_test::Octets;
using mime_test::octets_of;
using mime_test::random_octets;

bool readable(const Octets& octets) {
  mime::OctetStatistics statistics;
  statistics.write(octets);
  return statistics.readable();
}

const std::string_view kProse =
    "Dear friend, we meet tomorrow at five behind the old station. Please "
    "bring all of the papers that you have about the people who left the "
    "country last year, and tell nobody about this. If you are late, wait "
    "near the second platform until six, and then go on by car to the house "
    "of my brother. There will be something to eat, and a bed. ";

std::string prose(std::size_t size) {
  std::string text;
  while (text.size() < size) text += kProse;
  return text.substr(0, size);
}

Octets with_text(Octets octets, std::size_t place, std::string_view text) {
  std::copy(text.begin(), text.end(),
            octets.begin() + static_cast<std::ptrdiff_t>(place));
  return octets;
}

TEST_CASE("the histogram's code is fair: over all streams it adds up to one") {
  // Two octets: 256 streams of equal ones and 65,280 of different ones.
  mime::OctetCounts equal{};
  equal[7] = 2;
  const double odds_of_equal = std::exp2(mime::histogram_evidence(equal));
  const double odds_of_different = 256.0 / 257;
  CHECK((256 * odds_of_equal + 65'280 * odds_of_different) / 65'536 ==
        Approx(1));
  // What tells nothing is not computed.
  mime::OctetCounts different{};
  different[7] = different[8] = 1;
  CHECK(mime::histogram_evidence(different) == 0);
  CHECK(mime::histogram_evidence({}) == 0);
}

TEST_CASE("the histogram's evidence is that of the code, computed otherwise") {
  // A code word is a product of fair bets, one an octet: the Polya urn.
  for (const std::size_t size : {40U, 300U, 5000U}) {
    const Octets octets = octets_of(prose(size));
    const double prior = std::max(1.0, static_cast<double>(size) / 256);
    mime::OctetCounts counts{};
    double bits = 0;
    double seen = 0;
    for (const std::uint8_t octet : octets) {
      bits += std::log2(256 * (counts[octet] + prior) / (seen + 256 * prior));
      ++counts[octet];
      ++seen;
    }
    CHECK(mime::histogram_evidence(counts) == Approx(bits).epsilon(1e-6));
  }
}

TEST_CASE("no random octets are taken for text") {
  // A hundred thousand messages of the sizes that chat has, and some long.
  std::mt19937_64 generator(1);
  std::uint64_t refused = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::size_t size = 40 + generator() % 600;
    refused += readable(random_octets(size, generator()));
  }
  for (int i = 0; i < 200; ++i)
    refused +=
        readable(random_octets(20'000 + generator() % 80'000, generator()));
  CHECK(refused == 0);
}

TEST_CASE("random octets are far from every threshold") {
  // Extreme values over many streams grow by a bit with each doubling of
  // their number: 2^13 streams may show some 13 bits and the beginnings'.
  double most = 0;
  for (std::uint64_t seed = 0; seed < 8192; ++seed) {
    mime::TextEvidence text;
    text.write(random_octets(1024, seed));
    const auto scores = text.scores();
    const auto best = *std::max_element(scores.best.begin(), scores.best.end());
    most = std::max(most, best / double{mime::kWeightsPerBit});
  }
  CHECK(most > 5);
  CHECK(most < 13 + 7 + 3 + 10);
}

TEST_CASE("text in any language and encoding is text") {
  for (const mime_test::ReadableText& text : mime_test::readable_texts()) {
    INFO(text.name);
    CHECK(readable(octets_of(text.octets)));
    // And so it is inside a megabyte of ciphertext, wherever it stands.
    for (const std::size_t place : {0U, 1U, 500'003U}) {
      Octets octets = random_octets(1'000'000, place + 9);
      std::string passage(text.octets);
      passage += text.octets;
      CHECK(readable(with_text(octets, place, passage)));
    }
  }
}

// The shortest beginning of the prose that is found at `place` in random
// octets, whatever they are.
std::size_t shortest_found(std::size_t size, std::size_t place) {
  std::size_t shortest = 0;
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    const Octets octets = random_octets(size, seed);
    std::size_t length = 16;
    while (!readable(with_text(octets, place, prose(length)))) ++length;
    shortest = std::max(shortest, length);
  }
  return shortest;
}

TEST_CASE("the shortest text that is found is a short sentence") {
  // 48 octets are the least that encrypted data can have.
  CHECK(shortest_found(48, 0) <= 32);
  CHECK(shortest_found(48, 3) <= 36);
  CHECK(shortest_found(100, 20) <= 40);
  CHECK(shortest_found(1'000'000, 777) <= 48);
}

TEST_CASE("the smallest bodies of text alone are found") {
  for (std::size_t size = 30; size <= 400; ++size) {
    INFO(size);
    CHECK(readable(octets_of(prose(size))));
  }
}

TEST_CASE("words scattered in ciphertext are found when they are many") {
  struct Case {
    std::size_t size, word, every;
  };
  const Case cases[] = {
      {1'000, 40, 100},        // a line in every three
      {20'000, 16, 200},       // two words in each 200 octets
      {20'000, 8, 48},         //
      {1'000'000, 12, 1'000},  // 12 KB of text in 1 MB
      {1'000'000, 6, 400},
  };
  for (const Case& row : cases) {
    INFO(row.word << " octets in " << row.every);
    Octets octets = random_octets(row.size, 2);
    const std::string text = prose(row.size);
    std::size_t taken = 0;
    for (std::size_t at = 0; at + row.every <= row.size; at += row.every) {
      std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(taken), row.word,
                  octets.begin() + static_cast<std::ptrdiff_t>(at));
      taken += row.word;
    }
    CHECK(readable(octets));
  }
}

TEST_CASE("text in every other octet is found") {
  for (const std::size_t apart : {2U, 3U, 4U}) {
    INFO(apart);
    Octets octets = random_octets(600 * apart * apart, apart);
    const std::string text = prose(octets.size());
    for (std::size_t i = 0; i < octets.size(); i += apart)
      octets[i] = static_cast<std::uint8_t>(text[i]);
    CHECK(readable(octets));
  }
}

TEST_CASE("octets that repeat are found") {
  CHECK(readable(Octets(40, 0x00)));
  CHECK(readable(Octets(40, 0xFF)));
  Octets counting(2048);
  for (std::size_t i = 0; i < counting.size(); ++i)
    counting[i] = static_cast<std::uint8_t>(i % 200);
  CHECK(readable(counting));
}

TEST_CASE("what is surely text stays text") {
  mime::OctetStatistics statistics;
  statistics.write(octets_of(prose(64)));
  CHECK(statistics.surely_readable());
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    statistics.write(random_octets(10'000, seed));
    REQUIRE(statistics.surely_readable());
    REQUIRE(statistics.readable());
  }
}

}  // namespace
