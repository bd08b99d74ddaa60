#pragma once

// What the free octets of a message look like: those that no format fixes.
//
// Two streams of octets, because identifiers are the writer's choice more than
// ciphertext is, and the base64 characters of both.  An identifier that stands
// twice (one key, two recipients) counts once: it is no more random by that.

#include <cstdint>
#include <span>
#include <string>
#include <unordered_set>

#include "mime/base64_text.h"
#include "mime/letter_runs.h"
#include "mime/octet_statistics.h"
#include "mime/openpgp_defect.h"

namespace mime {

class OpenPgpStatistics {
 public:
  // `offset` is the place of the first octet in the message, in all three.
  // What a cipher wrote, and padding.
  void ciphertext(std::span<const std::uint8_t> octets, std::uint64_t offset);
  // A key ID or a fingerprint, whole.
  void identifier(std::span<const std::uint8_t> octets, std::uint64_t offset);
  void salt(std::span<const std::uint8_t> octets, std::uint64_t offset);

  // Call at the end: kNone, kReadableOctets or kReadableArmor.
  OpenPgpDefect finish() const;
  // True only if finish() will find something, whatever follows.
  bool surely_readable() const { return ciphertext_.surely_readable(); }

  // How many questions are asked about the whole message (kRefusalBits).
  static constexpr std::size_t kQuestions =
      2 * (OctetStatistics::kQuestions + LetterRuns::kQuestions +
           Base64Text::kQuestions);

 private:
  OctetStatistics ciphertext_;
  OctetStatistics identifiers_;
  Base64Text ciphertext_text_;
  Base64Text identifier_text_;
  LetterRuns ciphertext_runs_{ShortestRun::k12};
  LetterRuns identifier_runs_{ShortestRun::k8};
  std::unordered_set<std::string> seen_;  // at most kMaxSessionKeys
};

}  // namespace mime
