#pragma once

// Sentences in many languages and encodings, as octets.

#include <string_view>
#include <vector>

namespace mime_test {

struct ReadableText {
  const char* name;
  std::string_view octets;
};

const std::vector<ReadableText>& readable_texts();

}  // namespace mime_test
