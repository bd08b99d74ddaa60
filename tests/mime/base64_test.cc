#include "mime/base64.h"

#include <catch2/catch.hpp>
#include <string>

#include "mime/cpu_features.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime_test::Octets;

TEST_CASE("every octet has the value that RFC 4648 table 1 gives it") {
  const std::string alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int octet = 0; octet < 256; ++octet) {
    const auto character = static_cast<char>(octet);
    const std::size_t place = alphabet.find(character);
    const int value =
        place == std::string::npos ? 255 : static_cast<int>(place);
    CHECK(mime::base64_value(character) == value);
  }
}

TEST_CASE("base64 of any length decodes to what was encoded") {
  for (std::size_t size = 0; size <= 300; size += 3) {
    const Octets octets = mime_test::random_octets(size, size);
    const std::string text = mime_test::base64(octets, {100'000, "", false});
    for (std::size_t room : {size, size + 8, size + 100}) {
      Octets out(room);
      REQUIRE(mime::decode_base64(text, out) == text.size());
      out.resize(size);
      REQUIRE(out == octets);
    }
  }
}

TEST_CASE("decoding stops where the buffer is full") {
  const std::string text(400, 'Q');
  for (std::size_t room = 0; room < 120; ++room) {
    Octets out(room);
    CHECK(mime::decode_base64(text, out) == room / 3 * 4);
  }
}

// Both implementations on the same input: same count, same octets.
void check_twins(const std::string& text) {
  if (!mime::cpu_has_avx2()) return;
  Octets scalar(text.size());
  Octets vector(text.size());
  const std::size_t read = mime::decode_base64_scalar(text, scalar);
  REQUIRE(mime::decode_base64_avx2(text, vector) == read);
  scalar.resize(read / 4 * 3);
  vector.resize(read / 4 * 3);
  REQUIRE(scalar == vector);
}

TEST_CASE("any octet in any place stops both implementations at one quad") {
  const std::string valid =
      mime_test::base64(mime_test::random_octets(75, 1), {100'000, "", false});
  for (std::size_t place = 0; place < valid.size(); ++place) {
    for (int octet = 0; octet < 256; ++octet) {
      std::string text = valid;
      text[place] = static_cast<char>(octet);
      check_twins(text);
      const bool of_alphabet = mime::base64_value(text[place]) < 64;
      Octets out(200);
      REQUIRE(mime::decode_base64(text, out) ==
              (of_alphabet ? text.size() : place / 4 * 4));
    }
  }
}

TEST_CASE("lines of one length are decoded until one differs") {
  for (const std::size_t length : {4U, 48U, 60U, 64U, 72U, 76U, 96U, 128U}) {
    for (const std::string_view end : {"\r\n", "\n"}) {
      const Octets octets =
          mime_test::random_octets(length / 4 * 3 * 7, length);
      const std::string good = mime_test::base64(octets, {length, end, false});
      const std::size_t whole = length + end.size();
      for (std::size_t broken = 0; broken <= 7 * whole; ++broken) {
        std::string text = good;
        if (broken < text.size()) text[broken] = '=';
        Octets scalar(octets.size() + 8);
        Octets vector(octets.size() + 8);
        const mime::Base64Lines lines{length, end};
        const std::size_t expected = broken / whole;
        REQUIRE(mime::decode_base64_lines_scalar(text, lines, scalar) ==
                expected);
        scalar.resize(expected * length / 4 * 3);
        REQUIRE(std::equal(scalar.begin(), scalar.end(), octets.begin()));
        if (!mime::cpu_has_avx2()) continue;
        REQUIRE(mime::decode_base64_lines_avx2(text, lines, vector) ==
                expected);
        vector.resize(scalar.size());
        REQUIRE(vector == scalar);
      }
    }
  }
}

TEST_CASE("a line that is cut, or has no room, is left alone") {
  const Octets octets = mime_test::random_octets(48 * 4, 9);
  const std::string text = mime_test::base64(octets, {64, "\r\n", false});
  for (std::size_t size = 0; size <= text.size(); ++size) {
    Octets out(octets.size() + 8);
    CHECK(mime::decode_base64_lines(std::string_view(text).substr(0, size),
                                    {64, "\r\n"}, out) == size / 66);
  }
  for (std::size_t room = 0; room <= octets.size() + 8; ++room) {
    Octets out(room);
    CHECK(mime::decode_base64_lines(text, {64, "\r\n"}, out) ==
          (room < 8 ? 0 : (room - 8) / 48));
  }
}

}  // namespace
