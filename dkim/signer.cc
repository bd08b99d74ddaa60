#include "dkim/signer.h"

#include <algorithm>
#include <optional>

#include "dkim/domain_name.h"
#include "dkim/header_section.h"
#include "dkim/limits.h"
#include "dkim/sign_engine.h"

namespace dkim {
namespace {

bool contains(const FieldNames& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [name](const auto& other) {
    return equals_ignoring_case(other, name);
  });
}

bool is_received(std::string_view name) {
  return equals_ignoring_case(name, "received");
}

}  // namespace

struct Signer::State {
  State(const SignerOptions& signer_options, std::int64_t now)
      : options(signer_options),
        engine(options.engine == EngineKind::kOpendkim
                   ? make_opendkim_sign_engine(options, now)
                   : make_native_sign_engine(options, now)) {}

  // h=: each name as often as it occurs, and once more when oversigned.
  std::vector<std::string_view> names_to_sign() const;

  const SignerOptions& options;
  std::unique_ptr<SignEngine> engine;
  // The fields to sign only, until end_of_header().
  std::optional<HeaderSection> section{std::in_place};
  std::string error;
};

std::vector<std::string_view> Signer::State::names_to_sign() const {
  std::vector<std::string_view> names;
  const auto add = [&](std::string_view name, bool oversign) {
    if (is_received(name)) return;
    for (std::size_t i = 0; i < section->size(); ++i) {
      if (equals_ignoring_case(section->field(i).name, name)) {
        names.emplace_back(name);
      }
    }
    if (oversign) names.emplace_back(name);
  };
  for (const std::string_view name : options.signed_fields) {
    add(name, contains(options.oversigned_fields, name));
  }
  for (const std::string_view name : options.oversigned_fields) {
    if (!contains(options.signed_fields, name)) add(name, true);
  }
  return names;
}

Signer::Signer(const SignerOptions& options, std::int64_t now)
    : state_(std::make_unique<State>(options, now)) {}
Signer::~Signer() = default;
Signer::Signer(Signer&&) noexcept = default;
Signer& Signer::operator=(Signer&&) noexcept = default;

void Signer::header_field(std::string_view name, std::string_view body) {
  State& state = *state_;
  if (is_received(name) || !(contains(state.options.signed_fields, name) ||
                             contains(state.options.oversigned_fields, name))) {
    return;
  }
  if (!state.section->add(name, body)) {
    state.error = "the header section is too large to sign";
  }
}

void Signer::end_of_header() {
  State& state = *state_;
  const auto names = state.names_to_sign();
  if (names.size() > kMaxSignedFields) {
    state.error = "too many header fields to sign";
  }
  // RFC 6376 5.4: a signature without From is none.
  if (std::none_of(names.begin(), names.end(), [](std::string_view name) {
        return equals_ignoring_case(name, "from");
      })) {
    state.error = "the From field is not among the signed fields";
  }
  if (state.error.empty()) state.engine->begin(*state.section, names);
  state.section.reset();
}

void Signer::body(std::string_view octets) {
  if (state_->error.empty()) state_->engine->body(octets);
}

SigningResult Signer::finish() {
  if (!state_->error.empty()) return {{}, state_->error};
  return state_->engine->finish();
}

}  // namespace dkim
