#pragma once

// The octets that part a policy request: '=' and the end of a line.
//
// A request has some thirty lines of some twenty octets; looking for the end
// of each, and for the '=' in front, by a search of its own costs more than
// all that the rules ask.  So the text is looked through once, sixteen octets
// at a time, where the processor can.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace policyd {

class LineMarks {
 public:
  explicit LineMarks(std::string_view text) : text_(text) {}

  // The place of the next '=' or '\n' behind those given so far; npos when
  // there is none.
  std::size_t next() {
    while (marks_ == 0) {
      if (begin_ >= text_.size()) return std::string_view::npos;
      block_ = begin_;
      marks_ = marks_at(block_);
      begin_ += kBlock;
    }
    const auto offset = static_cast<std::size_t>(std::countr_zero(marks_));
    marks_ &= marks_ - 1;
    return block_ + offset;
  }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::size_t kVector = 16;

  // A bit for each octet of the block that is a mark.
  std::uint64_t marks_at(std::size_t begin) const {
    const std::string_view block = text_.substr(begin, kBlock);
    std::uint64_t marks = 0;
    std::size_t i = 0;
#ifdef __SSE2__
    for (; i + kVector <= block.size(); i += kVector) {
      marks |= std::uint64_t{marks_of_vector(&block[i])} << i;
    }
#endif
    for (; i < block.size(); ++i) {
      if (block[i] == '=' || block[i] == '\n') marks |= std::uint64_t{1} << i;
    }
    return marks;
  }

#ifdef __SSE2__
  static std::uint32_t marks_of_vector(const char* begin) {
    const __m128i octets =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(begin));
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi8(octets, _mm_set1_epi8('=')),
                     _mm_cmpeq_epi8(octets, _mm_set1_epi8('\n')));
    return static_cast<std::uint32_t>(_mm_movemask_epi8(found));
  }
#endif

  std::string_view text_;
  std::size_t begin_ = 0;  // of the block that comes next
  std::size_t block_ = 0;
  std::uint64_t marks_ = 0;  // of the block that is looked at
};

}  // namespace policyd
