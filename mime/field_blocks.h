#pragma once

// Fields of a message in blocks of 32 base64 characters.
//
// What is judged as characters is free octets only, and those come field by
// field.  Characters and octets begin together at every third octet of the
// message, so a field's first octets up to there are left out; a block is then
// 24 octets.  What a field leaves over is not joined with the next one.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mime/whole_blocks.h"

namespace mime {

class FieldBlocks {
 public:
  static constexpr std::size_t kOctets = 24;  // 32 characters

  // `offset` is the place of the first octet in the message.  Octets that do
  // not follow those of the last call begin another field: calls end(), while
  // held() still has the rest of the last one.  Calls add(blocks) with whole
  // blocks, up to twice.
  template <typename Add, typename End>
  void write(std::span<const std::uint8_t> octets, std::uint64_t offset,
             Add add, End end) {
    if (octets.empty()) return;
    if (offset != next_offset_) {
      end();
      blocks_.drop_held();
    }
    next_offset_ = offset + octets.size();
    if (held().empty() && offset % 3 != 0) {
      octets =
          octets.subspan(std::min<std::size_t>(3 - offset % 3, octets.size()));
    }
    blocks_.write(octets, add);
  }

  // The beginning of a block that is not whole yet.
  std::span<const std::uint8_t> held() const { return blocks_.held(); }

 private:
  WholeBlocks<kOctets> blocks_;
  std::uint64_t next_offset_ = 0;
};

}  // namespace mime
