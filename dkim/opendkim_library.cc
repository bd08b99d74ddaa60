#include "dkim/opendkim_library.h"

namespace dkim {

void OpendkimBody::write(DKIM* message, std::string_view octets) {
  if (octets.empty()) return;
  empty_ = false;
  before_last_ = octets.size() > 1 ? octets[octets.size() - 2] : last_;
  last_ = octets.back();
  std::string copy(octets);  // the parameter is not const
  dkim_body(message, as_unsigned(copy), copy.size());
}

void OpendkimBody::finish(DKIM* message) {
  if (empty_ || (before_last_ == '\r' && last_ == '\n')) return;
  std::string line_end = "\r\n";
  dkim_body(message, as_unsigned(line_end), line_end.size());
}

}  // namespace dkim
