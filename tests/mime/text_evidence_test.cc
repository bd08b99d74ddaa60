#include "mime/text_evidence.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "mime/cpu_features.h"
#include "mime/octet_statistics.h"
#include "mime/openpgp_statistics.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime_test::Octets;
using mime_test::random_octets;

double mean_of_powers(std::span<const std::int8_t> weights) {
  double sum = 0;
  for (const std::int8_t weight : weights)
    sum += std::exp2(weight / double{mime::kWeightsPerBit});
  return sum / static_cast<double>(weights.size());
}

TEST_CASE("no model's weights promise more than fair odds") {
  for (std::size_t model = 0; model < mime::kTextModels; ++model) {
    const auto mean =
        mean_of_powers(text_weights(static_cast<mime::TextModel>(model)));
    CHECK(mean <= 1);
    CHECK(mean > 0.9);  // nor are they wasteful
  }
}

// log2 of the probability of `hits` or more among `trials`, summed exactly.
double exact_tail(int trials, int hits, double chance) {
  double tail = 0;
  for (int k = trials; k >= hits; --k) {
    tail += std::exp(std::lgamma(trials + 1.0) - std::lgamma(k + 1.0) -
                     std::lgamma(trials - k + 1.0) + k * std::log(chance) +
                     (trials - k) * std::log1p(-chance));
  }
  return std::log2(tail);
}

TEST_CASE("the binomial bound is never above the exact tail") {
  const double word = mime::kWordOctets / 256.0;
  for (const double chance : {std::pow(word, 4), std::pow(word, 8)}) {
    for (const int trials : {10, 30, 100, 1000, 10'000, 100'000}) {
      int hits = 1;
      while (hits <= trials &&
             mime::binomial_evidence(trials, hits, chance) < mime::kRefusalBits)
        ++hits;
      if (hits > trials) continue;
      INFO(trials << " trials, " << hits << " hits");
      CHECK(exact_tail(trials, hits, chance) <= -mime::kRefusalBits);
    }
  }
  CHECK(mime::binomial_evidence(0, 0, 0.5) == 0);
  CHECK(mime::binomial_evidence(100, 50, 0.5) == 0);
  CHECK(mime::binomial_evidence(100, 20, 0.5) == 0);
  CHECK(mime::binomial_evidence(100, 100, 0.5) == Approx(100));
}

TEST_CASE("the questions together stay below 2^-64") {
  const double questions = mime::OpenPgpStatistics::kQuestions;
  // Numbers below RSA moduli, one a session key (openpgp_session_key.h).
  const double moduli = 1024 * std::log2(129.0 / 128);
  CHECK(std::log2(questions) + moduli - mime::kRefusalBits <= -64);
}

// Random octets with runs of text, so that scores rise and fall.
Octets mixed(std::size_t size, std::uint64_t seed) {
  Octets octets = random_octets(size, seed);
  const Octets choice = random_octets(size / 16 + 1, seed + 1);
  const std::string text =
      "the quick brown fox 0123456789 JUMPS \xD0\x9F\xD1\x80\xD0\xB8";
  for (std::size_t i = 0; i < size; ++i) {
    if (choice[i / 16] < 100)
      octets[i] = static_cast<std::uint8_t>(text[i % text.size()]);
  }
  return octets;
}

TEST_CASE("both implementations give the same scores") {
  if (!mime::cpu_has_avx2()) {
    WARN("no AVX2 here");
    return;
  }
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Octets octets = mixed(32 * (seed % 40 + 1), 10 * seed);
    mime::TextScores scalar;
    mime::TextScores vector;
    mime::add_text_scalar(scalar, octets);
    mime::add_text_avx2(vector, octets);
    REQUIRE(scalar == vector);
  }
  // Each octet for itself.
  for (int octet = 0; octet < 256; ++octet) {
    const Octets octets(32, static_cast<std::uint8_t>(octet));
    mime::TextScores scalar;
    mime::TextScores vector;
    mime::add_text_scalar(scalar, octets);
    mime::add_text_avx2(vector, octets);
    REQUIRE(scalar == vector);
  }
}

TEST_CASE("scores do not depend on how the octets are cut") {
  const Octets octets = mixed(333, 5);
  mime::TextEvidence whole;
  whole.write(octets);
  const std::span<const std::uint8_t> all(octets);
  for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
    mime::TextEvidence evidence;
    evidence.write(all.first(cut));
    evidence.write(all.subspan(cut));
    REQUIRE(evidence.scores() == whole.scores());
  }
}

}  // namespace
