#include "deploy/ctl/queue_listing.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "deploy/ctl/json_text.h"
#include "deploy/machine/program.h"

namespace ctl {
namespace {

using nlohmann::json;

std::string text_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

template <typename Number>
Number number_at(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number() ? found->get<Number>()
                                                     : Number{};
}

std::string domain_of(const std::string& address) {
  const std::size_t at = address.rfind('@');
  std::string domain = at == std::string::npos ? "" : address.substr(at + 1);
  for (char& c : domain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return domain;
}

using Key = std::tuple<std::string, std::string, std::string>;

class Counting {
 public:
  void add(const json& message) {
    const std::string queue = text_at(message, "queue_name");
    const auto octets = number_at<std::uint64_t>(message, "message_size");
    const auto arrival = number_at<std::int64_t>(message, "arrival_time");
    ++result_.messages;
    if (queue == "deferred") ++result_.deferred;
    result_.octets += octets;
    if (result_.oldest == 0 || arrival < result_.oldest) {
      result_.oldest = arrival;
    }
    std::set<Key> seen;
    const auto recipients = message.find("recipients");
    if (recipients == message.end() || !recipients->is_array()) return;
    for (const json& recipient : *recipients) {
      if (!recipient.is_object()) continue;
      ++result_.recipients;
      const Key key = {domain_of(text_at(recipient, "address")), queue,
                       cause_of(text_at(recipient, "delay_reason"))};
      QueueLine& line = lines_[key];
      ++line.recipients;
      if (line.oldest == 0 || arrival < line.oldest) line.oldest = arrival;
      if (!seen.insert(key).second) continue;
      ++line.messages;
      line.octets += octets;
    }
  }
  QueueListing finish() {
    for (auto& [key, line] : lines_) {
      std::tie(line.destination, line.queue, line.reason) = key;
      result_.lines.push_back(line);
    }
    std::stable_sort(result_.lines.begin(), result_.lines.end(),
                     [](const QueueLine& a, const QueueLine& b) {
                       return a.recipients > b.recipients;
                     });
    return std::move(result_);
  }

 private:
  QueueListing result_;
  std::map<Key, QueueLine> lines_;
};

}  // namespace

std::string cause_of(std::string_view delay_reason) {
  static const RE2 host_said(R"(^host \S+ said: )");
  static const RE2 addresses(R"(<[^<>\s]*@[^<>\s]*>:?\s*)");
  static const RE2 connection(R"(\bto [^\s\[]*\[[0-9a-fA-F.:]+\](:\d+)?)");
  static const RE2 in_reply(R"( \(in reply to [^)]*\)$)");
  static const RE2 with_host(R"(\b(with|from) [^\s\[]*\[[0-9a-fA-F.:]+\])");
  std::string cause(delay_reason);
  RE2::Replace(&cause, host_said, "");
  RE2::GlobalReplace(&cause, addresses, "");
  RE2::GlobalReplace(&cause, connection, "to its host");
  RE2::GlobalReplace(&cause, with_host, "\\1 its host");
  RE2::Replace(&cause, in_reply, "");
  return cause;
}

std::string age_text(std::int64_t seconds) {
  struct Unit {
    std::int64_t seconds;
    const char* name;
  };
  constexpr Unit kUnits[] = {{86'400, " d"}, {3600, " h"}, {60, " min"}};
  for (const Unit& unit : kUnits) {
    if (seconds >= unit.seconds) {
      return std::to_string(seconds / unit.seconds) + unit.name;
    }
  }
  return std::to_string(std::max<std::int64_t>(seconds, 0)) + " s";
}

QueueListing list_queue(std::string_view postqueue_json) {
  Counting counting;
  while (!postqueue_json.empty()) {
    const std::size_t end =
        std::min(postqueue_json.find('\n'), postqueue_json.size());
    const std::string_view line = postqueue_json.substr(0, end);
    postqueue_json.remove_prefix(std::min(end + 1, postqueue_json.size()));
    if (line.empty()) continue;
    const JsonResult parsed = parse_json(line);
    if (!parsed.error.empty() || !parsed.value.is_object()) {
      QueueListing listing;
      listing.error = "postqueue: not the JSON of a queue: " + parsed.error;
      return listing;
    }
    counting.add(parsed.value);
  }
  return counting.finish();
}

QueueListing ask_for_queue() {
  const auto postqueue = machine::run_program({"postqueue", "-j"});
  if (postqueue.good()) return list_queue(postqueue.output);
  QueueListing listing;
  // Its last line, of a service that it missed, tells a person nothing.
  const bool is_down =
      postqueue.errors.find("ail system is down") != std::string::npos;
  listing.error =
      is_down ? "Postfix does not run; start it: systemctl start postfix"
              : postqueue.why();
  return listing;
}

}  // namespace ctl
