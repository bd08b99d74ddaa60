#include "dkim/verifier.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "dkim/acceptance.h"
#include "dkim/cause_text.h"
#include "dkim/domain_name.h"
#include "dkim/engine.h"
#include "dkim/header_section.h"
#include "dkim/limits.h"
#include "dkim/message_keys.h"
#include "dkim/public_key.h"
#include "dkim/signature.h"
#include "dkim/signature_fields.h"

namespace dkim {
namespace {

using Deadline = std::chrono::steady_clock::time_point;

bool is_signature_field(std::string_view name) {
  while (name.ends_with(' ') || name.ends_with('\t')) name.remove_suffix(1);
  return equals_ignoring_case(name, "DKIM-Signature");
}

struct Entry {
  Signature* signature = nullptr;
  std::size_t field = 0;
  bool aligned = false;
  Cause cause = Cause::kNone;
  // Of a candidate only, from here on.
  std::size_t candidate = 0;
  std::shared_ptr<KeyLookup> lookup;
  bool is_doubtful = false;  // another lookup may say something else
  // What the lookup brought, and what the one before it did.
  std::shared_ptr<const KeyRecords> records;
  std::shared_ptr<const KeyRecords> earlier;
  bool testing = false;
  int key_bits = 0;
};

// The same key was there before a fresh lookup, and did not verify.
bool has_failed(const Entry& entry, const KeyRecord& key) {
  if (!entry.earlier) return false;
  return std::any_of(entry.earlier->begin(), entry.earlier->end(),
                     [&](const KeyRecord& before) {
                       return judge_key(*entry.signature, before) ==
                                  Cause::kNone &&
                              same_key(before.public_key, key.public_key);
                     });
}

std::unique_ptr<VerifyEngine> make_engine(EngineKind kind) {
  return kind == EngineKind::kOpendkim ? make_opendkim_engine()
                                       : make_native_engine();
}

}  // namespace

struct Verifier::State {
  State(const VerifierOptions& verifier_options, KeyResolver& key_resolver)
      : options(verifier_options),
        keys(key_resolver),
        fields(verifier_options.every_signature) {}

  void look_up_early();
  void judge_signatures(std::string_view author_domain, std::int64_t now);
  void start_candidates();
  bool may_try_a_key() const {
    const bool is_honest = fields.count() <= kMostHonestSignatures;
    return options.every_signature ||
           key_steps < (is_honest ? kMaxKeySteps : 1);
  }
  std::vector<Entry*> choose_candidates();
  Cause try_key(const Entry& entry, const KeyRecord& key);
  void judge_answer(Entry& entry, const KeyAnswer& answer);
  std::vector<Entry*> candidates_with_matching_body();
  bool verify_all(const std::vector<Entry*>& waiting, Deadline deadline);
  void retry_with_fresh_keys(const std::vector<Entry*>& waiting,
                             Deadline deadline);
  SignatureResult report(const Entry& entry) const;
  VerificationResult summarize() const;

  VerifierOptions options;
  MessageKeys keys;
  std::optional<HeaderSection> section{std::in_place};  // until end_of_header()
  bool section_too_large = false;
  SignatureFields fields;
  std::vector<Entry> entries;  // one for each of them, from end_of_header()
  std::size_t candidates = 0;
  std::size_t key_steps = 0;             // public-key operations
  std::unique_ptr<VerifyEngine> engine;  // there when there are candidates
};

void Verifier::State::look_up_early() {
  for (const SignatureField& each : fields.read()) {
    if (fields.is_wanted(each.signature)) {
      keys.begin_early(each.signature.key_name);
    }
  }
}

void Verifier::State::judge_signatures(std::string_view author_domain,
                                       std::int64_t now) {
  const auto author = canonical_domain(author_domain);
  const auto judge = [this, now](const Signature& signature) {
    return judge_times(signature, now, options.clock_drift_seconds);
  };
  fields.settle(author, [&judge](const Signature& signature) {
    return judge(signature) == Cause::kNone;
  });
  for (SignatureField& each : fields.read()) {
    Entry& entry = entries.emplace_back();
    entry.signature = &each.signature;
    entry.field = each.field;
    entry.aligned = author && *author == each.signature.domain;
    entry.cause = each.signature.cause;
    // Read whole for an author who turned out to be another.
    if (entry.cause == Cause::kNone && !entry.aligned &&
        !options.every_signature) {
      entry.cause = Cause::kNotAligned;
    }
    if (entry.cause == Cause::kNone) entry.cause = judge(each.signature);
  }
}

// The first that may pass, and the first after it with another key: two by one
// key stand or fall together.
std::vector<Entry*> Verifier::State::choose_candidates() {
  std::vector<Entry*> good;
  for (Entry& entry : entries) {
    if (entry.cause == Cause::kNone) good.push_back(&entry);
  }
  if (options.every_signature || good.size() <= kMaxCandidates) return good;
  const auto other =
      std::find_if(good.begin() + 1, good.end(), [&good](const Entry* entry) {
        return entry->signature->key_name != good[0]->signature->key_name;
      });
  if (other != good.end()) std::rotate(good.begin() + 1, other, other + 1);
  for (std::size_t i = kMaxCandidates; i < good.size(); ++i) {
    good[i]->cause = Cause::kTooManySignatures;
  }
  good.resize(kMaxCandidates);
  return good;
}

void Verifier::State::start_candidates() {
  std::vector<Candidate> chosen;
  for (Entry* entry : choose_candidates()) {
    entry->candidate = chosen.size();
    entry->lookup = keys.lookup(entry->signature->key_name);
    chosen.push_back({entry->signature, entry->field});
  }
  candidates = chosen.size();
  if (candidates == 0) return;
  engine = make_engine(options.engine);
  engine->begin(*section, chosen);
}

Cause Verifier::State::try_key(const Entry& entry, const KeyRecord& key) {
  const Cause cause = judge_key(*entry.signature, key);
  if (cause != Cause::kNone) return cause;
  if (!has_length_of(*entry.signature, key) || has_failed(entry, key)) {
    return Cause::kSignature;
  }
  ++key_steps;
  return engine->check_signature(entry.candidate, key);
}

void Verifier::State::judge_answer(Entry& entry, const KeyAnswer& answer) {
  entry.is_doubtful = answer.cached || answer.status == LookupStatus::kAbsent;
  if (answer.status == LookupStatus::kTemperror) {
    entry.cause = cause_of(answer.failure);
    return;
  }
  entry.cause = Cause::kNoRecord;
  if (answer.status != LookupStatus::kFound || !answer.records) return;
  entry.records = answer.records;
  for (const KeyRecord& key : *entry.records) {
    if (!may_try_a_key()) return;
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
                     return a->signature->key_type < b->signature->key_type;
                   });
  std::stable_partition(waiting.begin(), waiting.end(),
                        [](const Entry* e) { return e->lookup->ready(); });
  return waiting;
}

bool Verifier::State::verify_all(const std::vector<Entry*>& waiting,
                                 Deadline deadline) {
  bool passed = false;
  key_steps = 0;
  for (Entry* entry : waiting) {
    if (passed && !options.every_signature) {
      entry->cause = Cause::kNotNeeded;
      continue;
    }
    if (!may_try_a_key()) {
      entry->cause = Cause::kTooManySignatures;
      continue;
    }
    judge_answer(*entry, entry->lookup->wait_until(deadline));
    passed = passed || entry->cause == Cause::kNone;
  }
  return passed;
}

void Verifier::State::retry_with_fresh_keys(const std::vector<Entry*>& waiting,
                                            Deadline deadline) {
  std::vector<Entry*> doubtful;
  for (Entry* entry : waiting) {
    if (!entry->is_doubtful || !depends_on_key(entry->cause)) continue;
    entry->earlier = std::move(entry->records);
    entry->lookup = keys.fresh_lookup(entry->signature->key_name);
    doubtful.push_back(entry);
  }
  verify_all(doubtful, deadline);
}

SignatureResult Verifier::State::report(const Entry& entry) const {
  const Signature& signature = *entry.signature;
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
  result.signature_fields = fields.count();
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
  if (!decisive->aligned && fields.count() > kMaxSignatureFields) {
    result.cause = Cause::kTooManySignatures;
  }
  result.status = status_of(result.cause);
  result.cause_text = cause_text(decisive->signature->selector,
                                 decisive->signature->sdid, result.cause);
  return result;
}

Verifier::Verifier(const VerifierOptions& options, KeyResolver& resolver)
    : state_(std::make_unique<State>(options, resolver)) {}
Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;
Verifier& Verifier::operator=(Verifier&&) noexcept = default;

void Verifier::expect_author(std::string_view domain) {
  state_->fields.expect_author(canonical_domain(domain));
  state_->look_up_early();
}

void Verifier::header_field(std::string_view name, std::string_view body) {
  State& state = *state_;
  const std::size_t index = state.section->size();
  if (state.section_too_large || !state.section->add(name, body)) {
    state.section_too_large = true;
  }
  if (!is_signature_field(name)) return;
  state.fields.add(index, state.section_too_large ? "" : body);
  state.look_up_early();
}

void Verifier::end_of_header(std::string_view author_domain, std::int64_t now) {
  State& state = *state_;
  if (!state.section_too_large) {
    state.judge_signatures(author_domain, now);
    state.start_candidates();
  }
  for (SignatureField& each : state.fields.read()) {
    // Views into the text.
    each.signature.signed_fields = {};
    each.text = {};
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
    result.signature_fields = state.fields.count();
    result.cause = state.fields.count() > kMaxSignatureFields
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
