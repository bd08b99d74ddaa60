#pragma once

// libopendkim held at arm's length: what both of its engines share.
//
// Its header is C: it says _Bool, and names a structure `dkim`, which this
// namespace is called; both get another name while the header is read.  A
// handle of the library has its options set before threads share it.

#include <memory>
#include <string>
#include <string_view>

#define _Bool bool  // NOLINT(bugprone-reserved-identifier)
#define dkim opendkim_message
#include <opendkim/dkim.h>
#undef dkim
#undef _Bool

namespace dkim {

struct OpendkimLibraryDeleter {
  void operator()(DKIM_LIB* library) const { dkim_close(library); }
};
using OpendkimLibrary = std::unique_ptr<DKIM_LIB, OpendkimLibraryDeleter>;

struct OpendkimMessageDeleter {
  void operator()(DKIM* message) const { dkim_free(message); }
};
using OpendkimMessage = std::unique_ptr<DKIM, OpendkimMessageDeleter>;

inline unsigned char* as_unsigned(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}
inline const unsigned char* as_unsigned(const char* text) {
  return reinterpret_cast<const unsigned char*>(text);
}

// The body as libopendkim wants it: in pieces, and ending in CRLF, which
// RFC 6376 3.4 adds where it is missing.
class OpendkimBody {
 public:
  void write(DKIM* message, std::string_view octets);
  void finish(DKIM* message);

 private:
  bool empty_ = true;
  char before_last_ = '\0';
  char last_ = '\0';
};

}  // namespace dkim
