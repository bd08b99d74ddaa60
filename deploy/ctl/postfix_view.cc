#include "deploy/ctl/postfix_view.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <utility>

#include "deploy/ctl/postfix_record.h"

namespace ctl {
namespace {

using policy::Direction;

// A field that Postfix shows a milter ends here: name, colon and body, with a
// folding counted as one octet.
constexpr std::size_t kFieldLimit = 60000;
// hopcount_limit is 50, and the field that this Postfix adds is one.
constexpr int kReceivedLimit = 49;

constexpr std::array<std::string_view, 4> kDropped = {
    "bcc", "content-length", "resent-bcc", "return-path"};

bool is_blank(char octet) { return octet == ' ' || octet == '\t'; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& octet : result) {
    if (octet >= 'A' && octet <= 'Z') octet = static_cast<char>(octet + 32);
  }
  return result;
}

std::string_view before_nul(std::string_view text) {
  return text.substr(0, text.find('\0'));
}

// "From ", after any number of '>': the separator line of a mailbox file.
bool is_mailbox_separator(std::string_view text) {
  const std::size_t start = text.find_first_not_of('>');
  return start != std::string_view::npos &&
         text.substr(start).starts_with("From ");
}

// The length of the field name at the start of a line, 0 if there is none.
// Blanks may stand between the name and the colon (RFC 5322 4.5).
std::size_t field_name_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] > ' ' && text[length] < 127 &&
         text[length] != ':') {
    ++length;
  }
  const std::size_t colon = text.find_first_not_of(" \t", length);
  const bool found = colon != std::string_view::npos && text[colon] == ':';
  return found ? length : 0;
}

// Records into fields and body, one at a time.
class Cleanup {
 public:
  Cleanup(const PostfixOptions& options, PostfixView& view)
      : options_(options), view_(view) {}

  void add(PostfixRecord record);
  void finish();

 private:
  bool continues_field(const PostfixRecord& record);
  bool begins_field(const PostfixRecord& record);
  void end_field();
  void shorten_field();
  bool dropped(const std::string& name);
  void note(const std::string& name);
  void add_missing_fields();
  void add_body(const PostfixRecord& record);

  const PostfixOptions& options_;
  PostfixView& view_;
  bool in_header_ = true;
  bool line_goes_on_ = false;  // the last record did not end its line
  bool body_line_open_ = false;
  // The field being read, with its name and colon.  First comes the Received
  // field that Postfix adds and that no milter sees.
  std::string field_ = "Received:";
  bool own_field_ = true;
  int received_ = 0;
  bool resent_ = false;
  std::array<bool, 3> seen_ = {};         // as kAddedFields
  std::array<bool, 3> resent_seen_ = {};  // the same with "resent-"
};

constexpr std::array<std::string_view, 3> kAddedFields = {"message-id", "date",
                                                          "from"};

void Cleanup::add(PostfixRecord record) {
  std::replace(record.text.begin(), record.text.end(), '\r', ' ');
  if (in_header_) {
    const bool part_of_field = continues_field(record) || begins_field(record);
    if (part_of_field) {
      line_goes_on_ = record.line_goes_on;
      return;
    }
    end_field();
    in_header_ = false;
    add_missing_fields();
    // An empty line separates; any other is the first of the body.
    if (record.text.empty() && !record.line_goes_on) return;
  }
  add_body(record);
}

bool Cleanup::continues_field(const PostfixRecord& record) {
  if (field_.empty()) return false;
  const bool folded =
      !line_goes_on_ && !record.text.empty() && is_blank(record.text.front());
  if (!line_goes_on_ && !folded) return false;
  if (field_.size() < kFieldLimit) {
    if (folded) field_ += '\n';
    field_ += before_nul(record.text);
  }
  return true;
}

bool Cleanup::begins_field(const PostfixRecord& record) {
  const std::size_t name_length = field_name_length(record.text);
  if (name_length == 0) return false;
  end_field();
  const std::string_view text = record.text;
  const std::size_t colon = text.find(':', name_length);
  field_ = text.substr(0, name_length);
  field_ += before_nul(text.substr(colon));
  return true;
}

void Cleanup::end_field() {
  if (field_.empty()) return;
  if (field_.size() > kFieldLimit) shorten_field();
  std::string name = field_.substr(0, field_.find(':'));
  const std::string known = lower(name);
  if (!std::exchange(own_field_, false) && !dropped(known)) {
    note(known);
    std::string body;
    for (const char octet : std::string_view(field_).substr(
             std::min(name.size() + 1, field_.size()))) {
      if (octet == '\n') body += '\r';
      body += octet;
    }
    view_.message.fields.push_back({std::move(name), std::move(body)});
  }
  field_.clear();
}

// Before the folding that goes over the limit, unless that loses a tenth.
void Cleanup::shorten_field() {
  const std::size_t folding = field_.rfind('\n', kFieldLimit);
  const bool near =
      folding != std::string::npos && folding + 1 > kFieldLimit / 10 * 9;
  field_.resize(near ? folding : kFieldLimit);
}

bool Cleanup::dropped(const std::string& name) {
  const bool keeps_received = options_.direction == Direction::kInbound ||
                              options_.direction == Direction::kInternal;
  // A dropped Resent-Bcc still says that the message was resent.
  if (name == "resent-bcc") resent_ = true;
  if (name == "received") return !keeps_received;
  return std::find(kDropped.begin(), kDropped.end(), name) != kDropped.end();
}

void Cleanup::note(const std::string& name) {
  if (name == "received" && ++received_ == kReceivedLimit) {
    view_.refusal = "554 5.4.0 Error: too many hops";
  }
  if (name.starts_with("resent-")) resent_ = true;
  for (std::size_t i = 0; i < kAddedFields.size(); ++i) {
    if (name == kAddedFields[i]) seen_[i] = true;
    if (name == "resent-" + std::string(kAddedFields[i])) {
      resent_seen_[i] = true;
    }
  }
}

void Cleanup::add_missing_fields() {
  if (options_.direction != Direction::kLocal) return;
  const std::tm time = fmt::gmtime(static_cast<std::time_t>(options_.now));
  const std::array<std::pair<std::string_view, std::string>, 3> fields = {{
      {"Message-Id", fmt::format(" <{:%Y%m%d%H%M%S}.{}@{}>", time,
                                 options_.queue_id, options_.hostname)},
      {"Date", fmt::format(" {:%a, %e %b %Y %H:%M:%S} +0000 (UTC)", time)},
      {"From", " " + options_.reverse_path},
  }};
  const auto& seen = resent_ ? resent_seen_ : seen_;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (seen[i]) continue;
    view_.message.fields.push_back(
        {(resent_ ? "Resent-" : "") + std::string(fields[i].first),
         fields[i].second});
  }
}

void Cleanup::add_body(const PostfixRecord& record) {
  view_.message.body += record.text;
  if (!record.line_goes_on) view_.message.body += "\r\n";
  body_line_open_ = record.line_goes_on;
}

void Cleanup::finish() {
  if (in_header_) {
    end_field();
    add_missing_fields();
  }
  if (body_line_open_) view_.message.body += "\r\n";
}

}  // namespace

PostfixView postfix_view(std::string_view octets,
                         const PostfixOptions& options) {
  const bool by_sendmail = options.direction == Direction::kLocal;
  std::string ended;
  if (!by_sendmail && !octets.empty() && octets.back() != '\n') {
    // The final dot stands on a line of its own (RFC 5321 4.1.1.4).
    ended.assign(octets).append("\r\n");
    octets = ended;
  }
  PostfixView view;
  Cleanup cleanup(options, view);
  using Entry = PostfixRecordReader::Entry;
  PostfixRecordReader records(octets,
                              by_sendmail ? Entry::kSendmail : Entry::kSmtp);
  bool first = true;
  while (!records.at_end()) {
    PostfixRecord record = records.next();
    if (first && is_mailbox_separator(record.text)) {
      if (!by_sendmail) {
        record.text = "X-Mailbox-Line: " + std::string(before_nul(record.text));
        cleanup.add(std::move(record));
        continue;
      }
      if (!record.line_goes_on) continue;
    }
    // Nothing to continue: a line that begins with a blank begins the body.
    if (first && !record.text.empty() && is_blank(record.text.front())) {
      cleanup.add(PostfixRecord{});
    }
    first = false;
    cleanup.add(std::move(record));
  }
  cleanup.finish();
  return view;
}

}  // namespace ctl
