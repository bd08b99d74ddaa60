#include "dkim/table_resolver.h"

#include "dkim/domain_name.h"
#include "dkim/shared_lookup.h"

namespace dkim {
namespace {

std::string key_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return ascii_lower(name);
}

}  // namespace

void TableResolver::add(std::string_view name,
                        const std::vector<std::string>& txt) {
  answers_[key_of(name)] = txt.empty() ? absent_answer() : found_answer(txt);
}

void TableResolver::fail(std::string_view name, TableFailure failure) {
  KeyAnswer& answer = answers_[key_of(name)];
  switch (failure) {
    case TableFailure::kTimeout:
      answer = temporary_failure(LookupFailure::kTimeout);
      break;
    case TableFailure::kServfail:
      answer = temporary_failure(LookupFailure::kServfail);
      break;
    case TableFailure::kBogus:
      answer = temporary_failure(LookupFailure::kBogus);
      break;
    case TableFailure::kNxdomain:
      answer = absent_answer();
      break;
  }
}

std::unique_ptr<KeyLookup> TableResolver::start(std::string_view name,
                                                Freshness /*freshness*/) {
  const auto found = answers_.find(key_of(name));
  return make_lookup(found == answers_.end() ? absent_answer() : found->second);
}

}  // namespace dkim
