#include "mime/openpgp_fields.h"

namespace mime {

FieldReader::Octets FieldReader::take(std::size_t octets) {
  if (octets > rest_.size()) {
    refuse(OpenPgpDefect::kTruncatedPacket);
    return {};
  }
  const Octets field = rest_.first(octets);
  rest_ = rest_.subspan(octets);
  return field;
}

std::uint8_t FieldReader::octet() {
  const Octets field = take(1);
  return field.empty() ? std::uint8_t{0} : field[0];
}

FieldReader::Octets FieldReader::mpi(std::size_t& bits) {
  const Octets count = take(2);
  if (count.empty()) return {};
  bits = std::size_t{count[0]} << 8 | count[1];
  const Octets number = take((bits + 7) / 8);
  if (number.empty()) {
    refuse(OpenPgpDefect::kInvalidMpi);
    return {};
  }
  const unsigned top_bits = (bits - 1) % 8;
  require(number[0] >> top_bits == 1, OpenPgpDefect::kInvalidMpi);
  return good() ? number : Octets();
}

void FieldReader::refuse(OpenPgpDefect defect) {
  if (defect_ == OpenPgpDefect::kNone) defect_ = defect;
  rest_ = {};
}

OpenPgpDefect FieldReader::finish() {
  require(rest_.empty(), OpenPgpDefect::kLeftOverOctets);
  return defect_;
}

std::uint64_t FieldReader::place_of(Octets field) const {
  if (field.empty()) return offset_;
  return offset_ + static_cast<std::uint64_t>(field.data() - body_.data());
}

}  // namespace mime
