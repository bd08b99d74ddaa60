#pragma once

// Pieces of any size into whole blocks: what is left over is held until the
// next piece completes it, so that every chunking gives the same blocks.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mime {

template <std::size_t kSize>
class WholeBlocks {
 public:
  // Calls add(blocks) with one or more whole blocks, up to twice.
  template <typename Add>
  void write(std::span<const std::uint8_t> octets, Add add) {
    if (held_size_ != 0) {
      const std::size_t taken = std::min(kSize - held_size_, octets.size());
      std::copy_n(octets.begin(), taken, held_.begin() + held_size_);
      held_size_ += taken;
      octets = octets.subspan(taken);
      if (held_size_ < kSize) return;
      add(std::span<const std::uint8_t>(held_));
    }
    const std::size_t whole = octets.size() / kSize * kSize;
    if (whole != 0) add(octets.first(whole));
    const auto rest = octets.subspan(whole);
    std::copy(rest.begin(), rest.end(), held_.begin());
    held_size_ = rest.size();
  }

  // The beginning of a block that is not whole yet.
  std::span<const std::uint8_t> held() const {
    return {held_.data(), held_size_};
  }
  void drop_held() { held_size_ = 0; }

 private:
  std::array<std::uint8_t, kSize> held_{};
  std::size_t held_size_ = 0;
};

}  // namespace mime
