#pragma once

// CPU time of a piece of work, for the benchmarks.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace bench {

// Ends the program: a benchmark of a wrong answer is none.
inline void check(bool right, const char* what) {
  if (right) return;
  std::fprintf(stderr, "wrong answer: %s\n", what);
  std::exit(1);
}

// Whether the answers alone are asked for, once and untimed: how a test runs a
// benchmark.
inline bool only_checks(int argc, char** argv) {
  return argc == 2 && std::string_view(argv[1]) == "--check";
}

inline double cpu_microseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 +
         static_cast<double>(time.tv_nsec) / 1e3;
}

// The least of several rounds: what the work costs when nothing disturbs it.
template <typename Work>
double microseconds_of(Work work) {
  work();
  double best = 1e18;
  const double end = cpu_microseconds() + 250'000;
  int rounds = 1;
  while (cpu_microseconds() < end) {
    const double start = cpu_microseconds();
    for (int i = 0; i < rounds; ++i) work();
    const double spent = cpu_microseconds() - start;
    if (spent / rounds < best) best = spent / rounds;
    if (spent < 2000) rounds *= 2;
  }
  return best;
}

}  // namespace bench
