#pragma once

// How a fuzz target says that its property does not hold.

#include <cstdio>
#include <cstdlib>

namespace fuzz {

// Ends the program, in every build, when `holds` is false.
inline void check(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", property);
  std::abort();
}

}  // namespace fuzz
