#pragma once

// Takes the fields of a packet off its body, front to back, and hands those
// that should be random to the statistics.

#include <cstdint>
#include <span>

#include "mime/openpgp_defect.h"
#include "mime/openpgp_statistics.h"

namespace mime {

class FieldReader {
 public:
  using Octets = std::span<const std::uint8_t>;

  // `offset` is the place of the body in the message.
  FieldReader(Octets body, std::uint64_t offset, OpenPgpStatistics& statistics)
      : body_(body), rest_(body), offset_(offset), statistics_(statistics) {}

  // A field that is not there whole is empty, and the defect is set.
  Octets take(std::size_t octets);
  // One octet, or zero.
  std::uint8_t octet();
  // The octets of a number whose bit count is exact; empty, with a defect, when
  // there is none.  // RFC 9580 3.2
  Octets mpi(std::size_t& bits);
  Octets rest() { return take(rest_.size()); }
  std::size_t size() const { return rest_.size(); }

  // The first defect stays, and nothing is left to take.
  void refuse(OpenPgpDefect defect);
  void require(bool condition, OpenPgpDefect defect) {
    if (!condition) refuse(defect);
  }
  void require_none(OpenPgpDefect defect) {
    require(defect == OpenPgpDefect::kNone, defect);
  }
  bool good() const { return defect_ == OpenPgpDefect::kNone; }
  // Call behind the last field.
  OpenPgpDefect finish();
  // Reads a field that was taken and has fields of its own.
  FieldReader inside(Octets field) const {
    return {field, place_of(field), statistics_};
  }

  // Fields, or parts of them, that were taken.
  void ciphertext(Octets field) {
    statistics_.ciphertext(field, place_of(field));
  }
  void identifier(Octets field) {
    statistics_.identifier(field, place_of(field));
  }
  void salt(Octets field) { statistics_.salt(field, place_of(field)); }

 private:
  std::uint64_t place_of(Octets field) const;

  Octets body_;
  Octets rest_;
  std::uint64_t offset_;
  OpenPgpStatistics& statistics_;
  OpenPgpDefect defect_ = OpenPgpDefect::kNone;
};

}  // namespace mime
