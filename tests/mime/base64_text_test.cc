#include "mime/base64_text.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <cmath>
#include <functional>
#include <string>

#include "mime/base64.h"
#include "mime/cpu_features.h"
#include "mime/octet_statistics.h"
#include "mime/text_evidence.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime::kWeightsPerBit;
using mime_test::Octets;
using mime_test::random_octets;

// Probabilities of whole numbers from `lowest` on.
struct Distribution {
  int lowest = 0;
  std::vector<double> chances;
};

Distribution sum_of(const Distribution& a, const Distribution& b) {
  Distribution sum{a.lowest + b.lowest, {}};
  sum.chances.resize(a.chances.size() + b.chances.size() - 1);
  for (std::size_t i = 0; i < a.chances.size(); ++i) {
    if (a.chances[i] == 0) continue;
    for (std::size_t j = 0; j < b.chances.size(); ++j)
      sum.chances[i + j] += a.chances[i] * b.chances[j];
  }
  return sum;
}

// The sum of the weights of eight uniform characters.
Distribution group_sums(const mime::Base64Weights& weights) {
  const auto [least, most] =
      std::minmax_element(weights.begin(), weights.end());
  Distribution one{*least, {}};
  one.chances.resize(static_cast<std::size_t>(*most - *least) + 1);
  for (const std::int8_t weight : weights)
    one.chances[static_cast<std::size_t>(weight - *least)] += 1.0 / 64;
  const Distribution two = sum_of(one, one);
  const Distribution four = sum_of(two, two);
  return sum_of(four, four);
}

// The probability that a passage within one block of four groups gets to
// `level`, from a sum that is never below zero.
double chance_in_block(const Distribution& group, int level) {
  Distribution sum{0, {1.0}};
  double reached = 0;
  for (int i = 0; i < 4; ++i) {
    const Distribution next = sum_of(sum, group);
    sum = {0, std::vector<double>(static_cast<std::size_t>(level), 0.0)};
    for (std::size_t j = 0; j < next.chances.size(); ++j) {
      const int value = std::max(next.lowest + static_cast<int>(j), 0);
      if (value >= level) {
        reached += next.chances[j];
      } else {
        sum.chances[static_cast<std::size_t>(value)] += next.chances[j];
      }
    }
  }
  return reached;
}

TEST_CASE("no way to spell words promises more than fair odds") {
  for (const auto& weights : mime::kBase64Weights) {
    double sum = 0;
    for (const std::int8_t weight : weights)
      sum += std::exp2(weight / double{kWeightsPerBit});
    CHECK(sum / 64 <= 1);
    CHECK(sum / 64 > 0.9);  // nor is it wasteful
  }
}

TEST_CASE("blocks of a level are as rare as is said") {
  std::vector<Distribution> groups;
  groups.reserve(mime::kBase64Models);
  for (const auto& weights : mime::kBase64Weights)
    groups.push_back(group_sums(weights));
  for (const mime::BlockLevel& level : mime::kBlockLevels) {
    double chance = 0;
    for (const Distribution& group : groups)
      chance += chance_in_block(group, level.bits * kWeightsPerBit);
    INFO(level.bits << " bits");
    CHECK(std::log2(chance) <= -level.rarity);
    CHECK(std::log2(chance) > -level.rarity - 0.1);
  }
}

const std::string kWords =
    "meet me at nine in the park and bring the money the dog and your sister "
    "too the weather is fine today so we could walk along the river and talk "
    "about the plans for next year nobody should know about this before friday "
    "evening if you cannot come then call me on the usual number or leave a "
    "note at the kiosk with the old man who sells newspapers he knows me ";

std::string with_blanks(std::string_view blanks) {
  std::string text = kWords;
  std::size_t i = 0;
  for (char& c : text) {
    if (c == ' ') c = blanks[i++ % blanks.size()];
  }
  return text;
}

std::string camel() {
  std::string text;
  bool first = true;
  for (const char c : kWords) {
    if (c != ' ') {
      const int letter = static_cast<unsigned char>(c);
      text += static_cast<char>(first ? std::toupper(letter) : letter);
    }
    first = c == ' ';
  }
  return text;
}

std::string with_other_case(std::string text) {
  for (char& c : text) {
    const int letter = static_cast<unsigned char>(c);
    c = static_cast<char>(std::islower(letter) != 0 ? std::toupper(letter)
                                                    : std::tolower(letter));
  }
  return text;
}

std::string leet(std::string text) {
  for (char& c : text) {
    const std::size_t at = std::string_view("aeiost").find(c);
    if (at != std::string_view::npos) c = "431057"[at];
  }
  return text;
}

struct Spelling {
  const char* what;
  std::string text;
  std::size_t enough;  // characters that are refused in 20 KB, wherever
};

const std::vector<Spelling>& spellings() {
  static const std::vector<Spelling> all = {
      {"plus", with_blanks("+"), 84},
      {"capitals", with_other_case(with_blanks("/+")), 84},
      {"camel", camel(), 140},
      {"camel the other way round", with_other_case(camel()), 140},
      {"zeros", with_blanks("0"), 120},
      {"any digits", with_blanks("0918273645"), 120},
      {"capitals and digits", with_other_case(with_blanks("7")), 120},
      {"digits for letters", leet(with_blanks("+")), 108},
      {"any separator", with_blanks("0X+7QA/9"), 150},
  };
  return all;
}

// Random octets with `text` in their base64 at these places.
Octets with_text(std::size_t size, std::string_view text,
                 const std::vector<std::size_t>& places, std::uint64_t seed) {
  std::string characters =
      mime_test::base64(random_octets(size / 3 * 3, seed), {998, "", false});
  for (const std::size_t at : places) characters.replace(at, text.size(), text);
  Octets octets(characters.size() + 64);
  octets.resize(mime::decode_base64(characters, octets) / 4 * 3);
  return octets;
}

bool readable(const Octets& octets, double bits = mime::kRefusalBits) {
  mime::Base64Text text;
  text.write(octets, 0);
  return text.readable(bits);
}

TEST_CASE("one passage is found, however its words are spelled") {
  for (const Spelling& spelling : spellings()) {
    INFO(spelling.what);
    const auto passage =
        std::string_view(spelling.text).substr(0, spelling.enough);
    for (std::size_t shift = 0; shift < 32; ++shift)
      CHECK(readable(with_text(15'000, passage, {6000 + shift}, shift)));
  }
}

TEST_CASE("lines between random ones are counted") {
  for (const Spelling& spelling : spellings()) {
    INFO(spelling.what);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < 8; ++i) places.push_back(64 * (20 * i + 3));
    const auto line = std::string_view(spelling.text).substr(0, 64);
    CHECK(readable(with_text(15'000, line, places, 3)));
  }
}

TEST_CASE("uniform octets spell nothing") {
  for (std::uint64_t seed = 0; seed < 300; ++seed)
    REQUIRE_FALSE(readable(random_octets(50'000, seed), 20));
}

TEST_CASE("both implementations of the base64 models agree") {
  if (!mime::cpu_has_avx2()) {
    WARN("no AVX2 here");
    return;
  }
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Spelling& spelling = spellings()[seed % spellings().size()];
    const auto text = std::string_view(spelling.text).substr(0, seed % 90);
    Octets octets =
        with_text(24 * (seed % 40 + 10), text, {0, 100 + seed % 60}, seed);
    // A stretch of one octet.
    for (std::size_t i = octets.size() / 2; i < octets.size() * 3 / 4; ++i)
      octets[i] = static_cast<std::uint8_t>(seed);
    mime::Base64TextScores scalar;
    mime::Base64TextScores vector;
    mime::add_base64_text_scalar(scalar, octets);
    mime::add_base64_text_avx2(vector, octets);
    REQUIRE(scalar == vector);
  }
  // More than a lane holds.
  const Octets octets = with_text(60'000, std::string(70'000, 'e'), {0}, 1);
  mime::Base64TextScores scalar;
  mime::Base64TextScores vector;
  mime::add_base64_text_scalar(scalar, octets);
  mime::add_base64_text_avx2(vector, octets);
  CHECK(scalar == vector);
}

TEST_CASE("base64 scores do not depend on how the octets are cut") {
  const Octets octets = with_text(450, camel().substr(0, 100), {70, 300}, 5);
  const std::span<const std::uint8_t> all(octets);
  for (const std::uint64_t offset : {0U, 1U, 2U, 300U}) {
    mime::Base64Text whole;
    whole.write(octets, offset);
    for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
      mime::Base64Text parts;
      parts.write(all.first(cut), offset);
      parts.write(all.subspan(cut), offset + cut);
      REQUIRE(parts.scores() == whole.scores());
    }
  }
}

TEST_CASE("a passage goes on in the next field, a block does not") {
  const Octets octets = with_text(48, camel().substr(0, 64), {0}, 5);
  const std::span<const std::uint8_t> all(octets);
  mime::Base64Text whole;
  whole.write(octets, 0);
  CHECK(whole.scores().blocks[0] == 2);
  mime::Base64Text fields;
  fields.write(all.first(36), 0);
  fields.write(all.subspan(36), 42);
  CHECK(fields.scores().blocks[0] == 1);
  CHECK(fields.scores().best == whole.scores().best);
}

}  // namespace
