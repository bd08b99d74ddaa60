// The engine on libopendkim, one message handle for each candidate.
//
// The library sees one signature at a time (others only where h= names
// DKIM-Signature, and ignored), the key that the Verifier chose, written as a
// plain record, and no clock: tags, times, keys and l= are judged by ourselves
// (the canonical length that it tells stops at l=).  Signatures are processed
// at the end of the body, because the key comes only then; that can be done
// once for each handle.  Two handles allow two keys at one name; a third that
// differs is answered with kKeyChanged.

#include <array>
#include <cstring>
#include <optional>

#include "dkim/base64.h"
#include "dkim/canonicalization.h"
#include "dkim/domain_name.h"
#include "dkim/engine.h"
#include "dkim/opendkim_library.h"
#include "dkim/public_key.h"

namespace dkim {
namespace {

constexpr std::size_t kHandles = 2;

class Nowhere : public OctetSink {
 public:
  void write(std::string_view /*octets*/) override {}
};

struct Check {
  OpendkimMessage message;
  std::optional<BodyCanonicalizer> whole_body;  // with l= only
  OpendkimBody body;
  const Signature* signature = nullptr;
  int index = 0;       // of the signature among those that were handed in
  std::string record;  // what the key lookup answers
  KeyHandle tried;     // the key that was processed
  Cause cause = Cause::kNone;
};

DKIM_CBSTAT ignore_others(DKIM* message, DKIM_SIGINFO** signatures, int count) {
  const auto* check = static_cast<Check*>(dkim_get_user_context(message));
  for (int i = 0; i < count; ++i) {
    if (i != check->index) dkim_sig_ignore(signatures[i]);
  }
  return DKIM_CBSTAT_CONTINUE;
}

DKIM_CBSTAT answer_key(DKIM* message, DKIM_SIGINFO* /*signature*/,
                       unsigned char* buffer, std::size_t size) {
  const auto* check = static_cast<Check*>(dkim_get_user_context(message));
  if (check->record.size() >= size) return DKIM_CBSTAT_NOTFOUND;
  std::memcpy(buffer, check->record.c_str(), check->record.size() + 1);
  return DKIM_CBSTAT_CONTINUE;
}

OpendkimLibrary make_library() {
  OpendkimLibrary library(dkim_init(nullptr, nullptr));
  if (!library) return nullptr;
  unsigned flags = DKIM_LIBFLAGS_DELAYSIGPROC | DKIM_LIBFLAGS_BADSIGHANDLES;
  // Times are not its business.  It subtracts the drift from t= without a look
  // at the sign, so this must be less than the earliest t= (2007) and large.
  std::uint64_t drift = 1'000'000'000;
  dkim_options(library.get(), DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags,
               sizeof flags);
  dkim_options(library.get(), DKIM_OP_SETOPT, DKIM_OPTS_CLOCKDRIFT, &drift,
               sizeof drift);
  dkim_set_prescreen(library.get(), ignore_others);
  dkim_set_key_lookup(library.get(), answer_key);
  return library;
}

// Shared by all messages and threads, which the library allows once its
// options are set.
DKIM_LIB* library() {
  static const OpendkimLibrary shared = make_library();
  return shared.get();
}

std::string record_of(const KeyRecord& key) {
  return std::string(key.type == KeyType::kRsa ? "v=DKIM1; k=rsa; p="
                                               : "v=DKIM1; k=ed25519; p=")
      .append(encode_base64(encode_public_key(key.public_key)));
}

class OpendkimEngine : public VerifyEngine {
 public:
  void begin(HeaderSection& section,
             const std::vector<Candidate>& candidates) override {
    for (const Candidate& candidate : candidates) {
      for (std::size_t handle = 0; handle < kHandles; ++handle) {
        auto check = std::make_unique<Check>();
        check->signature = candidate.signature;
        if (candidate.signature->body_length) {
          check->whole_body.emplace(candidate.signature->body_canonicalization);
        }
        begin_one(section, candidate, *check);
        checks_.push_back(std::move(check));
      }
    }
  }

  void body(std::string_view octets) override {
    Nowhere nowhere;
    for (const auto& check : checks_) {
      if (check->message) check->body.write(check->message.get(), octets);
      if (check->whole_body) check->whole_body->write(octets, nowhere);
    }
  }

  void end_of_body() override {
    Nowhere nowhere;
    for (const auto& check : checks_) {
      if (check->message) check->body.finish(check->message.get());
      if (check->whole_body) check->whole_body->finish(nowhere);
    }
  }

  Cause check_body(std::size_t candidate) override {
    const Check& check = *checks_[candidate * kHandles];
    if (!check.message) return Cause::kEngine;
    if (check.whole_body &&
        check.whole_body->length() != *check.signature->body_length) {
      return Cause::kBodyLength;
    }
    return Cause::kNone;
  }

  Cause check_signature(std::size_t candidate, const KeyRecord& key) override {
    for (std::size_t handle = 0; handle < kHandles; ++handle) {
      Check& check = *checks_[candidate * kHandles + handle];
      if (!check.tried) {
        check.tried = key.public_key;
        check.record = record_of(key);
        check.cause = process(check);
      }
      if (same_key(check.tried, key.public_key)) return check.cause;
    }
    return Cause::kKeyChanged;
  }

 private:
  static void begin_one(const HeaderSection& section,
                        const Candidate& candidate, Check& check) {
    if (library() == nullptr) return;
    DKIM_STAT status = DKIM_STAT_OK;
    check.message.reset(
        dkim_verify(library(), as_unsigned("message"), nullptr, &status));
    if (!check.message) return;
    dkim_set_user_context(check.message.get(), &check);
    bool signs_signatures = false;
    for (const std::string_view name : candidate.signature->signed_fields) {
      signs_signatures |= equals_ignoring_case(name, "dkim-signature");
    }
    int index = 0;
    for (std::size_t i = 0; i < section.size(); ++i) {
      const mime::HeaderField field = section.field(i);
      const bool is_signature =
          equals_ignoring_case(field.name, "dkim-signature");
      if (is_signature && i != candidate.field && !signs_signatures) continue;
      if (i == candidate.field) check.index = index;
      index += is_signature ? 1 : 0;
      std::string line = std::string(field.name).append(":").append(field.body);
      dkim_header(check.message.get(), as_unsigned(line), line.size());
    }
    dkim_eoh(check.message.get());
  }

  static Cause process(Check& check) {
    DKIM* message = check.message.get();
    bool testing = false;
    dkim_eom(message, &testing);
    DKIM_SIGINFO** signatures = nullptr;
    int count = 0;
    if (dkim_getsiglist(message, &signatures, &count) != DKIM_STAT_OK ||
        check.index >= count) {
      return Cause::kEngine;
    }
    DKIM_SIGINFO* signature = signatures[check.index];
    if (dkim_sig_getbh(signature) == DKIM_SIGBH_MISMATCH) {
      return Cause::kBodyHash;
    }
    const bool passed =
        (dkim_sig_getflags(signature) & DKIM_SIGFLAG_PASSED) != 0 &&
        dkim_sig_getbh(signature) == DKIM_SIGBH_MATCH &&
        dkim_sig_geterror(signature) == DKIM_SIGERROR_OK;
    return passed ? Cause::kNone : Cause::kSignature;
  }

  std::vector<std::unique_ptr<Check>> checks_;
};

}  // namespace

std::unique_ptr<VerifyEngine> make_opendkim_engine() {
  return std::make_unique<OpendkimEngine>();
}

}  // namespace dkim
