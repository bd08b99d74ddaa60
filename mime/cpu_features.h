#pragma once

// What the processor can do.  Every vector routine has a scalar twin that
// gives the same octets; these say which of the two to call.

namespace mime {

inline bool cpu_has_avx2() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0;
#else
  return false;
#endif
}

// Carry-less multiplication, with the octet shuffles that go with it.
inline bool cpu_has_pclmul() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("pclmul") != 0 &&
         __builtin_cpu_supports("ssse3") != 0;
#else
  return false;
#endif
}

}  // namespace mime
