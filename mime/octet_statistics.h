#pragma once

// Do these octets look like ciphertext?
//
// Text in passages and in words is found by TextEvidence; what is thinner,
// or in no language, by the histogram of all octets.  Every question asked is
// a bet at fair odds against uniform octets: whoever wins 2^b times the stake
// shows that, but for a probability of 2^-b (Markov's inequality), they are
// not uniform.  So the bound holds exactly, at any length; no approximation
// for large samples is in it.  The derivation and what remains possible for a
// writer of text is in docs/openpgp-recognition.md.

#include <array>
#include <cstdint>
#include <memory>
#include <span>

#include "mime/text_evidence.h"

namespace mime {

// Of each question.  64 bits for the whole message; 7 because at most 2^7
// questions are asked about it; 12 because numbers modulo an RSA modulus are
// not quite uniform (openpgp_session_key.h).
inline constexpr double kRefusalBits = 64 + 7 + 12;

using OctetCounts = std::array<std::uint32_t, 256>;

class OctetHistogram {
 public:
  void write(std::span<const std::uint8_t> octets);
  OctetCounts counts() const;

 private:
  using Table = std::array<std::uint16_t, 256>;
  static constexpr std::size_t kTableOctets = 65'535;

  // Four, so that equal octets in a row do not wait for each other; small, and
  // added to the counts before they can run over.
  std::array<Table, 4> tables_{};
  std::size_t room_ = kTableOctets;
  OctetCounts counts_{};
};

// Bits of evidence that octets with these counts are not uniform: what an
// adaptive code, fair over all streams of that length, saves on them.
double histogram_evidence(const OctetCounts& counts);

class OctetStatistics {
 public:
  void write(std::span<const std::uint8_t> octets);
  // True when the octets so far are not ciphertext: call at the end.
  bool readable() const;
  // True only if readable() will be, whatever follows.
  bool surely_readable() const { return text_.surely_readable(kRefusalBits); }
  // The text's, and the histogram.
  static constexpr std::size_t kQuestions = TextEvidence::kQuestions + 1;
  std::uint64_t octets() const { return text_.octets(); }

 private:
  OctetCounts counts() const;

  TextEvidence text_;
  // The first octets, in place of a histogram: most fields have no more.
  std::array<std::uint8_t, 96> first_{};
  std::unique_ptr<OctetHistogram> histogram_;  // 3 KiB
};

}  // namespace mime
