// Tests mime/openpgp_public_key.h with keys that real programs made.

#include "mime/openpgp_public_key.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <map>
#include <string>

#include "mime/base64.h"
#include "tests/mime/openpgp_builder.h"

namespace {

using mime::OpenPgpDefect;
using mime_test::join;
using mime_test::Octets;
using mime_test::octets_of;
using mime_test::packet;
using mime_test::random_octets;

const std::string kFolder = "tests/mime/public_keys/";

// The octets between the armor's blank line and its checksum.
Octets dearmored(const std::string& text) {
  std::string lines;
  for (char c : text) {
    if (c != '\r') lines += c;
  }
  std::string characters;
  for (std::size_t i = lines.find("\n\n"); i < lines.size(); ++i) {
    if (lines[i] == '\n' && (lines[i + 1] == '=' || lines[i + 1] == '-')) break;
    if (lines[i] != '\n') characters += lines[i];
  }
  std::size_t padding = 0;
  for (; characters.ends_with('='); ++padding) characters.pop_back();
  characters.append(padding, 'A');
  Octets octets(characters.size() / 4 * 3 + 16);
  REQUIRE(mime::decode_base64(characters, octets) == characters.size());
  octets.resize(characters.size() / 4 * 3 - padding);
  return octets;
}

Octets key_of(const std::string& name) {
  return dearmored(mime_test::source_file(kFolder + name + ".asc"));
}

std::string word_for(const Octets& octets) {
  return std::string(to_string(mime::check_public_key(octets)));
}

std::map<std::string, Octets> real_keys() {
  std::map<std::string, Octets> keys;
  const std::filesystem::path folder =
      std::filesystem::path(CHATMILTER_SOURCE_DIR) / kFolder;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".asc") continue;
    const std::string name = entry.path().stem().string();
    keys[name] = key_of(name);
  }
  REQUIRE(keys.size() >= 36);
  return keys;
}

TEST_CASE("the keys that real programs make are public keys") {
  for (const auto& [name, octets] : real_keys()) {
    INFO(name);
    CHECK(word_for(octets) == "none");
  }
}

TEST_CASE("half a packet of a key, or more than a key, is none") {
  for (const std::string name : {"core-1.160", "core-2.57", "gpg-nistp521",
                                 "gpg-signing-subkey", "openpgpjs6-v6-x448"}) {
    const Octets key = key_of(name);
    INFO(name);
    std::size_t smaller_keys = 0;
    for (std::size_t size = 0; size < key.size(); ++size) {
      const Octets shorter(key.begin(), key.begin() + static_cast<int>(size));
      if (word_for(shorter) == "none") ++smaller_keys;
    }
    // Ends behind a primary key or a signature, but in front of the last one.
    CHECK(smaller_keys >= 2);
    CHECK(smaller_keys <= 4);
    CHECK(word_for(join({key, {0}})) == "not-a-packet");
    CHECK(word_for(join({key, {0xCD}})) == "truncated-packet");
    CHECK(word_for(join({key, key})) == "public-key-packet");
  }
  CHECK(word_for({}) == "no-public-key");
}

struct Broken {
  const char* what;
  const char* key;
  std::size_t place;
  std::uint8_t octet;
  const char* word;
};

// Places in the key packet, the user id's signature, the subkey and its
// signature.
const Broken kBroken[] = {
    {"a secret key", "core-1.160", 0, 0xC5, "public-key-packet"},
    {"a subkey first", "core-1.160", 0, 0xCE, "public-key-packet"},
    {"a version 3 key", "core-1.160", 2, 3, "key-version"},
    {"a version 5 key", "core-1.160", 2, 5, "key-version"},
    {"DSA", "core-1.160", 7, 17, "public-key-algorithm"},
    {"Elgamal", "core-1.160", 7, 16, "public-key-algorithm"},
    {"a primary key that cannot sign", "gpg-rsa2048", 8, 2,
     "public-key-algorithm"},
    {"a curve of another algorithm", "core-1.160", 7, 19, "curve"},
    {"an unknown curve", "core-1.160", 17, 2, "curve"},
    {"a point's bit count", "core-1.160", 19, 6, "invalid-mpi"},
    {"a point's form", "core-1.160", 20, 0x41, "invalid-point"},
    {"a user attribute", "core-1.160", 53, 0xD1, "public-key-packet"},
    {"a marker", "core-1.160", 53, 0xCA, "public-key-packet"},
    {"padding", "core-1.160", 53, 0xD5, "public-key-packet"},
    {"a trust packet", "core-1.160", 53, 0xCC, "public-key-packet"},
    {"a private packet", "core-1.160", 53, 0xFC, "public-key-packet"},
    {"a control character in the user id", "core-1.160", 56, 7,
     "invalid-user-id"},
    {"a user id that is not UTF-8", "core-1.160", 56, 0xE9, "invalid-user-id"},
    {"a version 3 signature", "core-1.160", 79, 3, "signature-version"},
    {"a version 6 signature", "core-1.160", 79, 6, "signature-version"},
    {"a signature of a text", "core-1.160", 80, 1, "signature-type"},
    {"a revocation", "core-1.160", 80, 0x30, "signature-type"},
    {"a binding of a user id", "core-1.160", 80, 0x18, "signature-type"},
    {"another algorithm's signature", "core-1.160", 81, 27,
     "signature-algorithm"},
    {"an unknown hash", "core-1.160", 82, 4, "hash-algorithm"},
    {"an area that ends too soon", "core-1.160", 84, 0x36, "truncated-packet"},
    {"no time of creation", "core-1.160", 86, 3, "signature-subpacket"},
    {"a policy's address", "core-1.160", 86, 26, "signature-subpacket"},
    {"a signer's name", "core-1.160", 86, 28, "signature-subpacket"},
    {"a reason to revoke", "core-1.160", 86, 29, "signature-subpacket"},
    {"a key server's address", "core-1.160", 86, 24, "signature-subpacket"},
    {"an unknown subpacket", "core-1.160", 86, 100, "signature-subpacket"},
    {"a fingerprint of another version", "core-1.160", 93, 6,
     "signature-issuer"},
    {"a fingerprint that is not the key ID's", "core-1.160", 113, 0,
     "signature-issuer"},
    {"a key flag that nobody knows", "core-1.160", 116, 0x41,
     "signature-subpacket-value"},
    {"features that nobody knows", "core-1.160", 119, 'A',
     "signature-subpacket-value"},
    {"a letter for a cipher", "core-1.160", 122, 'A',
     "signature-subpacket-value"},
    {"a cipher twice", "core-1.160", 123, 9, "signature-subpacket-value"},
    {"a primary user id of 2", "core-1.160", 139, 2,
     "signature-subpacket-value"},
    {"a subpacket twice", "core-1.160", 138, 30, "signature-subpacket"},
    {"preferences that were not signed", "core-1.160", 143, 11,
     "signature-subpacket"},
    {"a number's bit count", "core-1.160", 155, 0xFE, "invalid-mpi"},
    {"another key version in the subkey", "core-1.160", 224, 6,
     "invalid-field-count"},
    {"signing key's curve for encryption", "core-1.160", 235, 0xDA, "curve"},
    {"the top bit of a point", "core-1.160", 275, 0x88, "invalid-point"},
    {"KDF parameters", "core-1.160", 276, 4, "kdf-parameters"},
    {"KDF hash", "core-1.160", 278, 'A', "kdf-parameters"},
    {"KDF cipher", "core-1.160", 279, 3, "kdf-parameters"},
    {"another issuer", "core-1.160", 300, 0xF1, "signature-issuer"},
    {"another issuer's ID", "core-1.160", 324, 0x78, "signature-issuer"},
    {"a direct signature's type", "core-2.57", 56, 0x10, "signature-type"},
    {"a letter for a mode", "core-2.57", 114, 'A', "signature-subpacket-value"},
    {"an unknown notation", "core-2.57", 128, 'R', "signature-subpacket-value"},
    {"a notation's flags", "core-2.57", 123, 1, "signature-subpacket-value"},
    {"a blank in an address", "core-2.57", 147, ' ',
     "signature-subpacket-value"},
    {"an address without a domain", "core-2.57", 150, 'a',
     "signature-subpacket-value"},
    {"count of material", "openpgpjs6-v6-x25519", 11, 0x1F,
     "invalid-field-count"},
    {"count of material, far above", "openpgpjs6-v6-x25519", 9, 1,
     "invalid-field-count"},
    {"a modulus that is even", "gpg-rsa2048", 266, 0, "key-size"},
};

TEST_CASE("each field of a key that is wrong is told by name") {
  for (const Broken& row : kBroken) {
    INFO(row.what);
    Octets key = key_of(row.key);
    REQUIRE(word_for(key) == "none");
    REQUIRE(key[row.place] != row.octet);
    key[row.place] = row.octet;
    CHECK(word_for(key) == row.word);
  }
}

}  // namespace
