#include "mime/openpgp_packets.h"

#include <algorithm>

#include "mime/openpgp_limits.h"

namespace mime {
namespace {

// RFC 9580 5.8.
constexpr std::array<std::uint8_t, 3> kMarkerBody = {'P', 'G', 'P'};

// Why a packet of this type cannot stand in an encrypted message.
OpenPgpDefect foreign_packet(PacketType type) {
  switch (type) {
    case PacketType::kSymmetricallyEncryptedData:
      return OpenPgpDefect::kNoIntegrity;
    case PacketType::kGnuPgOcb:
      return OpenPgpDefect::kOcbPacket;
    case PacketType::kSignature:
    case PacketType::kOnePassSignature:
    case PacketType::kSecretKey:
    case PacketType::kPublicKey:
    case PacketType::kSecretSubkey:
    case PacketType::kPublicSubkey:
    case PacketType::kCompressedData:
    case PacketType::kLiteralData:
    case PacketType::kUserId:
    case PacketType::kUserAttribute:
      return OpenPgpDefect::kUnencryptedPacket;
    default:
      return OpenPgpDefect::kUnexpectedPacket;
  }
}

}  // namespace

void PacketReader::refuse(OpenPgpDefect defect) {
  if (defect_ == OpenPgpDefect::kNone) defect_ = defect;
}

void PacketReader::write(std::span<const std::uint8_t> octets) {
  while (!octets.empty() && defect_ == OpenPgpDefect::kNone) {
    const std::size_t taken = take(octets);
    octets = octets.subspan(taken);
    offset_ += taken;
  }
}

std::size_t PacketReader::take(std::span<const std::uint8_t> octets) {
  switch (step_) {
    case Step::kBody: {
      const std::size_t size = std::min<std::size_t>(remaining_, octets.size());
      remaining_ -= static_cast<std::uint32_t>(size);
      body(octets.first(size));
      if (remaining_ == 0) end_of_length();
      return size;
    }
    case Step::kEnd:
      refuse(OpenPgpDefect::kOctetsAfterMessage);
      return octets.size();
    default:
      header_octet(octets.front());
      return 1;
  }
}

void PacketReader::header_octet(std::uint8_t octet) {
  header_[header_size_++] = octet;
  const std::span<const std::uint8_t> so_far(header_.data(), header_size_);
  if (step_ == Step::kPartialLength) {
    const PacketLength length = parse_packet_length(so_far);
    if (length.size != 0) begin_body(length);
    return;
  }
  const PacketHeader header = parse_packet_header(so_far);
  if (header.defect != OpenPgpDefect::kNone) return refuse(header.defect);
  if (header.size != 0) begin_packet(header);
}

void PacketReader::begin_packet(const PacketHeader& header) {
  type_ = header.type;
  OpenPgpDefect defect = OpenPgpDefect::kNone;
  switch (header.type) {
    case PacketType::kPkesk:
    case PacketType::kSkesk:
      defect = begin_session_key(header);
      break;
    case PacketType::kMarker:
    case PacketType::kPadding:
      defect = begin_ignored(header);
      break;
    case PacketType::kSeipd:
      defect = begin_encrypted_data(header);
      break;
    case PacketType::kGnuPgOcb:
      defect = ocb_packet_ ? begin_encrypted_data(header)
                           : foreign_packet(header.type);
      break;
    default:
      defect = foreign_packet(header.type);
  }
  if (defect != OpenPgpDefect::kNone) return refuse(defect);
  begin_body(header.length);
}

OpenPgpDefect PacketReader::begin_session_key(const PacketHeader& header) {
  const PacketLength& length = header.length;
  // RFC 9580 4.2.1.4: data packets alone may be partial.
  if (length.kind != LengthKind::kWhole) return OpenPgpDefect::kPartialLength;
  if (length.octets == 0) return OpenPgpDefect::kTruncatedPacket;
  if (length.octets > kMaxSessionKeyPacket)
    return OpenPgpDefect::kSessionKeyTooLong;
  if (++session_keys_ > kMaxSessionKeys)
    return OpenPgpDefect::kTooManySessionKeys;
  if (header.type == PacketType::kSkesk && ++password_keys_ > kMaxPasswordKeys)
    return OpenPgpDefect::kTooManyPasswordKeys;
  return OpenPgpDefect::kNone;
}

OpenPgpDefect PacketReader::begin_ignored(const PacketHeader& header) {
  if (header.length.kind != LengthKind::kWhole)
    return OpenPgpDefect::kPartialLength;
  if (header.type == PacketType::kMarker && header.length.octets != 3)
    return OpenPgpDefect::kInvalidMarker;
  return ++ignored_packets_ > kMaxIgnoredPackets
             ? OpenPgpDefect::kTooManyIgnoredPackets
             : OpenPgpDefect::kNone;
}

OpenPgpDefect PacketReader::begin_encrypted_data(const PacketHeader& header) {
  if (session_keys_ == 0) return OpenPgpDefect::kNoSessionKey;
  if (header.length.kind == LengthKind::kPartial &&
      header.length.octets < kMinFirstPartial)
    return OpenPgpDefect::kFirstPartialTooShort;
  encrypted_data_.emplace(header.type);
  short_body_ = {};
  return OpenPgpDefect::kNone;
}

void PacketReader::begin_body(const PacketLength& length) {
  header_size_ = 0;
  body_offset_ = offset_ + 1;  // behind the header's last octet
  remaining_ = length.octets;
  partial_ = length.kind == LengthKind::kPartial;
  step_ = Step::kBody;
  if (remaining_ == 0) end_of_length();
}

void PacketReader::body(std::span<const std::uint8_t> octets) {
  if (encrypted_data_) return encrypted_data(octets, offset_);
  // RFC 9580 5.14: random octets, which look like ciphertext.
  if (type_ == PacketType::kPadding)
    return statistics_.ciphertext(octets, offset_);
  short_body(octets);
}

// Collects the body where the input cuts it.
void PacketReader::short_body(std::span<const std::uint8_t> octets) {
  if (remaining_ == 0 && short_body_.empty()) {
    if (type_ == PacketType::kMarker) {
      if (!std::equal(octets.begin(), octets.end(), kMarkerBody.begin()))
        refuse(OpenPgpDefect::kInvalidMarker);
      return;
    }
    return check_session_key(octets);
  }
  short_body_.insert(short_body_.end(), octets.begin(), octets.end());
  if (remaining_ != 0) return;
  std::vector<std::uint8_t> whole;
  whole.swap(short_body_);
  short_body(whole);
}

void PacketReader::check_session_key(std::span<const std::uint8_t> body) {
  const SessionKeyCheck check =
      type_ == PacketType::kPkesk
          ? check_pkesk(body, body_offset_, statistics_)
          : check_skesk(body, body_offset_, statistics_);
  if (check.defect != OpenPgpDefect::kNone) return refuse(check.defect);
  session_key_versions_[static_cast<std::size_t>(check.version)] = true;
}

void PacketReader::encrypted_data(std::span<const std::uint8_t> octets,
                                  std::uint64_t offset) {
  // The version by itself, so that what is wrong first is told first however
  // the input is cut.
  if (!encrypted_data_->version_known() && octets.size() > 1) {
    encrypted_data(octets.first(1), offset);
    if (defect_ != OpenPgpDefect::kNone) return;
    octets = octets.subspan(1);
    ++offset;
  }
  const bool had_version = encrypted_data_->version_known();
  const OpenPgpDefect defect =
      encrypted_data_->write(octets, offset, statistics_);
  if (defect != OpenPgpDefect::kNone) return refuse(defect);
  if (statistics_.surely_readable())
    return refuse(OpenPgpDefect::kReadableOctets);
  if (had_version || !encrypted_data_->version_known()) return;
  // RFC 9580 10.3.2.1.  Stricter: a session key that a reader would have to
  // ignore has no place in the message.
  const SessionKeyVersion wanted = encrypted_data_->session_keys();
  auto matches = session_key_versions_;
  matches[static_cast<std::size_t>(wanted)] = false;
  if (wanted == SessionKeyVersion::kGnuPgOcb)
    matches[static_cast<std::size_t>(SessionKeyVersion::kLegacy)] = false;
  if (std::find(matches.begin(), matches.end(), true) != matches.end())
    refuse(OpenPgpDefect::kSessionKeyVersion);
}

void PacketReader::end_of_length() {
  header_size_ = 0;
  if (partial_) {
    step_ = Step::kPartialLength;
    return;
  }
  if (encrypted_data_) {
    const OpenPgpDefect defect = encrypted_data_->finish();
    if (defect != OpenPgpDefect::kNone) return refuse(defect);
    step_ = Step::kEnd;
    return;
  }
  step_ = Step::kHeader;
}

OpenPgpDefect PacketReader::finish() {
  if (defect_ != OpenPgpDefect::kNone) return defect_;
  if (step_ == Step::kEnd) {
    refuse(statistics_.finish());
  } else if (step_ != Step::kHeader || header_size_ != 0) {
    refuse(OpenPgpDefect::kTruncatedPacket);
  } else {
    refuse(session_keys_ == 0 ? OpenPgpDefect::kNoSessionKey
                              : OpenPgpDefect::kNoEncryptedData);
  }
  return defect_;
}

}  // namespace mime
