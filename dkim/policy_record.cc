#include "dkim/policy_record.h"

#include <algorithm>
#include <optional>

#include "dkim/domain_name.h"
#include "dkim/tag_list.h"

namespace dkim {
namespace {

// RFC 9989 4.10: of a longer name the walk leaves out what is below its last
// seven labels.
constexpr std::ptrdiff_t kMaxLabelsWalked = 7;

std::optional<DmarcPolicy> policy_of(const TagList& tags,
                                     std::string_view name) {
  const auto value = tags.value(name);
  if (!value) return std::nullopt;
  if (equals_ignoring_case(*value, "reject")) return DmarcPolicy::kReject;
  if (equals_ignoring_case(*value, "quarantine")) {
    return DmarcPolicy::kQuarantine;
  }
  return DmarcPolicy::kNone;
}

struct Found {
  std::string domain;
  PolicyRecord record;
};

// The domain above; "" above a name of one label.
std::string parent_of(const std::string& domain) {
  const std::size_t dot = domain.find('.');
  return dot == std::string::npos ? std::string() : domain.substr(dot + 1);
}

// The next name of the walk.
std::string above(const std::string& domain) {
  std::string name = parent_of(domain);
  while (std::count(name.begin(), name.end(), '.') >= kMaxLabelsWalked) {
    name = parent_of(name);
  }
  return name;
}

class TreeWalk {
 public:
  TreeWalk(KeyResolver& resolver,
           std::chrono::steady_clock::time_point deadline)
      : resolver_(resolver), deadline_(deadline) {}

  // The record at a domain; several there are none (4.7).
  std::optional<Found> at(const std::string& domain) {
    const auto lookup =
        resolver_.start("_dmarc." + domain, Freshness::kCacheAllowed);
    const KeyAnswer answer = lookup->wait_until(deadline_);
    failed_ = failed_ || answer.status == LookupStatus::kTemperror;
    if (answer.policy_texts == nullptr || answer.policy_texts->size() != 1) {
      return std::nullopt;
    }
    return Found{domain, parse_policy_record(answer.policy_texts->front())};
  }

  // Somewhere nobody knows what there is, so nothing can be said.
  bool failed() const { return failed_; }

 private:
  KeyResolver& resolver_;
  std::chrono::steady_clock::time_point deadline_;
  bool failed_ = false;
};

PolicyAnswer answer_from(const Found& found, bool is_author_domain) {
  return {
      LookupStatus::kFound,
      is_author_domain ? found.record.policy : found.record.subdomain_policy,
      found.domain};
}

// The record of the organizational domain, of those above the author domain
// from the nearest upwards (4.10.2); else that of the public suffix.
const Found* organizational(const std::vector<Found>& above_author,
                            const std::string& author) {
  for (const Found& found : above_author) {
    if (found.record.psd == PolicyRecord::Psd::kNo) return &found;
  }
  const Found* highest = nullptr;
  for (const Found& found : above_author) {
    if (found.record.psd != PolicyRecord::Psd::kYes) {
      highest = &found;
      continue;
    }
    // The organizational domain is one label below the public suffix.
    std::string below = author;
    while (parent_of(below) != found.domain) below = parent_of(below);
    const auto at =
        std::find_if(above_author.begin(), above_author.end(),
                     [&](const Found& each) { return each.domain == below; });
    return at == above_author.end() ? &found : &*at;
  }
  return highest;
}

}  // namespace

std::string_view to_string(DmarcPolicy policy) {
  switch (policy) {
    case DmarcPolicy::kQuarantine:
      return "quarantine";
    case DmarcPolicy::kReject:
      return "reject";
    case DmarcPolicy::kNone:
      break;
  }
  return "none";
}

bool is_policy_record(std::string_view text) {
  const TagList tags = parse_tag_list(text, TagListMode::kKeyRecord);
  return !tags.tags.empty() && tags.tags.front().name == "v" &&
         tags.tags.front().value == "DMARC1";
}

PolicyRecord parse_policy_record(std::string_view text) {
  const TagList tags = parse_tag_list(text, TagListMode::kKeyRecord);
  PolicyRecord record;
  record.policy = policy_of(tags, "p").value_or(DmarcPolicy::kNone);
  record.subdomain_policy = policy_of(tags, "sp").value_or(record.policy);
  const auto adkim = tags.value("adkim");
  record.strict_dkim = adkim && equals_ignoring_case(*adkim, "s");
  const auto psd = tags.value("psd");
  if (psd && equals_ignoring_case(*psd, "y")) {
    record.psd = PolicyRecord::Psd::kYes;
  } else if (psd && equals_ignoring_case(*psd, "n")) {
    record.psd = PolicyRecord::Psd::kNo;
  }
  return record;
}

PolicyAnswer look_up_policy(std::string_view author_domain,
                            KeyResolver& resolver,
                            std::chrono::steady_clock::time_point deadline) {
  const auto author = canonical_domain(author_domain);
  if (!author) return {LookupStatus::kAbsent, DmarcPolicy::kNone, {}};
  TreeWalk walk(resolver, deadline);
  if (const auto own = walk.at(*author)) return answer_from(*own, true);
  std::vector<Found> above_author;
  for (std::string name = above(*author); !name.empty() && !walk.failed();
       name = above(name)) {
    auto found = walk.at(name);
    if (!found) continue;
    const bool is_end = found->record.psd != PolicyRecord::Psd::kUnknown;
    above_author.push_back(*std::move(found));
    if (is_end) break;
  }
  if (walk.failed()) return {};
  const Found* found = organizational(above_author, *author);
  if (found == nullptr) return {LookupStatus::kAbsent, DmarcPolicy::kNone, {}};
  return answer_from(*found, false);
}

}  // namespace dkim
