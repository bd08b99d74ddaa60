#include "dkim/verifier.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "dkim/cause_text.h"
#include "dkim/domain_name.h"
#include "dkim/engine.h"
#include "dkim/header_section.h"
#include "dkim/limits.h"
#include "dkim/signature.h"

namespace dkim {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

bool is_signature_field(std::string_view name) {
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  return equals_ignoring_case(name, "DKIM-Signature");
}

struct Entry {
  std::size_t field = 0;
  Signature signature;
  bool aligned = false;
  Cause cause = Cause::kNone;
  // Of a candidate only, from here on.
  std::size_t candidate = 0;
  std::unique_ptr<KeyLookup> lookup;
  bool is_doubtful = false;  // another lookup may say something else
  bool testing = false;
  int key_bits = 0;
};

Cause judge_times(const Signature& signature, std::int64_t now,
                  std::int64_t drift) {
  const auto seconds =
      static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0));
  const auto allowed =
      static_cast<std::uint64_t>(std::max<std::int64_t>(drift, 0));
  // RFC 6376 3.5: x= and t= may both make a signature invalid.
  if (signature.expiration && seconds > allowed &&
      seconds - allowed > *signature.expiration) {
    return Cause::kExpired;
  }
  if (signature.timestamp && *signature.timestamp > seconds + allowed) {
    return Cause::kFuture;
  }
  return Cause::kNone;
}

// Whether a key record may serve this signature, before any arithmetic.
Cause judge_key(const Signature& signature, const KeyRecord& key) {
  if (key.cause != Cause::kNone) return key.cause;
  if (key.type != signature.key_type) return Cause::kKeyTypeMismatch;
  if (!key.allows_sha256) return Cause::kKeyHashMismatch;
  if (!key.serves_email) return Cause::kKeyServiceMismatch;
  if (key.strict_auid && signature.auid_is_below) return Cause::kKeyStrictAuid;
  return Cause::kNone;
}

Cause cause_of(LookupFailure failure) {
  switch (failure) {
    case LookupFailure::kServfail:
      return Cause::kDnsServfail;
    case LookupFailure::kBogus:
      return Cause::kDnsBogus;
    case LookupFailure::kNone:
    case LookupFailure::kTimeout:
      break;
  }
  return Cause::kDnsTimeout;
}

// Failures that another key could turn into a pass.
bool depends_on_key(Cause cause) {
  return cause >= Cause::kNoRecord && cause <= Cause::kSignature;
}

std::unique_ptr<VerifyEngine> make_engine(EngineKind kind) {
  return kind == EngineKind::kOpendkim ? make_opendkim_engine()
                                       : make_native_engine();
}

}  // namespace

struct Verifier::State {
  State(const VerifierOptions& verifier_options, KeyResolver& key_resolver)
      : options(verifier_options), resolver(&key_resolver) {}

  void parse_signatures(std::string_view author_domain, std::int64_t now);
  void start_candidates();
  Cause try_key(const Entry& entry, const KeyRecord& key);
  void judge_answer(Entry& entry, const KeyAnswer& answer);
  std::vector<Entry*> candidates_with_matching_body();
  bool verify_all(const std::vector<Entry*>& waiting, Deadline deadline);
  void retry_with_fresh_keys(const std::vector<Entry*>& waiting,
                             Deadline deadline);
  SignatureResult report(const Entry& entry) const;
  VerificationResult summarize() const;

  VerifierOptions options;
  KeyResolver* resolver;
  std::optional<HeaderSection> section{std::in_place};  // until end_of_header()
  bool section_too_large = false;
  std::size_t signature_fields = 0;
  std::vector<Entry> entries;  // at most kMaxSignatureFields
  std::size_t candidates = 0;
  std::unique_ptr<VerifyEngine> engine;  // there when there are candidates
};

void Verifier::State::parse_signatures(std::string_view author_domain,
                                       std::int64_t now) {
  const auto author = canonical_domain(author_domain);
  for (Entry& entry : entries) {
    entry.signature = parse_signature(section->field(entry.field).body);
    const Signature& signature = entry.signature;
    entry.aligned = author && *author == signature.domain;
    entry.cause = signature.cause;
    if (entry.cause == Cause::kNone && !entry.aligned &&
        !options.every_signature) {
      entry.cause = Cause::kNotAligned;
    }
    if (entry.cause == Cause::kNone) {
      entry.cause = judge_times(signature, now, options.clock_drift_seconds);
    }
  }
}

void Verifier::State::start_candidates() {
  std::vector<Candidate> chosen;
  for (Entry& entry : entries) {
    if (entry.cause != Cause::kNone) continue;
    if (chosen.size() == kMaxCandidates && !options.every_signature) {
      entry.cause = Cause::kTooManySignatures;
      continue;
    }
    entry.candidate = chosen.size();
    entry.lookup =
        resolver->start(entry.signature.key_name, Freshness::kCacheAllowed);
    chosen.push_back({&entry.signature, entry.field});
  }
  candidates = chosen.size();
  if (candidates == 0) return;
  engine = make_engine(options.engine);
  engine->begin(*section, chosen);
}

Cause Verifier::State::try_key(const Entry& entry, const KeyRecord& key) {
  const Cause cause = judge_key(entry.signature, key);
  return cause == Cause::kNone ? engine->check_signature(entry.candidate, key)
                               : cause;
}

void Verifier::State::judge_answer(Entry& entry, const KeyAnswer& answer) {
  entry.is_doubtful = answer.cached || answer.status == LookupStatus::kAbsent;
  if (answer.status == LookupStatus::kTemperror) {
    entry.cause = cause_of(answer.failure);
    return;
  }
  entry.cause = Cause::kNoRecord;
  if (answer.status != LookupStatus::kFound || !answer.records) return;
  for (const KeyRecord& key : *answer.records) {
    const Cause cause = try_key(entry, key);
    const bool decided = cause < Cause::kNoRecord;  // passed, or not the key's
    if (!decided && cause < entry.cause) continue;
    entry.cause = cause;
    entry.testing = key.testing;
    entry.key_bits = key.bits;
    if (decided) return;
  }
}

// The cheap test first: no key is awaited for a body that does not match.
// RSA before Ed25519, which takes five times as long to verify.
std::vector<Entry*> Verifier::State::candidates_with_matching_body() {
  std::vector<Entry*> waiting;
  for (Entry& entry : entries) {
    if (!entry.lookup) continue;
    entry.cause = engine->check_body(entry.candidate);
    if (entry.cause == Cause::kNone) waiting.push_back(&entry);
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const Entry* a, const Entry* b) {
                     return a->signature.key_type < b->signature.key_type;
                   });
  std::stable_partition(waiting.begin(), waiting.end(),
                        [](const Entry* e) { return e->lookup->ready(); });
  return waiting;
}

bool Verifier::State::verify_all(const std::vector<Entry*>& waiting,
                                 Deadline deadline) {
  bool passed = false;
  std::size_t steps = 0;
  for (Entry* entry : waiting) {
    if (passed && !options.every_signature) {
      entry->cause = Cause::kNotNeeded;
      continue;
    }
    if (steps == kMaxKeySteps && !options.every_signature) {
      entry->cause = Cause::kTooManySignatures;
      continue;
    }
    judge_answer(*entry, entry->lookup->wait_until(deadline));
    passed = passed || entry->cause == Cause::kNone;
    steps += entry->cause == Cause::kSignature ? 1 : 0;
  }
  return passed;
}

void Verifier::State::retry_with_fresh_keys(const std::vector<Entry*>& waiting,
                                            Deadline deadline) {
  std::vector<Entry*> doubtful;
  for (Entry* entry : waiting) {
    if (!entry->is_doubtful || !depends_on_key(entry->cause)) continue;
    entry->lookup =
        resolver->start(entry->signature.key_name, Freshness::kFresh);
    doubtful.push_back(entry);
  }
  verify_all(doubtful, deadline);
}

SignatureResult Verifier::State::report(const Entry& entry) const {
  const Signature& signature = entry.signature;
  SignatureResult result;
  result.status = status_of(entry.cause);
  result.cause = entry.cause;
  result.aligned = entry.aligned;
  result.testing = entry.testing;
  result.key_bits = entry.key_bits;
  result.algorithm = signature.algorithm;
  result.sdid = signature.sdid;
  result.selector = signature.selector;
  result.auid = signature.auid;
  result.signature_prefix = signature.prefix;
  return result;
}

VerificationResult Verifier::State::summarize() const {
  VerificationResult result;
  result.signature_fields = signature_fields;
  const Entry* decisive = nullptr;
  const auto cause = [](const Entry& entry) {
    return entry.cause == Cause::kNone && !entry.aligned ? Cause::kNotAligned
                                                         : entry.cause;
  };
  for (const Entry& entry : entries) {
    result.signatures.push_back(report(entry));
    if (entry.aligned && entry.cause == Cause::kNone) {
      result.status = Status::kPass;
      result.cause = Cause::kNone;
    }
    // Aligned before others, and of these the one that came furthest.
    if (decisive == nullptr || entry.aligned > decisive->aligned ||
        (entry.aligned == decisive->aligned &&
         cause(entry) > cause(*decisive))) {
      decisive = &entry;
    }
  }
  if (result.status == Status::kPass || decisive == nullptr) return result;
  result.cause = cause(*decisive);
  if (!decisive->aligned && signature_fields > kMaxSignatureFields) {
    result.cause = Cause::kTooManySignatures;
  }
  result.status = status_of(result.cause);
  result.cause_text = cause_text(decisive->signature.selector,
                                 decisive->signature.sdid, result.cause);
  return result;
}

Verifier::Verifier(const VerifierOptions& options, KeyResolver& resolver)
    : state_(std::make_unique<State>(options, resolver)) {}
Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;

void Verifier::header_field(std::string_view name, std::string_view body) {
  State& state = *state_;
  const bool is_signature = is_signature_field(name);
  state.signature_fields += is_signature ? 1 : 0;
  const std::size_t index = state.section->size();
  if (state.section_too_large || !state.section->add(name, body)) {
    state.section_too_large = true;
    return;
  }
  if (is_signature && state.entries.size() < kMaxSignatureFields) {
    state.entries.emplace_back().field = index;
  }
}

void Verifier::end_of_header(std::string_view author_domain, std::int64_t now) {
  State& state = *state_;
  if (!state.section_too_large) {
    state.parse_signatures(author_domain, now);
    state.start_candidates();
  }
  for (Entry& entry : state.entries) {
    // Views into the section, which goes.
    entry.signature.signed_fields = {};
  }
  state.section.reset();
}

bool Verifier::wants_body() const { return state_->candidates > 0; }

void Verifier::body(std::string_view octets) {
  if (state_->engine) state_->engine->body(octets);
}

VerificationResult Verifier::finish(
    std::chrono::steady_clock::time_point deadline) {
  State& state = *state_;
  if (state.section_too_large) {
    VerificationResult result;
    result.signature_fields = state.signature_fields;
    result.cause = state.signature_fields > kMaxSignatureFields
                       ? Cause::kTooManySignatures
                       : Cause::kHeaderSectionTooLarge;
    result.status = status_of(result.cause);
    result.cause_text = cause_text({}, {}, result.cause);
    return result;
  }
  if (state.engine) {
    state.engine->end_of_body();
    const auto waiting = state.candidates_with_matching_body();
    if (!state.verify_all(waiting, deadline) || state.options.every_signature) {
      state.retry_with_fresh_keys(waiting, deadline);
    }
  }
  return state.summarize();
}

}  // namespace dkim
