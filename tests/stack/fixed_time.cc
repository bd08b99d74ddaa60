// Loaded in front of the C library: time(2) is what CHATMILTER_FIXED_TIME says.
//
// A case of the corpus has its time, and a signature made at that time is the
// same octets each time it is made.  Clocks that measure how long something
// takes are left alone.

#include <cstdlib>
#include <ctime>

extern "C" __attribute__((visibility("default"))) std::time_t time(
    std::time_t* out) noexcept {
  const char* text = std::getenv("CHATMILTER_FIXED_TIME");
  std::time_t now = 0;
  if (text != nullptr) {
    now = std::strtoll(text, nullptr, 10);
  } else {
    std::timespec spec{};
    clock_gettime(CLOCK_REALTIME, &spec);
    now = spec.tv_sec;
  }
  if (out != nullptr) *out = now;
  return now;
}
