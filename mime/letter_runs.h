#pragma once

// Runs of letters in the base64 characters of octets that should be random.
//
// Words in base64 between characters that are not: too short for Base64Text,
// which judges one passage, they are counted over the whole message.  Three
// kinds of character are looked for, each with '+' and '/': small letters,
// capitals, letters of both cases.
//
// The bound is exact.  A run begins at the start of a field or behind a
// character of no letter; that it gets l characters long has the probability
// q^l for uniform octets, whatever came before, because those characters are
// fresh.  So the count of runs of at least l characters exceeds a binomial one
// of as many trials as there are places with l characters to the end of the
// field with no greater probability than that does (binomial_evidence()).  It
// holds for free octets only: what a
// format or a recipient's key fixes must be left out by the caller.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mime/field_blocks.h"

namespace mime {

// Of which run lengths there is a count.  Runs of one case count from the
// shortest that the caller wants, those of both from kBothCasesFrom on:
// shorter ones are frequent.
inline constexpr std::array<std::uint32_t, 8> kRunLengths = {8,  12, 16, 24,
                                                             32, 48, 64, 96};
inline constexpr std::uint32_t kBothCasesFrom = 32;

enum class LetterKind : std::uint8_t { kSmall, kCapital, kBothCases };
inline constexpr std::size_t kLetterKinds = 3;

// Bit i tells of what kind character i of a block of 32 is.
struct LetterMasks {
  std::uint32_t small = 0;
  std::uint32_t capital = 0;
  std::uint32_t both() const { return small | capital; }
  bool operator==(const LetterMasks&) const = default;
};

// Shorter fields have no runs of 12; of longer ones, runs of 8 tell no more
// than the octets do, and are slow.
enum class ShortestRun : std::uint8_t { k8 = 8, k12 = 12 };

struct LetterRunCounts {
  ShortestRun shortest = ShortestRun::k8;
  using OfKind = std::array<std::uint64_t, kRunLengths.size()>;
  std::array<OfKind, kLetterKinds> runs{};  // that have ended
  LetterMasks previous;                     // of the last block
  // Of a run that fills the last block: its length.
  std::array<std::uint32_t, kLetterKinds> open{};
  bool operator==(const LetterRunCounts&) const = default;
};

class LetterRuns {
 public:
  explicit LetterRuns(ShortestRun shortest) { counts_.shortest = shortest; }

  // `offset` is the place of the first octet in the message.  Octets that do
  // not follow those of the last call begin another field.
  void write(std::span<const std::uint8_t> octets, std::uint64_t offset);
  // Are these not random?  False for all but 2^-`bits` of uniform streams,
  // times the questions that are asked.
  bool readable(double bits) const;
  // How many: run lengths of three kinds, but four of one.
  static constexpr std::size_t kQuestions =
      kLetterKinds * kRunLengths.size() - 4;
  // With the run that has not ended yet.
  LetterRunCounts counts() const;
  // Places where a run can begin and get long enough, by kRunLengths.
  using Trials = std::array<std::uint64_t, kRunLengths.size()>;
  Trials trials() const;

 private:
  LetterRunCounts counts_;        // of whole blocks
  Trials trials_{};               // of fields that have ended
  std::uint64_t characters_ = 0;  // of this field's whole blocks
  FieldBlocks fields_;
};

// Adds whole blocks of 24 octets.  The two implementations agree; the one for
// AVX2 may be called only where cpu_has_avx2().
void add_letter_runs_scalar(LetterRunCounts& counts,
                            std::span<const std::uint8_t> blocks);
void add_letter_runs_avx2(LetterRunCounts& counts,
                          std::span<const std::uint8_t> blocks);

}  // namespace mime
