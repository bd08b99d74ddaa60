#include "deploy/services/dict/session.h"

#include <optional>
#include <utility>

#include "deploy/services/dict/limits.h"

namespace dict {
namespace {

// Enough of a line that is too long to know which transaction it is about.
constexpr std::size_t kHead = 64;

Change to_change(Request& request) {
  Change change;
  change.key = std::move(request.key);
  if (request.kind == Request::Kind::kSet) {
    change.value = std::move(request.value);
  } else if (request.kind == Request::Kind::kUnset) {
    change.kind = Change::Kind::kUnset;
  } else {
    change.kind = Change::Kind::kAdd;
    change.amount = request.amount;
  }
  return change;
}

}  // namespace

bool Session::can_go_on() const {
  return pending_.size() < kMaxPending && output_.size() < kMaxUnsent;
}

void Session::receive(std::string_view octets) {
  // What is whole is looked at where it is; only the rest is kept.
  if (input_.empty() && !skipping_ && !advancing_) {
    advancing_ = true;
    octets = take_lines(octets);
    advancing_ = false;
  }
  input_ += octets;
  advance();
}

void Session::advance() {
  if (advancing_ || input_.empty()) return;
  advancing_ = true;  // a service may answer at once, which comes back here
  std::string taken;
  taken.swap(input_);
  const std::string_view rest = take_lines(taken);
  input_.assign(rest);
  advancing_ = false;
}

// Gives what could not be acted upon: the begin of a line, or whole lines as
// long as too many answers are owed.
std::string_view Session::take_lines(std::string_view octets) {
  while (can_go_on()) {
    const std::size_t end = octets.find('\n');
    if (skipping_) {
      if (end == std::string_view::npos) return {};
      skipping_ = false;
      overlong(std::exchange(head_, {}));
    } else if (end <= kMaxLine) {
      line(octets.substr(0, end));
    } else if (octets.size() > kMaxLine) {
      skipping_ = true;
      head_ = octets.substr(0, kHead);
      continue;
    } else {
      return octets;
    }
    octets.remove_prefix(end + 1);
  }
  return octets;
}

void Session::line(std::string_view line) { act(parse_request(line, major_)); }

void Session::overlong(std::string_view head) {
  Request request = parse_request(head, major_);
  if (wants_answer(request.kind)) {
    reply(request.kind == Request::Kind::kCommit ? request.id : "")
        .failed("the line is too long");
    return;
  }
  const auto open = open_.find(request.id);
  if (open != open_.end()) open->second.is_broken = true;
}

void Session::act(Request request) {
  using enum Request::Kind;
  std::string user = request.user.empty() ? user_ : std::move(request.user);
  switch (request.kind) {
    case kHello:
      major_ = request.major;
      user_ = std::move(user);
      break;
    case kLookup:
      service_.look_up({std::move(request.key), std::move(user)}, reply());
      break;
    case kIterate:
      service_.iterate({std::move(request.paths), std::move(user),
                        request.flags, request.most_rows},
                       reply());
      break;
    case kBegin:
      request.user = std::move(user);
      begin(request);
      break;
    case kCommit:
    case kQuiet:
      commit(request);
      break;
    case kRollback:
      close(open_.find(request.id));
      break;
    case kSet:
    case kUnset:
    case kAdd:
      change(request);
      break;
    case kOther:
      break;
  }
}

void Session::begin(Request& request) {
  close(open_.find(request.id));
  // The commit of one that is not here fails.
  if (open_.size() >= kMaxTransactions) return;
  open_[request.id].transaction.user = std::move(request.user);
}

void Session::change(Request& request) {
  const auto found = open_.find(request.id);
  if (found == open_.end() || found->second.is_broken) return;
  Open& open = found->second;
  const std::size_t octets =
      sizeof(Change) + request.key.size() + request.value.size();
  if (open_octets_ + octets > kMaxTransactionOctets) {
    open.is_broken = true;
    open.transaction.changes.clear();
    open_octets_ -= std::exchange(open.octets, 0);
    return;
  }
  open.octets += octets;
  open_octets_ += octets;
  open.transaction.changes.push_back(to_change(request));
}

void Session::commit(const Request& request) {
  const auto found = open_.find(request.id);
  const bool known = found != open_.end();
  const bool broken = known && found->second.is_broken;
  Transaction transaction;
  if (known) transaction = std::move(found->second.transaction);
  close(found);
  std::optional<Reply> answer;
  if (request.kind == Request::Kind::kCommit) {
    answer.emplace(reply(request.id));
  } else {
    // Of a slot that is in no row nobody hears.
    answer.emplace(std::weak_ptr<Session>(), loop_, std::make_shared<Slot>(),
                   request.id);
  }
  if (!known) {
    answer->failed("no such transaction");
  } else if (broken) {
    answer->failed("the transaction is too large");
  } else if (transaction.changes.empty()) {
    answer->done();
  } else {
    service_.commit(std::move(transaction), std::move(*answer));
  }
}

void Session::close(std::map<std::string, Open>::iterator open) {
  if (open == open_.end()) return;
  open_octets_ -= open->second.octets;
  open_.erase(open);
}

Reply Session::reply(std::string transaction) {
  auto slot = std::make_shared<Slot>();
  pending_.push_back(slot);
  return {weak_from_this(), loop_, std::move(slot), std::move(transaction)};
}

void Session::fill(Slot& slot, std::string& text) {
  slot.text = std::move(text);
  slot.is_filled = true;
  const bool had_output = !output_.empty();
  while (!pending_.empty() && pending_.front()->is_filled) {
    output_ += pending_.front()->text;
    pending_.pop_front();
  }
  if (!output_.empty() && !had_output) has_output_();
  advance();
}

}  // namespace dict
