#include "mime/openpgp_subpackets.h"

#include <algorithm>
#include <string_view>

#include "mime/author.h"
#include "mime/field_text.h"

namespace mime {
namespace {

using Octets = FieldReader::Octets;

// RFC 9580 5.2.3.7
enum : std::uint8_t {
  kSignatureCreationTime = 2,
  kSignatureExpirationTime = 3,
  kExportable = 4,
  kRevocable = 7,
  kKeyExpirationTime = 9,
  kPreferredCiphers = 11,
  kIssuerKeyId = 16,
  kNotation = 20,
  kPreferredHashes = 21,
  kPreferredCompression = 22,
  kKeyServerPreferences = 23,
  kPrimaryUserId = 25,
  kKeyFlags = 27,
  kFeatures = 30,
  kEmbeddedSignature = 32,
  kIssuerFingerprint = 33,
  kPreferredAead = 34,  // of a draft; GnuPG 2.3 and later write it
  kPreferredAeadSuites = 39,
  // Notations, of which two may stand in one signature.
  kSaltNotation = 62,
  kRelaysNotation = 63,
};

// More than there are algorithms of any kind.
constexpr std::size_t kMostPreferences = 16;
// The addresses of one account: a few.
constexpr std::size_t kMostRelays = 256;

// RFC 9580 5.2.3.7: as the length of a packet, but never partial.
std::size_t take_length(FieldReader& area) {
  const std::size_t first = area.octet();
  if (first < 192) return first;
  if (first < 255) return ((first - 192) << 8) + area.octet() + 192;
  std::size_t length = 0;
  for (int octet = 0; octet < 4; ++octet) length = length << 8 | area.octet();
  return length;
}

bool is_at_most(Octets value, std::uint8_t most) {
  return value.size() == 1 && value[0] <= most;
}

// Numbers of algorithms, each once: all registries end below 32.
bool are_preferences(Octets value) {
  std::uint32_t seen = 0;
  for (const std::uint8_t algorithm : value) {
    if (algorithm >= 32 || (seen >> algorithm & 1) != 0) return false;
    seen |= std::uint32_t{1} << algorithm;
  }
  return value.size() <= kMostPreferences;
}

// Pairs of a cipher and a mode.  // RFC 9580 5.2.3.15
bool are_aead_suites(Octets value) {
  std::uint64_t seen = 0;
  if (value.size() % 2 != 0) return false;
  for (; !value.empty(); value = value.subspan(2)) {
    if (!is_aead_cipher(value[0]) || aead_nonce_octets(value[1]) == 0) {
      return false;
    }
    const unsigned pair = value[0] * 4U + value[1];
    if ((seen >> pair & 1) != 0) return false;
    seen |= std::uint64_t{1} << pair;
  }
  return true;
}

// The bits that RFC 9580 5.2.3.29 names: no octet is a letter.
bool are_key_flags(Octets value) {
  return !value.empty() && value.size() <= 2 && (value[0] & 0x40) == 0 &&
         (value.size() == 1 || (value[1] & ~0x0C) == 0);
}

bool are_addresses(std::string_view list) {
  if (list.size() > kMostRelays) return false;
  while (true) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view address = list.substr(0, end);
    const bool is_plain =
        std::all_of(address.begin(), address.end(),
                    [](char c) { return c == '.' || c == '@' || is_atext(c); });
    if (!is_plain || !parse_addr_spec(address)) return false;
    if (end == list.size()) return true;
    list.remove_prefix(end + 1);
  }
}

std::string_view text_of(Octets octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace

bool Subpackets::is_first(std::uint8_t type) {
  const bool first = !has(type);
  seen_ |= std::uint64_t{1} << type;
  return first;
}

void Subpackets::take(FieldReader& area, bool is_hashed) {
  const std::size_t length = take_length(area);
  FieldReader fields = area.inside(area.take(length));
  const std::uint8_t type = fields.octet() & 0x7F;  // the rest is "critical"
  const bool is_known =
      type < 62 && (is_hashed || type == kIssuerKeyId ||
                    type == kIssuerFingerprint || type == kEmbeddedSignature);
  fields.require(is_known && (type == kNotation || is_first(type)),
                 OpenPgpDefect::kSignatureSubpacket);
  if (fields.good()) value(type, fields);
  area.require_none(fields.finish());
}

void Subpackets::value(std::uint8_t type, FieldReader& fields) {
  const auto check = [&](bool is_right) {
    fields.require(is_right, OpenPgpDefect::kSignatureSubpacketValue);
  };
  switch (type) {
    case kSignatureCreationTime:
    case kSignatureExpirationTime:
    case kKeyExpirationTime:
      return check(fields.rest().size() == 4);
    case kExportable:
    case kRevocable:
    case kPrimaryUserId:
      return check(is_at_most(fields.rest(), 1));
    case kPreferredCiphers:
    case kPreferredHashes:
    case kPreferredCompression:
    case kPreferredAead:
      return check(are_preferences(fields.rest()));
    case kPreferredAeadSuites:
      return check(are_aead_suites(fields.rest()));
    case kKeyServerPreferences:  // 0x80: only the owner may change it
      return check(fields.size() == 1 && (fields.octet() & 0x7F) == 0);
    case kKeyFlags:
      return check(are_key_flags(fields.rest()));
    case kFeatures:
      return check(is_at_most(fields.rest(), 15));
    case kIssuerKeyId:
      return key_id(fields);
    case kIssuerFingerprint:
      return fingerprint(fields);
    case kEmbeddedSignature:
      return back_signature(fields);
    case kNotation:
      return notation(fields);
    default:
      fields.refuse(OpenPgpDefect::kSignatureSubpacket);
  }
}

// RFC 9580 5.2.3.35.  A fingerprint is as free as the key is; the same again
// is not.
void Subpackets::fingerprint(FieldReader& fields) {
  const std::size_t size = signer_.key.version == 6 ? 32 : 20;
  fields.require(fields.octet() == signer_.key.version && fields.size() == size,
                 OpenPgpDefect::kSignatureIssuer);
  const Octets value = fields.rest();
  if (!fields.good()) return;
  if (signer_.fingerprint.empty()) {
    signer_.fingerprint = value;
    return fields.identifier(value);
  }
  fields.require(
      std::equal(value.begin(), value.end(), signer_.fingerprint.begin(),
                 signer_.fingerprint.end()),
      OpenPgpDefect::kSignatureIssuer);
}

void Subpackets::key_id(FieldReader& fields) {
  const Octets value = fields.rest();
  fields.require(value.size() == 8, OpenPgpDefect::kSignatureIssuer);
  if (signer_.key_id.empty()) signer_.key_id = value;
  fields.require(std::equal(value.begin(), value.end(), signer_.key_id.begin(),
                            signer_.key_id.end()),
                 OpenPgpDefect::kSignatureIssuer);
}

void Subpackets::back_signature(FieldReader& fields) {
  fields.require(place_ == SignaturePlace::kSubkey,
                 OpenPgpDefect::kSignatureSubpacket);
  if (!fields.good()) return;
  Signer signer{subkey_, {}, {}};
  take_signature(fields, SignaturePlace::kBack, signer, subkey_);
}

// RFC 9580 5.2.3.24.  Sequoia and OpenPGP.js salt their signatures; Delta Chat
// names the addresses at which the key's owner can be reached.
void Subpackets::notation(FieldReader& fields) {
  const auto refuse_unless = [&](bool condition) {
    fields.require(condition, OpenPgpDefect::kSignatureSubpacketValue);
  };
  const Octets head = fields.take(8);  // flags, octets of name and of value
  if (head.empty()) return;
  const std::size_t name_size = std::size_t{head[4]} << 8 | head[5];
  const std::size_t value_size = std::size_t{head[6]} << 8 | head[7];
  refuse_unless((head[0] & 0x7F) == 0 && head[1] == 0 && head[2] == 0 &&
                head[3] == 0);
  const std::string_view name = text_of(fields.take(name_size));
  const Octets value = fields.take(value_size);
  if (name == "relays@chatmail.at") {
    return refuse_unless(is_first(kRelaysNotation) &&
                         are_addresses(text_of(value)));
  }
  refuse_unless((name == "salt@notations.sequoia-pgp.org" ||
                 name == "salt@notations.openpgpjs.org") &&
                value_size >= 16 && value_size <= 32 &&
                is_first(kSaltNotation));
  if (fields.good()) fields.salt(value);
}

void Subpackets::finish(FieldReader& fields) {
  fields.require(has(kSignatureCreationTime),  // RFC 9580 5.2.3.11
                 OpenPgpDefect::kSignatureSubpacket);
  const Octets& whole = signer_.fingerprint;
  const Octets& half = signer_.key_id;
  fields.require(has(kIssuerFingerprint) || has(kIssuerKeyId),
                 OpenPgpDefect::kSignatureIssuer);
  if (!fields.good() || half.empty()) return;
  if (whole.empty()) return fields.identifier(half);
  // RFC 9580 5.5.4
  const Octets part = signer_.key.version == 6 ? whole.first(8) : whole.last(8);
  fields.require(std::equal(part.begin(), part.end(), half.begin(), half.end()),
                 OpenPgpDefect::kSignatureIssuer);
}

}  // namespace mime
