#include "mime/openpgp_public_key.h"

#include <algorithm>
#include <string_view>

#include "mime/openpgp_header.h"
#include "mime/openpgp_key_material.h"
#include "mime/openpgp_signature.h"
#include "mime/openpgp_statistics.h"
#include "mime/utf8.h"

namespace mime {
namespace {

using Octets = FieldReader::Octets;

// UTF-8 without control characters.  // RFC 9580 5.11
bool is_user_id(Octets octets) {
  const std::string_view text(reinterpret_cast<const char*>(octets.data()),
                              octets.size());
  return is_utf8(text) && !has_c1_control(text) &&
         std::none_of(octets.begin(), octets.end(), [](std::uint8_t octet) {
           return octet < 0x20 || octet == 0x7F;
         });
}

class TransferableKey {
 public:
  explicit TransferableKey(Octets octets) : octets_(octets) {}
  OpenPgpDefect check();

 private:
  OpenPgpDefect packet(PacketType type, FieldReader& fields);
  OpenPgpDefect primary_key(FieldReader& fields);
  OpenPgpDefect user_id(FieldReader& fields);
  OpenPgpDefect subkey(FieldReader& fields);
  OpenPgpDefect signature(FieldReader& fields);
  // Is what stands before bound by a signature?
  bool is_bound() const {
    return place_ == SignaturePlace::kKey || has_signature_;
  }
  void begin(SignaturePlace place) {
    place_ = place;
    has_signature_ = false;
  }

  Octets octets_;
  OpenPgpStatistics statistics_;
  bool has_primary_ = false;
  Signer signer_;
  PublicKey subkey_;
  SignaturePlace place_ = SignaturePlace::kKey;
  bool has_signature_ = false;
  std::size_t user_ids_ = 0;
  std::size_t user_id_octets_ = 0;
  std::size_t subkeys_ = 0;
  std::size_t signatures_ = 0;
};

OpenPgpDefect TransferableKey::check() {
  Octets rest = octets_;
  while (!rest.empty()) {
    const PacketHeader header = parse_packet_header(rest);
    if (header.defect != OpenPgpDefect::kNone) return header.defect;
    if (header.length.kind != LengthKind::kWhole) {
      return OpenPgpDefect::kPartialLength;
    }
    if (header.size == 0 || header.length.octets > rest.size() - header.size) {
      return OpenPgpDefect::kTruncatedPacket;
    }
    const Octets body = rest.subspan(header.size, header.length.octets);
    const auto offset =
        static_cast<std::uint64_t>(body.data() - octets_.data());
    FieldReader fields(body, offset, statistics_);
    const OpenPgpDefect defect = packet(header.type, fields);
    if (defect != OpenPgpDefect::kNone) return defect;
    rest = rest.subspan(header.size + header.length.octets);
  }
  if (!has_primary_) return OpenPgpDefect::kNoPublicKey;
  if (!is_bound()) return OpenPgpDefect::kNoSelfSignature;
  return statistics_.finish();
}

OpenPgpDefect TransferableKey::packet(PacketType type, FieldReader& fields) {
  if (has_primary_ == (type == PacketType::kPublicKey)) {
    return OpenPgpDefect::kPublicKeyPacket;
  }
  switch (type) {
    case PacketType::kPublicKey:
      return primary_key(fields);
    case PacketType::kUserId:
      return user_id(fields);
    case PacketType::kPublicSubkey:
      return subkey(fields);
    case PacketType::kSignature:
      return signature(fields);
    default:
      return OpenPgpDefect::kPublicKeyPacket;
  }
}

OpenPgpDefect TransferableKey::primary_key(FieldReader& fields) {
  has_primary_ = true;
  signer_.key = take_public_key(fields);
  fields.require(can_sign(signer_.key.algorithm),
                 OpenPgpDefect::kPublicKeyAlgorithm);
  return fields.finish();
}

OpenPgpDefect TransferableKey::user_id(FieldReader& fields) {
  if (place_ == SignaturePlace::kSubkey) return OpenPgpDefect::kPublicKeyPacket;
  if (!is_bound()) return OpenPgpDefect::kNoSelfSignature;
  begin(SignaturePlace::kUserId);
  const Octets text = fields.rest();
  user_id_octets_ += text.size();
  fields.require(
      ++user_ids_ <= kMaxUserIds && user_id_octets_ <= kMaxUserIdOctets,
      OpenPgpDefect::kTooManyUserIds);
  fields.require(is_user_id(text), OpenPgpDefect::kInvalidUserId);
  return fields.finish();
}

OpenPgpDefect TransferableKey::subkey(FieldReader& fields) {
  if (!is_bound()) return OpenPgpDefect::kNoSelfSignature;
  begin(SignaturePlace::kSubkey);
  fields.require(++subkeys_ <= kMaxSubkeys, OpenPgpDefect::kTooManyKeyPackets);
  subkey_ = take_public_key(fields);
  fields.require(subkey_.version == signer_.key.version,
                 OpenPgpDefect::kKeyVersion);
  return fields.finish();
}

OpenPgpDefect TransferableKey::signature(FieldReader& fields) {
  has_signature_ = true;
  fields.require(++signatures_ <= kMaxKeySignatures,
                 OpenPgpDefect::kTooManyKeyPackets);
  if (fields.good()) take_signature(fields, place_, signer_, subkey_);
  return fields.finish();
}

}  // namespace

OpenPgpDefect check_public_key(std::span<const std::uint8_t> octets) {
  return TransferableKey(octets).check();
}

}  // namespace mime
