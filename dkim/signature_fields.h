#pragma once

// The DKIM-Signature fields of one message, each read no further than it can
// count.
//
// Whose domain a signature is of comes first; the rest is read of those of the
// author's domain alone, and of these in their order until there are as many
// good ones by different keys as are verified.  The author may be guessed while
// the header section still comes (Verifier::expect_author()); what was read in
// vain is read again.

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "dkim/signature.h"

namespace dkim {

struct SignatureField {
  std::size_t field = 0;  // its place in the header section
  std::string text;       // the field body; `signature` has views into it
  // Its cause is kNotAligned where no more than its names were read, and
  // kTooManySignatures where nothing was.
  Signature signature;
};

class SignatureFields {
 public:
  // With `reads_all` each is read whole, whoever signed.
  explicit SignatureFields(bool reads_all) : reads_all_(reads_all) {}

  // What comes behind kMaxSignatureFields is counted, and no more.
  void add(std::size_t field, std::string_view body);

  // The author is of this domain, in canonical form, as far as is known.
  void expect_author(std::optional<std::string> domain);

  // He is, so far, and of the good signatures these `count`: called once.
  using Counts = std::function<bool(const Signature&)>;
  void settle(std::optional<std::string> domain, const Counts& counts);

  // A good signature of the expected author.
  bool is_wanted(const Signature& signature) const;

  std::size_t count() const { return count_; }
  // At most kMaxSignatureFields.  They stay where they are.
  std::deque<SignatureField>& read() { return fields_; }
  const std::deque<SignatureField>& read() const { return fields_; }

 private:
  enum class Progress : std::uint8_t { kNothing, kNames, kAll };
  void read_on(const Counts& counts);
  void read_one(std::size_t index);

  bool reads_all_;
  std::size_t count_ = 0;
  std::size_t octets_ = 0;  // of all that were kept
  std::size_t names_ = 0;   // in h= of those that were read for the author
  std::optional<std::string> domain_;
  std::deque<SignatureField> fields_;
  std::deque<Progress> progress_;  // of each of fields_
};

}  // namespace dkim
