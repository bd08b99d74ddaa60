#include "milter/traces.h"

#include <charconv>
#include <utility>

#include "mime/ascii.h"

namespace milter {
namespace {

constexpr std::string_view kByQueueId = "/trace?queue-id=";
constexpr std::string_view kBySender = "/trace?sender=";

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned octet = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, octet, 16).ptr == digits + 2) {
      decoded += static_cast<char>(octet);
      i += 2;
    } else {
      decoded += text[i];
    }
  }
  return decoded;
}

std::string told(const TracedVerdict& verdict) {
  return verdict.queue_id + ": " + verdict.line + "\n" +
         policy::to_string(verdict.trace);
}

}  // namespace

void Traces::add(TracedVerdict verdict) {
  // What goes is taken apart without the lock.
  TracedVerdict oldest;
  const std::lock_guard lock(mutex_);
  verdicts_.push_front(std::move(verdict));
  if (verdicts_.size() <= kKept) return;
  oldest = std::move(verdicts_.back());
  verdicts_.pop_back();
}

template <typename Matches>
std::string Traces::matching(Matches matches) const {
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    for (const TracedVerdict& verdict : verdicts_) {
      if (!matches(verdict)) continue;
      if (!text.empty()) text += "\n";
      text += told(verdict);
    }
  }
  if (!text.empty()) return text;
  return "Nothing is known of it: the last " + std::to_string(kKept) +
         " verdicts are kept, since the milter was started.\n";
}

std::string Traces::of_queue_id(std::string_view queue_id) const {
  return matching([&](const TracedVerdict& verdict) {
    return mime::equal_ignoring_case(verdict.queue_id, queue_id);
  });
}

std::string Traces::of_sender(std::string_view reverse_path) const {
  return matching([&](const TracedVerdict& verdict) {
    return mime::equal_ignoring_case(verdict.reverse_path, reverse_path);
  });
}

std::optional<std::string> Traces::page(std::string_view target) const {
  if (target.starts_with(kByQueueId)) {
    return of_queue_id(percent_decoded(target.substr(kByQueueId.size())));
  }
  if (target.starts_with(kBySender)) {
    return of_sender(percent_decoded(target.substr(kBySender.size())));
  }
  return std::nullopt;
}

}  // namespace milter
