#include "limits/redis_store.h"

#include <hiredis/hiredis.h>
#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "daemon/signals.h"
#include "limits/limits.h"

namespace limits {
namespace {

// KEYS are buckets; ARGV is 0 to look, 1 to spend, 2 to give back, then for
// each bucket the two numbers of GcraTerms, and at last the time until which
// somebody waits for the answer, by Redis' clock.  The answer: which limit (0:
// none, -1: nobody waits any more, and nothing was done), how long it needs,
// and the time.
constexpr char kScript[] = R"(
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
if now > tonumber(ARGV[#ARGV]) then return {-1, 0, now} end
local limit, longest, full = 0, 0, {}
for i, key in ipairs(KEYS) do
  local begin = tonumber(redis.call('GET', key) or '0') or 0
  if begin < now then begin = now end
  local wait = begin - now - tonumber(ARGV[2 * i])
  if ARGV[1] == '2' then
    full[i] = math.max(begin - tonumber(ARGV[2 * i + 1]), now)
  else
    if wait > longest then limit, longest = i, wait end
    full[i] = begin + tonumber(ARGV[2 * i + 1])
  end
end
if limit == 0 and ARGV[1] ~= '0' then
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.0f', full[i]), 'PX',
               string.format('%.0f', math.max(math.ceil((full[i] - now) / 1000), 1)))
  end
end
return {limit, longest, now}
)";

// The first of ARGV.
constexpr char kLook[] = "0";
constexpr char kSpend[] = "1";
constexpr char kGiveBack[] = "2";

constexpr StoreAnswer kTemporaryError{StoreAnswer::Kind::kTemporaryError, 0, 0};

using Reply = std::unique_ptr<redisReply, void (*)(void*)>;

timeval deadline() {
  const auto microseconds = std::chrono::microseconds(kRedisDeadline).count();
  return {microseconds / 1'000'000, microseconds % 1'000'000};
}

std::int64_t steady_microseconds() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// 128 bits of SHA-256 in hex.
std::string redis_key(std::string_view key) {
  unsigned char digest[EVP_MAX_MD_SIZE] = {};
  EVP_Digest(key.data(), key.size(), digest, nullptr, EVP_sha256(), nullptr);
  constexpr char digits[] = "0123456789abcdef";
  std::string text = "chatmilter:limit:";
  for (int i = 0; i < 16; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 0xfU];
  }
  return text;
}

void append_command(redisContext* context, const char* command,
                    const std::string& script,
                    const std::vector<std::string>& words,
                    const std::string& last_word = {}) {
  std::vector<const char*> texts = {command, script.c_str()};
  std::vector<std::size_t> lengths = {std::string_view(command).size(),
                                      script.size()};
  for (const std::string& word : words) {
    texts.push_back(word.data());
    lengths.push_back(word.size());
  }
  if (!last_word.empty()) {
    texts.push_back(last_word.data());
    lengths.push_back(last_word.size());
  }
  redisAppendCommandArgv(context, static_cast<int>(texts.size()), texts.data(),
                         lengths.data());
}

Reply next_reply(redisContext* context) {
  void* reply = nullptr;
  if (redisGetReply(context, &reply) != REDIS_OK) reply = nullptr;
  return {static_cast<redisReply*>(reply), freeReplyObject};
}

bool is_error(const redisReply& reply, std::string_view word) {
  return reply.type == REDIS_REPLY_ERROR &&
         std::string_view(reply.str, reply.len).starts_with(word);
}

std::string text_of(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ERROR ? std::string(reply.str, reply.len)
                                         : "an answer of another kind";
}

bool is_answer(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ARRAY && reply.elements == 3 &&
         std::all_of(reply.element, reply.element + 3,
                     [](const redisReply* each) {
                       return each->type == REDIS_REPLY_INTEGER;
                     });
}

// TIME's: seconds and microseconds, in words.
std::optional<std::int64_t> parse_time(const redisReply* reply) {
  if (reply == nullptr || reply->type != REDIS_REPLY_ARRAY ||
      reply->elements != 2) {
    return std::nullopt;
  }
  std::int64_t parts[2] = {};
  for (int i = 0; i < 2; ++i) {
    const redisReply& part = *reply->element[i];
    if (part.type != REDIS_REPLY_STRING) return std::nullopt;
    const char* end = part.str + part.len;
    const auto [rest, error] = std::from_chars(part.str, end, parts[i]);
    if (error != std::errc{} || rest != end) return std::nullopt;
  }
  return parts[0] * 1'000'000 + parts[1];
}

std::optional<StoreAnswer> parse_answer(const redisReply& reply) {
  if (!is_answer(reply)) return std::nullopt;
  const std::int64_t limit = reply.element[0]->integer;
  if (limit < 0) return kTemporaryError;
  if (limit == 0) return StoreAnswer{};
  return StoreAnswer{StoreAnswer::Kind::kTooMuch,
                     static_cast<std::size_t>(limit - 1),
                     seconds_rounded_up(reply.element[1]->integer)};
}

}  // namespace

std::optional<RedisPlace> parse_redis_place(std::string_view text) {
  if (text.starts_with("unix:/")) {
    return RedisPlace{std::string(text.substr(5)), {}, 0};
  }
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  int port = 0;
  const char* end = digits.data() + digits.size();
  const auto [rest, error] = std::from_chars(digits.data(), end, port);
  if (error != std::errc{} || rest != end || port < 1 || port > 65535) {
    return std::nullopt;
  }
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find_first_of(":/[]") != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.empty()) return std::nullopt;
  return RedisPlace{{}, std::string(host), port};
}

void RedisStore::Deleter::operator()(redisContext* context) const {
  redisFree(context);
}

RedisStore::RedisStore(RedisStoreOptions options)
    : options_(std::move(options)) {
  const daemons::BlockedSignals blocked;
  thread_ = std::thread([this] { run(); });
}

RedisStore::~RedisStore() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::optional<StoreAnswer> RedisStore::look(const std::vector<LimitUse>& uses,
                                            const Later& later) {
  return ask(kLook, uses, later);
}

std::optional<StoreAnswer> RedisStore::spend(const std::vector<LimitUse>& uses,
                                             const Later& later) {
  return ask(kSpend, uses, later);
}

std::optional<StoreAnswer> RedisStore::give_back(
    const std::vector<LimitUse>& uses, const Later& later) {
  return ask(kGiveBack, uses, later);
}

std::optional<StoreAnswer> RedisStore::ask(const char* what,
                                           const std::vector<LimitUse>& uses,
                                           const Later& later) {
  if (uses.empty()) return StoreAnswer{};
  Question question{{std::to_string(uses.size())}, {}};
  for (const LimitUse& use : uses) question.words.push_back(redis_key(use.key));
  question.words.emplace_back(what);
  for (const LimitUse& use : uses) {
    const GcraTerms terms = gcra_terms(use.rate, use.cost);
    question.words.push_back(std::to_string(terms.slack));
    question.words.push_back(std::to_string(terms.added));
  }
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kMaxRedisBacklog) return kTemporaryError;
    question.answered = later();
    waiting_.push_back(std::move(question));
  }
  changed_.notify_one();
  return std::nullopt;
}

void RedisStore::answer(Question& question, const StoreAnswer& answer) {
  options_.post(
      [answered = std::move(question.answered), answer] { answered(answer); });
}

void RedisStore::run() {
  while (true) {
    std::vector<Question> questions;
    bool stops = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stops_ || !waiting_.empty(); });
      questions.swap(waiting_);
      stops = stops_;
    }
    if (stops) {
      for (Question& question : questions) answer(question, kTemporaryError);
      return;
    }
    if (!connect()) {
      for (Question& question : questions) answer(question, kTemporaryError);
      continue;
    }
    ask_redis(questions);
  }
}

void RedisStore::ask_redis(std::vector<Question>& questions) {
  std::vector<Question> again = ask_redis(questions, "EVALSHA", script_);
  // Somebody flushed the scripts; EVAL brings this one along.
  if (!again.empty()) again = ask_redis(again, "EVAL", kScript);
  for (Question& question : again) answer(question, kTemporaryError);
}

std::vector<RedisStore::Question> RedisStore::ask_redis(
    std::vector<Question>& questions, const char* command,
    const std::string& script) {
  std::vector<Question> without_script;
  if (context_ == nullptr) return std::move(questions);
  const std::string nobody_waits =
      std::to_string(steady_microseconds() + ahead_ +
                     std::chrono::microseconds(kRedisDeadline).count());
  for (const Question& question : questions) {
    append_command(context_.get(), command, script, question.words,
                   nobody_waits);
  }
  for (Question& question : questions) {
    if (context_ == nullptr) {
      answer(question, kTemporaryError);
      continue;
    }
    const Reply reply = next_reply(context_.get());
    if (reply == nullptr) {
      answer(question, kTemporaryError);
      disconnect(context_->errstr);
    } else if (is_error(*reply, "NOSCRIPT")) {
      without_script.push_back(std::move(question));
    } else if (const auto parsed = parse_answer(*reply)) {
      // Its clock may be set meanwhile.
      ahead_ = reply->element[2]->integer - steady_microseconds();
      if (std::exchange(told_, false)) options_.tell("Redis answers again");
      answer(question, *parsed);
    } else {
      answer(question, kTemporaryError);
      complain(text_of(*reply));
    }
  }
  return without_script;
}

bool RedisStore::connect() {
  if (context_ != nullptr) return true;
  const std::int64_t now = steady_microseconds();
  if (now < retry_at_) return false;
  retry_at_ = now + std::chrono::microseconds(kRedisRetry).count();
  const RedisPlace& place = options_.place;
  context_.reset(
      place.path.empty()
          ? redisConnectWithTimeout(place.host.c_str(), place.port, deadline())
          : redisConnectUnixWithTimeout(place.path.c_str(), deadline()));
  if (context_ == nullptr || context_->err != 0) {
    disconnect(context_ == nullptr ? "out of memory" : context_->errstr);
    return false;
  }
  redisSetTimeout(context_.get(), deadline());
  redisAppendCommand(context_.get(), "TIME");
  append_command(context_.get(), "SCRIPT", "LOAD", {kScript});
  const auto time = parse_time(next_reply(context_.get()).get());
  // As if the answer had taken no time: rather too early than too late.
  ahead_ = time.value_or(0) - steady_microseconds();
  const Reply reply = next_reply(context_.get());
  if (!time || reply == nullptr || reply->type != REDIS_REPLY_STRING) {
    disconnect(reply == nullptr ? context_->errstr : text_of(*reply));
    return false;
  }
  script_.assign(reply->str, reply->len);
  return true;
}

void RedisStore::disconnect(const std::string& why) {
  complain(why);
  context_.reset();
}

void RedisStore::complain(const std::string& why) {
  if (std::exchange(told_, true)) return;
  options_.tell("Redis cannot be asked: " + why +
                "; what is limited is answered with 451");
}

}  // namespace limits
