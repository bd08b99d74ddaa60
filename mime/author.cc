#include "mime/author.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "mime/ascii.h"
#include "mime/field_text.h"
#include "mime/limits.h"
#include "mime/utf8.h"

namespace mime {
namespace {

bool is_eight_bit(char c) { return static_cast<unsigned char>(c) > 127; }
bool is_word_char(char c) { return is_atext(c) || is_eight_bit(c); }
bool is_dotted_char(char c) { return is_word_char(c) || c == '.'; }
bool is_literal_char(char c) {
  return c > ' ' && c <= '~' && c != '[' && c != ']';
}

bool is_label_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
         (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || is_eight_bit(c);
}

// RFC 5322 3.2.3: dot-atom-text.
bool is_dot_atom(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), is_dotted_char);
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLabelOctets &&
         label.front() != '-' && label.back() != '-' &&
         std::all_of(label.begin(), label.end(), is_label_char);
}

bool is_domain(std::string_view domain) {
  for (;;) {
    const std::size_t dot = domain.find('.');
    const std::string_view label = domain.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) {
      return !std::all_of(label.begin(), label.end(),
                          [](char c) { return c >= '0' && c <= '9'; });
    }
    domain.remove_prefix(dot + 1);
  }
}

// RFC 6532 3.2, without the controls of ISO 6429.
AuthorDefect check_eight_bit(std::string_view text) {
  if (!is_utf8(text)) return AuthorDefect::kEightBit;
  if (has_c1_control(text)) return AuthorDefect::kControlCharacter;
  if (has_deceptive_character(text)) return AuthorDefect::kEightBit;
  return AuthorDefect::kNone;
}

// RFC 2047 5: never in an addr-spec, and yet some readers decode it there.
bool has_encoded_word(std::string_view text) {
  const std::size_t begin = text.find("=?");
  return begin != std::string_view::npos &&
         text.find("?=", begin + 2) != std::string_view::npos;
}

// Quotes only where a dot-atom would not do.
std::string canonical_local_part(std::string_view value) {
  if (is_dot_atom(value)) return std::string(value);
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

// RFC 5322 3.2.3 specials, with which an address begins or ends.
constexpr std::string_view kSpecials = "<>()@,;:\"\\";

constexpr std::string_view kIpv6Tag = "IPv6:";  // RFC 5321 4.1.3

// One field body, read from left to right.
class AuthorText {
 public:
  explicit AuthorText(std::string_view text) : text_(text) {}

  AuthorDefect read_author(Mailbox& mailbox) {
    if (!text_.skip_cfws()) return AuthorDefect::kSyntax;
    if (text_.at_end()) return AuthorDefect::kEmpty;
    bool is_angled = false;
    if (const AuthorDefect defect = read_words(is_angled);
        defect != AuthorDefect::kNone) {
      return defect;
    }
    const AuthorDefect defect =
        is_angled ? read_angled(mailbox) : read_domain(mailbox);
    if (defect != AuthorDefect::kNone) return defect;
    if (!is_angled) mailbox.local_part = std::move(local_part_);
    if (!text_.skip_cfws()) return AuthorDefect::kSyntax;
    if (text_.peek() == ',') return AuthorDefect::kSeveral;
    if (!text_.at_end() || text_.has_misleading_comments()) {
      return AuthorDefect::kSyntax;
    }
    return AuthorDefect::kNone;
  }

  AuthorDefect read_addr_spec(Mailbox& mailbox) {
    if (text_.at_end()) return AuthorDefect::kEmpty;
    if (text_.peek() == '@') return AuthorDefect::kRoute;
    const AuthorDefect defect = read_local_part();
    if (defect != AuthorDefect::kNone) return defect;
    if (!text_.take('@')) return AuthorDefect::kSyntax;
    mailbox.local_part = std::move(local_part_);
    return read_domain(mailbox);
  }

  bool at_end() const { return text_.at_end(); }

 private:
  // Display name or local-part, up to and with the "<" or "@" that tells.
  AuthorDefect read_words(bool& is_angled) {
    const std::size_t first_word = text_.position();
    std::size_t begin = first_word;
    int words = 0;
    bool has_special = false;  // in a quoted-string
    while (!text_.at_end()) {
      if (text_.take('<')) {
        is_angled = true;
        // A reader that knows quotes at the start of a phrase only would find
        // an address in it: `x "<victim@bank.example>" <a@b.example>`.
        const bool is_alone = words == 1 && !text_.has_comments();
        return has_special && !is_alone ? AuthorDefect::kSyntax
                                        : AuthorDefect::kNone;
      }
      if (text_.peek() == '@') {
        const AuthorDefect defect = check_local_part(text_.since(begin));
        if (defect != AuthorDefect::kNone) return defect;
        text_.take('@');
        return begin == first_word ? AuthorDefect::kNone
                                   : AuthorDefect::kSyntax;
      }
      if (text_.peek() == ':') return AuthorDefect::kGroup;
      if (text_.peek() == ',') return AuthorDefect::kSeveral;
      std::string quoted;
      const bool is_word = !text_.take_while(is_dotted_char).empty() ||
                           text_.take_quoted_string(quoted);
      ++words;
      has_special |= quoted.find_first_of(kSpecials) != std::string::npos;
      const std::size_t word_end = text_.position();
      if (!is_word || !text_.skip_cfws()) return AuthorDefect::kSyntax;
      if (text_.position() != word_end) begin = text_.position();
    }
    return AuthorDefect::kSyntax;
  }

  // Behind "<".
  AuthorDefect read_angled(Mailbox& mailbox) {
    text_.skip_blanks();
    if (text_.peek() == '>') return AuthorDefect::kEmpty;
    const AuthorDefect defect = read_addr_spec(mailbox);
    if (defect != AuthorDefect::kNone) return defect;
    text_.skip_blanks();
    return text_.take('>') ? AuthorDefect::kNone : AuthorDefect::kSyntax;
  }

  AuthorDefect read_local_part() {
    const std::size_t begin = text_.position();
    std::string ignored;
    if (text_.peek() == '"' ? !text_.take_quoted_string(ignored)
                            : text_.take_while(is_dotted_char).empty()) {
      return AuthorDefect::kBadLocalPart;
    }
    return check_local_part(text_.since(begin));
  }

  // A dot-atom or a quoted-string; of `a."b"@c` (RFC 5322 4.4) neither.
  AuthorDefect check_local_part(std::string_view text) {
    std::string value(text);
    if (text.starts_with('"')) {
      FieldText quoted(text);
      bool is_whole = quoted.take_quoted_string(value) && quoted.at_end();
      // White space other than blanks cannot be told apart behind us, and a
      // reader that looks for the first '@' or '<' would find another author.
      if (!is_whole || value.empty() ||
          text.find_first_of("\t\r\n") != std::string_view::npos ||
          value.find_first_of(kSpecials) != std::string::npos) {
        return AuthorDefect::kBadLocalPart;
      }
    } else if (!is_dot_atom(text) || has_encoded_word(text)) {
      return AuthorDefect::kBadLocalPart;
    }
    local_part_ = canonical_local_part(value);
    if (local_part_.size() > kLocalPartOctets) return AuthorDefect::kTooLong;
    return check_eight_bit(local_part_);
  }

  AuthorDefect read_domain(Mailbox& mailbox) {
    if (text_.take('[')) {
      const std::string_view literal = text_.take_while(is_literal_char);
      if (!text_.take(']') || address_of_literal(literal).empty()) {
        return AuthorDefect::kBadDomain;
      }
      mailbox.domain = "[" + to_lower(literal) + "]";
      return AuthorDefect::kNone;
    }
    const std::string_view domain = text_.take_while(is_dotted_char);
    if (domain.size() > kDomainOctets) return AuthorDefect::kTooLong;
    if (!is_domain(domain)) return AuthorDefect::kBadDomain;
    mailbox.domain = to_lower(domain);
    return check_eight_bit(domain);
  }

  FieldText text_;
  std::string local_part_;
};

AuthorResult result_of(Mailbox mailbox, AuthorDefect defect) {
  if (defect != AuthorDefect::kNone) return {{}, defect};
  return {std::move(mailbox), defect};
}

}  // namespace

std::string_view to_string(AuthorDefect defect) {
  switch (defect) {
    case AuthorDefect::kNone:
      return "none";
    case AuthorDefect::kMissing:
      return "missing";
    case AuthorDefect::kRepeated:
      return "repeated";
    case AuthorDefect::kEmpty:
      return "empty";
    case AuthorDefect::kSeveral:
      return "several-mailboxes";
    case AuthorDefect::kGroup:
      return "group";
    case AuthorDefect::kRoute:
      return "route";
    case AuthorDefect::kSyntax:
      return "syntax";
    case AuthorDefect::kBadLocalPart:
      return "bad-local-part";
    case AuthorDefect::kBadDomain:
      return "bad-domain";
    case AuthorDefect::kControlCharacter:
      return "control-character";
    case AuthorDefect::kEightBit:
      return "8bit";
    case AuthorDefect::kTooLong:
      return "too-long";
  }
  return "unknown";
}

AuthorResult parse_author(std::string_view field_body) {
  if (has_stray_control(field_body)) {
    return {{}, AuthorDefect::kControlCharacter};
  }
  Mailbox mailbox;
  AuthorText text(field_body);
  const AuthorDefect defect = text.read_author(mailbox);
  return result_of(std::move(mailbox), defect);
}

AuthorResult parse_addr_spec(std::string_view text) {
  if (has_stray_control(text)) return {{}, AuthorDefect::kControlCharacter};
  Mailbox mailbox;
  AuthorText addr_spec(text);
  AuthorDefect defect = addr_spec.read_addr_spec(mailbox);
  if (defect == AuthorDefect::kNone && !addr_spec.at_end()) {
    defect = AuthorDefect::kSyntax;
  }
  return result_of(std::move(mailbox), defect);
}

std::string address_of_literal(std::string_view domain) {
  if (domain.starts_with('[') && domain.ends_with(']')) {
    domain = domain.substr(1, domain.size() - 2);
  }
  const bool is_ipv6 =
      equal_ignoring_case(domain.substr(0, kIpv6Tag.size()), kIpv6Tag);
  if (is_ipv6) domain.remove_prefix(kIpv6Tag.size());
  const std::string text(domain);
  if (text.size() >= INET6_ADDRSTRLEN || text.find('\0') != std::string::npos) {
    return {};
  }
  const int family = is_ipv6 ? AF_INET6 : AF_INET;
  std::array<unsigned char, sizeof(in6_addr)> address = {};
  if (inet_pton(family, text.c_str(), address.data()) != 1) return {};
  std::array<char, INET6_ADDRSTRLEN> canonical = {};
  if (inet_ntop(family, address.data(), canonical.data(), canonical.size()) ==
      nullptr) {
    return {};
  }
  return canonical.data();
}

}  // namespace mime
