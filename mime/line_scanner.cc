#include "mime/line_scanner.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include "mime/line_masks.h"

namespace mime {
namespace {

constexpr std::size_t kBlock = kMaskBlock;

// Blocks that are looked at before they are gone through.
constexpr std::size_t kBatch = 16;

// The `count` lowest bits.
std::uint64_t low_bits(std::size_t count) {
  return count >= kBlock ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

// Fewer octets than a block, filled up with blanks.
LineMasks look_at_some(const char* octets, std::size_t count) {
  char padded[kBlock];
  std::memset(padded, ' ', kBlock);
  std::memcpy(padded, octets, count);
  LineMasks masks;
  look_at_blocks(padded, {&masks, 1});
  return masks;
}

// The notes of one call.
struct Notes {
  std::size_t line_octets;
  std::size_t line_so_far;
  bool after_cr;
  std::uint64_t bare_cr = 0;  // not zero: there was one
  std::uint64_t bare_lf = 0;
  bool has_nul = false;
  bool has_eight_bit = false;
  bool has_long_line = false;

  void add(const LineMasks& masks, std::size_t count) {
    // Where a LF has to stand, if no CR is bare.
    const std::uint64_t behind_cr = (masks.cr << 1) | (after_cr ? 1U : 0U);
    bare_lf |= masks.lf & ~behind_cr;
    bare_cr |= behind_cr & ~masks.lf & low_bits(count);
    after_cr = ((masks.cr >> (count - 1)) & 1) != 0;
    has_nul |= masks.has_nul;
    has_eight_bit |= masks.has_eight_bit;
    if (masks.lf == 0) {
      line_so_far += count;
      return;
    }
    add_line(line_so_far +
             static_cast<std::size_t>(std::countr_zero(masks.lf)));
    if (line_octets < kBlock) add_inner_lines(masks.lf);
    const auto behind_last =
        kBlock - static_cast<std::size_t>(std::countl_zero(masks.lf));
    line_so_far = count - behind_last;
  }

 private:
  // The CR of its line end is counted with it.
  void add_line(std::size_t octets) {
    has_long_line |= octets > line_octets + 1;
  }

  // Lines that lie within a block matter to a very low limit only.
  void add_inner_lines(std::uint64_t lf) {
    auto begin = static_cast<std::size_t>(std::countr_zero(lf)) + 1;
    for (lf &= lf - 1; lf != 0; lf &= lf - 1) {
      const auto end = static_cast<std::size_t>(std::countr_zero(lf));
      add_line(end - begin);
      begin = end + 1;
    }
  }
};

// Of the first of `candidates` that a second dash follows, or nothing does;
// kBlock when there is none.
std::size_t first_dashes(std::uint64_t candidates, std::string_view octets) {
  for (; candidates != 0; candidates &= candidates - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(candidates));
    if (at + 1 >= octets.size() || octets[at + 1] == '-') return at;
  }
  return kBlock;
}

// Goes through whole blocks from the front of `octets`, all of them or up to
// the one with a place to stop.
class Pass {
 public:
  Pass(std::string_view octets, bool stop_at_dashes)
      : octets_(octets), stop_at_dashes_(stop_at_dashes) {}

  // Returns how many octets were looked at.
  std::size_t run(Notes& notes) {
    while (octets_.size() - at_ >= kBlock) {
      std::array<LineMasks, kBatch> batch;
      const std::size_t count =
          std::min(kBatch, (octets_.size() - at_) / kBlock);
      look_at_blocks(octets_.data() + at_, std::span(batch).first(count));
      for (std::size_t i = 0; i < count; ++i) {
        if (stops(batch[i], kBlock, notes)) return at_;
      }
    }
    const std::size_t rest = octets_.size() - at_;
    if (rest > 0) stops(look_at_some(octets_.data() + at_, rest), rest, notes);
    return at_;
  }

 private:
  // Takes in one block, or what stands in front of the place to stop.
  bool stops(const LineMasks& masks, std::size_t count, Notes& notes) {
    const std::uint64_t candidates = ((masks.lf << 1) | after_lf_) & masks.dash;
    if (candidates != 0 && stop_at_dashes_) {
      const std::string_view rest = octets_.substr(at_);
      const std::size_t stop = first_dashes(candidates, rest);
      if (stop < kBlock) {
        if (stop > 0) notes.add(look_at_some(rest.data(), stop), stop);
        at_ += stop;
        return true;
      }
    }
    notes.add(masks, count);
    after_lf_ = masks.lf >> (kBlock - 1);
    at_ += count;
    return false;
  }

  std::string_view octets_;
  bool stop_at_dashes_;
  std::size_t at_ = 0;
  std::uint64_t after_lf_ = 0;  // 1 when the octet before the block is LF
};

}  // namespace

std::size_t LineScanner::scan(std::string_view octets, bool stop_at_dashes) {
  Notes notes{line_octets_, line_so_far_, after_cr_};
  const std::size_t at = Pass(octets, stop_at_dashes).run(notes);
  line_so_far_ = notes.line_so_far;
  after_cr_ = notes.after_cr;
  if (notes.bare_cr != 0) defects_.add(Defect::kBareCr);
  if (notes.bare_lf != 0) defects_.add(Defect::kBareLf);
  if (notes.has_nul) defects_.add(Defect::kNul);
  if (notes.has_eight_bit) defects_.add(Defect::kEightBitIn7bit);
  if (notes.has_long_line) defects_.add(Defect::kLineTooLong);
  return at;
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
