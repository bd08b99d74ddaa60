#include "mime/line_scanner.h"

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "mime/cpu_features.h"
#include "mime/line_masks.h"

namespace {

using mime::Defect;
using mime::DefectSet;
using mime::LineMasks;
using mime::LineScanner;

// Text in which line ends, dashes and odd octets are frequent.
std::string odd_text(std::size_t size, unsigned seed) {
  static constexpr std::array<char, 10> kOctets = {
      'a', 'b', '-', '-', '\r', '\n', '\n', ' ', '\0', '\xc3'};
  std::mt19937 random(seed);
  // The rarer kinds stand in some texts only.
  const std::size_t kinds = 2 + seed % (kOctets.size() - 1);
  std::string text;
  while (text.size() < size) {
    if (seed % 3 == 0 && random() % 4 != 0) {
      text += "\r\n";
    } else {
      text += kOctets[random() % kinds];
    }
  }
  return text;
}

// The same answers, one octet after the other.
struct SlowScan {
  std::string defects;
  std::vector<std::size_t> stops;
};

SlowScan slow_scan(const std::string& text, std::size_t line_octets) {
  DefectSet found;
  SlowScan result;
  std::size_t line = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : 'x';
    const char previous = i > 0 ? text[i - 1] : 'x';
    if (text[i] == '\r' && next != '\n') found.add(Defect::kBareCr);
    if (text[i] == '\n' && previous != '\r') found.add(Defect::kBareLf);
    if (text[i] == '\0') found.add(Defect::kNul);
    if (static_cast<unsigned char>(text[i]) > 127) {
      found.add(Defect::kEightBitIn7bit);
    }
    if (text[i] != '\n') {
      ++line;
      continue;
    }
    if (line > line_octets + 1) found.add(Defect::kLineTooLong);
    line = 0;
    const bool is_cut = i + 2 >= text.size();
    if (next == '-' && (is_cut || text[i + 2] == '-')) {
      result.stops.push_back(i + 1);
    }
  }
  if (line > line_octets) found.add(Defect::kLineTooLong);
  while (!found.empty()) {
    result.defects += std::string(to_string(found.take_first())) + " ";
  }
  return result;
}

std::string words_of(DefectSet defects) {
  std::string words;
  while (!defects.empty()) {
    words += std::string(to_string(defects.take_first())) + " ";
  }
  return words;
}

TEST_CASE("The scanner finds what one look at each octet finds") {
  for (unsigned seed = 0; seed < 600; ++seed) {
    const std::string text = odd_text(seed % 300, seed);
    for (const std::size_t line_octets : {3, 20, 998}) {
      CAPTURE(seed, text, line_octets);
      const SlowScan expected = slow_scan(text, line_octets);
      LineScanner scanner(line_octets);
      std::vector<std::size_t> stops;
      std::size_t at = 0;
      while (at < text.size()) {
        at += scanner.scan(std::string_view(text).substr(at), true);
        if (at < text.size()) stops.push_back(at);
      }
      scanner.finish();
      CHECK(words_of(scanner.take_defects()) == expected.defects);
      CHECK(stops == expected.stops);
    }
  }
}

TEST_CASE("What the scanner notes does not depend on the cuts") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    const std::string text = odd_text(130, seed);
    const SlowScan expected = slow_scan(text, 20);
    for (std::size_t split = 0; split <= text.size(); ++split) {
      CAPTURE(seed, split);
      LineScanner scanner(20);
      scanner.scan(std::string_view(text).substr(0, split), false);
      scanner.scan(std::string_view(text).substr(split), false);
      scanner.finish();
      CHECK(words_of(scanner.take_defects()) == expected.defects);
    }
  }
}

TEST_CASE("Processors with AVX2 see the same octets") {
  if (!mime::cpu_has_avx2()) {
    WARN("this processor has no AVX2");
    return;
  }
  const std::string text = odd_text(64 * 200, 9);
  std::vector<LineMasks> scalar(200);
  std::vector<LineMasks> avx2(200);
  mime::look_at_blocks_scalar(text.data(), scalar);
  mime::look_at_blocks_avx2(text.data(), avx2);
  for (std::size_t i = 0; i < scalar.size(); ++i) {
    CAPTURE(i);
    CHECK(scalar[i].cr == avx2[i].cr);
    CHECK(scalar[i].lf == avx2[i].lf);
    CHECK(scalar[i].dash == avx2[i].dash);
    CHECK(scalar[i].has_nul == avx2[i].has_nul);
    CHECK(scalar[i].has_eight_bit == avx2[i].has_eight_bit);
  }
}

}  // namespace
