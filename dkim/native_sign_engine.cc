// Signing on OpenSSL's EVP.  All keys share one hash of the header section,
// copied before each one's own field is added, and one hash of the body.

#include <algorithm>

#include "dkim/base64.h"
#include "dkim/limits.h"
#include "dkim/sha256.h"
#include "dkim/sign_engine.h"

namespace dkim {
namespace {

constexpr std::size_t kLineWidth = 76;
constexpr std::string_view kFold = "\r\n\t";
constexpr std::size_t kFoldWidth = 8;

std::string_view name_of(Canonicalization form) {
  return form == Canonicalization::kSimple ? "simple" : "relaxed";
}

// Writes a field body and folds it before a piece that would not fit.
class FoldedField {
 public:
  FoldedField() : column_(std::string_view("DKIM-Signature:").size()) {}

  void add(std::string_view piece) {
    if (column_ + piece.size() + 1 > kLineWidth) {
      text_.append(kFold);
      column_ = kFoldWidth;
    } else if (blank_) {
      text_.push_back(' ');
      ++column_;
    }
    text_.append(piece);
    column_ += piece.size();
    blank_ = false;
  }
  void add_tag(std::string_view name, std::string_view value) {
    blank_ = true;
    add(std::string(name).append("=").append(value).append(";"));
  }
  // A value in pieces, each on a line of its own but the first.
  void add_cut(std::string_view value) {
    std::size_t room = kLineWidth - std::min(column_, kLineWidth - 1);
    while (true) {
      text_.append(value.substr(0, room));
      if (value.size() <= room) return;
      value.remove_prefix(room);
      text_.append(kFold);
      room = kLineWidth - kFoldWidth;
    }
  }
  void next_word() { blank_ = true; }
  void next_line() { column_ = kLineWidth; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::size_t column_;
  bool blank_ = false;
};

class NativeSignEngine : public SignEngine {
 public:
  NativeSignEngine(const SignerOptions& options, std::int64_t now)
      : options_(options),
        now_(now),
        canonicalizer_(options.body_canonicalization) {}

  void begin(HeaderSection& section,
             const std::vector<std::string_view>& signed_fields) override {
    std::string canonical;
    for (const std::size_t index : section.choose(signed_fields)) {
      const mime::HeaderField field = section.field(index);
      canonicalize_field(options_.header_canonicalization, field.name,
                         field.body, canonical);
    }
    header_hash_.write(canonical);
    for (const std::string_view name : signed_fields) {
      signed_fields_.append(name).push_back(':');
    }
    if (!signed_fields_.empty()) signed_fields_.back() = ';';
  }

  void body(std::string_view octets) override {
    canonicalizer_.write(octets, body_hash_);
  }

  SigningResult finish() override {
    canonicalizer_.finish(body_hash_);
    const auto digest = body_hash_.finish();
    if (!digest) return {{}, "hashing the body failed"};
    const std::string hash =
        encode_base64(std::string_view(digest->data(), digest->size()));
    SigningResult result;
    for (const auto& key : options_.keys) {
      std::string field = sign(*key, hash);
      if (field.empty()) {
        return {{},
                "signing for " + key->domain() + " with selector " +
                    key->selector() + " failed"};
      }
      result.field_bodies.push_back(std::move(field));
    }
    return result;
  }

 private:
  FoldedField unsigned_field(const SigningKey& key,
                             std::string_view body_hash) const {
    FoldedField field;
    field.add_tag("v", "1");
    field.add_tag(
        "a", key.type() == KeyType::kRsa ? "rsa-sha256" : "ed25519-sha256");
    field.add_tag("c", std::string(name_of(options_.header_canonicalization))
                           .append("/")
                           .append(name_of(options_.body_canonicalization)));
    field.add_tag("d", key.domain());
    field.add_tag("s", key.selector());
    if (options_.timestamp) field.add_tag("t", std::to_string(now_));
    if (options_.lifetime_seconds > 0) {
      field.add_tag("x", std::to_string(now_ + options_.lifetime_seconds));
    }
    field.next_word();
    add_signed_fields(field);
    field.add_tag("bh", body_hash);
    field.next_line();
    field.add("b=");
    return field;
  }

  void add_signed_fields(FoldedField& field) const {
    std::string_view names = signed_fields_;
    std::string piece = "h=";
    while (!names.empty()) {
      const std::size_t end = names.find_first_of(":;") + 1;
      piece.append(names.substr(0, end));
      names.remove_prefix(end);
      field.add(piece);
      piece.clear();
    }
  }

  std::string sign(const SigningKey& key, std::string_view body_hash) const {
    FoldedField field = unsigned_field(key, body_hash);
    std::string canonical;
    canonicalize_field(options_.header_canonicalization, "DKIM-Signature",
                       field.text(), canonical);
    canonical.resize(canonical.size() - 2);  // RFC 6376 3.7
    Sha256 hash = header_hash_.copy();
    hash.write(canonical);
    const auto digest = hash.finish();
    const std::string octets =
        digest ? sign_digest(key.key(), *digest) : std::string();
    if (octets.empty()) return {};
    field.add_cut(encode_base64(octets));
    return field.text();
  }

  const SignerOptions& options_;
  std::int64_t now_;
  Sha256 header_hash_;
  std::string signed_fields_;  // "from:to;"
  BodyCanonicalizer canonicalizer_;
  Sha256 body_hash_;
};

}  // namespace

std::unique_ptr<SignEngine> make_native_sign_engine(
    const SignerOptions& options, std::int64_t now) {
  return std::make_unique<NativeSignEngine>(options, now);
}

}  // namespace dkim
