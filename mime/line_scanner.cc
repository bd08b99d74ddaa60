#include "mime/line_scanner.h"

#include <bit>
#include <cstring>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mime {
namespace {

constexpr std::size_t kBlock = 64;

// The `count` lowest bits.
std::uint64_t low_bits(std::size_t count) {
  return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

}  // namespace

// Bit i belongs to octet i of the block.
struct LineScanner::Masks {
  std::uint64_t cr = 0;
  std::uint64_t lf = 0;
  bool has_nul = false;
  bool has_eight_bit = false;
};

#if defined(__SSE2__)

LineScanner::Masks LineScanner::look(const char* octets) {
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i lf = _mm_set1_epi8('\n');
  Masks masks;
  __m128i any = _mm_setzero_si128();
  __m128i least = _mm_set1_epi8('\x7f');
  for (unsigned i = 0; i < kBlock; i += 16) {
    const __m128i v =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(octets + i));
    const auto cr_bits =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(v, cr)));
    const auto lf_bits =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(v, lf)));
    masks.cr |= std::uint64_t{cr_bits} << i;
    masks.lf |= std::uint64_t{lf_bits} << i;
    any = _mm_or_si128(any, v);
    least = _mm_min_epu8(least, v);
  }
  masks.has_eight_bit = _mm_movemask_epi8(any) != 0;
  masks.has_nul =
      _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())) != 0;
  return masks;
}

#else

LineScanner::Masks LineScanner::look(const char* octets) {
  Masks masks;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const auto octet = static_cast<unsigned char>(octets[i]);
    masks.cr |= std::uint64_t{octet == '\r'} << i;
    masks.lf |= std::uint64_t{octet == '\n'} << i;
    masks.has_nul |= octet == 0;
    masks.has_eight_bit |= octet > 127;
  }
  return masks;
}

#endif

std::size_t LineScanner::scan(std::string_view octets, bool stop_at_dashes) {
  const char* const data = octets.data();
  const std::size_t size = octets.size();
  for (std::size_t at = 0; at < size; at += kBlock) {
    const std::size_t count = std::min(kBlock, size - at);
    Masks masks;
    if (count == kBlock) {
      masks = look(data + at);
    } else {
      char padded[kBlock];
      std::memset(padded, ' ', kBlock);
      std::memcpy(padded, data + at, count);
      masks = look(padded);
    }
    std::size_t line_start = 0;
    for (std::uint64_t ends = masks.lf; ends != 0; ends &= ends - 1) {
      const auto lf = static_cast<std::size_t>(std::countr_zero(ends));
      note_line(line_so_far_ + lf - line_start);
      line_so_far_ = 0;
      line_start = lf + 1;
      const std::size_t next = at + lf + 1;
      if (stop_at_dashes && next < size && data[next] == '-' &&
          (next + 1 == size || data[next + 1] == '-')) {
        note(masks, data + at, lf + 1);
        return next;
      }
    }
    line_so_far_ += count - line_start;
    note(masks, data + at, count);
  }
  return size;
}

void LineScanner::note(const Masks& masks, const char* octets,
                       std::size_t count) {
  const std::uint64_t looked_at = low_bits(count);
  // Where a LF has to stand, if no CR is bare.
  const std::uint64_t behind_cr = (masks.cr << 1) | (after_cr_ ? 1U : 0U);
  if (((masks.lf ^ behind_cr) & looked_at) != 0) {
    if ((masks.lf & ~behind_cr & looked_at) != 0) defects_.add(Defect::kBareLf);
    if ((behind_cr & ~masks.lf & looked_at) != 0) defects_.add(Defect::kBareCr);
  }
  after_cr_ = ((masks.cr >> (count - 1)) & 1) != 0;
  if (!masks.has_nul && !masks.has_eight_bit) return;
  for (const char c : std::string_view(octets, count)) {
    if (c == '\0') defects_.add(Defect::kNul);
    if (static_cast<unsigned char>(c) > 127) {
      defects_.add(Defect::kEightBitIn7bit);
    }
  }
}

void LineScanner::note_line(std::size_t octets) {
  // The CR of its line end is counted with it.
  if (octets > line_octets_ + 1) defects_.add(Defect::kLineTooLong);
}

void LineScanner::finish() {
  if (after_cr_) defects_.add(Defect::kBareCr);
  if (line_so_far_ > line_octets_) defects_.add(Defect::kLineTooLong);
  after_cr_ = false;
  line_so_far_ = 0;
}

DefectSet LineScanner::take_defects() {
  return std::exchange(defects_, DefectSet());
}

}  // namespace mime
