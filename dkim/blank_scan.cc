#include "dkim/blank_scan.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace dkim {

std::size_t find_changing_blank_scalar(std::string_view text,
                                       std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\t') return i;
    if (text[i] != ' ') continue;
    if (i + 1 == text.size()) return i;
    const char next = text[i + 1];
    if (next == ' ' || next == '\t' || next == '\r') return i;
  }
  return text.size();
}

#if defined(__SSE2__)

namespace {

// Which of the 16 octets at `at` are changing blanks; reads 17 octets.
unsigned changing_blanks(const char* at) {
  const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i next =
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 1));
  const __m128i tab = _mm_set1_epi8('\t');
  const __m128i space = _mm_set1_epi8(' ');
  const __m128i cr = _mm_set1_epi8('\r');
  const __m128i changes = _mm_or_si128(
      _mm_cmpeq_epi8(next, space),
      _mm_or_si128(_mm_cmpeq_epi8(next, tab), _mm_cmpeq_epi8(next, cr)));
  const __m128i hit =
      _mm_or_si128(_mm_cmpeq_epi8(here, tab),
                   _mm_and_si128(_mm_cmpeq_epi8(here, space), changes));
  return static_cast<unsigned>(_mm_movemask_epi8(hit));
}

}  // namespace

std::size_t find_changing_blank(std::string_view text, std::size_t from) {
  std::size_t i = from;
  for (; i + 17 <= text.size(); i += 16) {
    const unsigned hits = changing_blanks(text.data() + i);
    if (hits != 0) return i + static_cast<std::size_t>(__builtin_ctz(hits));
  }
  return find_changing_blank_scalar(text, i);
}

#else

std::size_t find_changing_blank(std::string_view text, std::size_t from) {
  return find_changing_blank_scalar(text, from);
}

#endif

}  // namespace dkim
