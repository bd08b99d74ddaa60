#include "dkim/signature.h"

#include <algorithm>
#include <limits>

#include "dkim/base64.h"
#include "dkim/domain_name.h"
#include "dkim/limits.h"
#include "dkim/tag_list.h"

namespace dkim {
namespace {

// RFC 6376 3.5: 1 to 76 digits.  What does not fit saturates: it is later than
// any time and longer than any body.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  constexpr std::size_t max_digits = 76;
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  constexpr std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    number = number > (max - digit) / 10 ? max : number * 10 + digit;
  }
  return number;
}

Cause read_algorithm(const TagList& list, Signature& signature) {
  const auto value = list.value("a");
  if (!value) return Cause::kMissingTag;
  signature.algorithm = ascii_lower(*value);
  if (signature.algorithm == "rsa-sha256") {
    signature.key_type = KeyType::kRsa;
  } else if (signature.algorithm == "ed25519-sha256") {
    signature.key_type = KeyType::kEd25519;  // RFC 8463
  } else {
    return signature.algorithm == "rsa-sha1" ? Cause::kRsaSha1
                                             : Cause::kUnknownAlgorithm;
  }
  return Cause::kNone;
}

Cause read_names(const TagList& list, Signature& signature) {
  const auto sdid = list.value("d");
  const auto selector = list.value("s");
  if (sdid) signature.sdid = *sdid;
  if (selector) signature.selector = *selector;
  if (!sdid || !selector) return Cause::kMissingTag;
  const auto domain = canonical_domain(*sdid);
  // RFC 6376 3.5: domain-name has at least two labels.
  if (!domain || domain->find('.') == std::string::npos) return Cause::kSyntax;
  signature.domain = *domain;
  const auto label = canonical_domain(*selector);
  if (!label) return Cause::kSyntax;
  signature.key_name = *label + "._domainkey." + *domain;
  if (signature.key_name.size() > kMaxDomainNameSize) return Cause::kSyntax;
  return Cause::kNone;
}

// "=40" in i= is "@" (RFC 6376 2.11).
std::optional<std::string> decode_quoted_printable(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
  };
  std::string octets;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_fws(text[i])) continue;
    if (text[i] != '=') {
      octets.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = digit(text[i + 1]);
    const int low = digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    octets.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return octets;
}

Cause read_auid(const TagList& list, Signature& signature) {
  const auto value = list.value("i");
  if (!value) return Cause::kNone;
  signature.auid = *value;
  const auto auid = decode_quoted_printable(*value);
  if (!auid) return Cause::kSyntax;
  const std::size_t at = auid->rfind('@');
  if (at == std::string::npos) return Cause::kSyntax;
  const auto domain = canonical_domain(std::string_view(*auid).substr(at + 1));
  if (!domain) return Cause::kSyntax;
  if (!is_same_or_below(*domain, signature.domain)) {
    return Cause::kAuidOutsideSdid;
  }
  signature.auid_is_below = domain->size() != signature.domain.size();
  return Cause::kNone;
}

Cause read_canonicalization(const TagList& list, Signature& signature) {
  const auto value = list.value("c");
  if (!value) return Cause::kNone;
  const auto read = [](std::string_view word, Canonicalization& form) {
    if (equals_ignoring_case(word, "simple")) {
      form = Canonicalization::kSimple;
    } else if (equals_ignoring_case(word, "relaxed")) {
      form = Canonicalization::kRelaxed;
    } else {
      return false;
    }
    return true;
  };
  const std::size_t slash = value->find('/');
  if (!read(value->substr(0, slash), signature.header_canonicalization)) {
    return Cause::kSyntax;
  }
  if (slash == std::string_view::npos) return Cause::kNone;
  return read(value->substr(slash + 1), signature.body_canonicalization)
             ? Cause::kNone
             : Cause::kSyntax;
}

bool is_field_name(std::string_view name) {  // RFC 5322 2.2
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c >= 0x21 && c <= 0x7e && c != ';';
  });
}

Cause read_signed_fields(const TagList& list, Signature& signature) {
  const auto value = list.value("h");
  if (!value) return Cause::kMissingTag;
  signature.signed_fields = split_colons(*value, kMaxSignedFields + 1);
  if (signature.signed_fields.size() > kMaxSignedFields) return Cause::kSyntax;
  bool from = false;
  for (const std::string_view name : signature.signed_fields) {
    if (!is_field_name(name)) return Cause::kSyntax;
    from = from || equals_ignoring_case(name, "from");
  }
  return from ? Cause::kNone : Cause::kFromNotSigned;
}

Cause read_hashes(const TagList& list, Signature& signature) {
  const auto body_hash = list.value("bh");
  if (!body_hash) return Cause::kMissingTag;
  const auto hash = decode_base64(*body_hash);
  if (!hash || hash->size() != signature.body_hash.size()) {
    return Cause::kSyntax;
  }
  std::copy(hash->begin(), hash->end(), signature.body_hash.begin());
  for (const Tag& tag : list.tags) {
    if (tag.name != "b") continue;
    auto octets = decode_base64(tag.value);
    if (!octets || octets->empty()) return Cause::kSyntax;
    signature.octets = std::move(*octets);
    for (const char c : tag.value) {
      if (!is_fws(c)) signature.prefix.push_back(c);
      if (signature.prefix.size() == 8) break;
    }
    signature.signature_begin = tag.begin;
    signature.signature_end = tag.end;
    return Cause::kNone;
  }
  return Cause::kMissingTag;
}

Cause read_numbers(const TagList& list, Signature& signature) {
  const auto read = [&list](std::string_view name,
                            std::optional<std::uint64_t>& number) {
    const auto value = list.value(name);
    if (value) number = parse_number(*value);
    return !value || number;
  };
  if (!read("l", signature.body_length) || !read("t", signature.timestamp) ||
      !read("x", signature.expiration)) {
    return Cause::kSyntax;
  }
  // RFC 6376 3.5: x= must be greater than t=.
  const bool ordered = !signature.timestamp || !signature.expiration ||
                       *signature.expiration > *signature.timestamp;
  return ordered ? Cause::kNone : Cause::kSyntax;
}

Cause read_query_methods(const TagList& list, Signature& /*signature*/) {
  const auto value = list.value("q");
  if (!value) return Cause::kNone;
  for (const std::string_view method : split_colons(*value, kMaxTags)) {
    if (equals_ignoring_case(method, "dns/txt")) return Cause::kNone;
  }
  return Cause::kUnknownQueryMethod;
}

Cause read_version(const TagList& list, Signature& /*signature*/) {
  const auto value = list.value("v");
  if (!value) return Cause::kMissingTag;
  return *value == "1" ? Cause::kNone : Cause::kUnknownVersion;
}

Cause cause_of(TagListDefect defect) {
  switch (defect) {
    case TagListDefect::kNone:
      break;
    case TagListDefect::kSyntax:
      return Cause::kSyntax;
    case TagListDefect::kDuplicateTag:
      return Cause::kDuplicateTag;
  }
  return Cause::kNone;
}

// Every reader runs, so that the names are there for the reply; the first cause
// stays.
void read_all(const TagList& list, Signature& signature) {
  constexpr std::array readers = {
      read_version,       read_algorithm,     read_names,
      read_auid,          read_signed_fields, read_canonicalization,
      read_query_methods, read_numbers,       read_hashes};
  for (const auto reader : readers) {
    const Cause cause = reader(list, signature);
    if (signature.cause == Cause::kNone) signature.cause = cause;
  }
}

// The tags, and what is wrong with them as a list.
Signature begin(std::string_view field_body, TagList& list) {
  Signature signature;
  if (field_body.size() > kMaxSignatureFieldSize) {
    signature.cause = Cause::kFieldTooLarge;
    return signature;
  }
  list = parse_tag_list(field_body, TagListMode::kSignature);
  signature.cause = cause_of(list.defect);
  return signature;
}

}  // namespace

Signature parse_signature(std::string_view field_body) {
  TagList list;
  Signature signature = begin(field_body, list);
  read_all(list, signature);
  return signature;
}

Signature parse_signature_of(std::string_view domain,
                             std::string_view field_body) {
  TagList list;
  Signature signature = begin(field_body, list);
  const Cause names = read_names(list, signature);
  if (names == Cause::kNone && signature.domain != domain) {
    signature.cause = Cause::kNotAligned;
  } else if (names == Cause::kNone) {
    read_all(list, signature);
  } else if (signature.cause == Cause::kNone) {
    signature.cause = names;
  }
  return signature;
}

}  // namespace dkim
