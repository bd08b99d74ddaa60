#include "limits/choice.h"

#include <optional>
#include <string_view>
#include <utility>

#include "limits/embedded_store.h"
#include "limits/redis_store.h"

namespace limits {
namespace {

constexpr std::string_view kEmbedded = "embedded";
constexpr std::string_view kRedis = "redis:";

std::optional<RedisPlace> redis_place(std::string_view text) {
  if (!text.starts_with(kRedis)) return std::nullopt;
  return parse_redis_place(text.substr(kRedis.size()));
}

}  // namespace

std::string trouble_with_store(const daemons::Settings& settings) {
  const std::string text = settings.text("limits_store");
  if (text == kEmbedded || redis_place(text)) return {};
  return "limits_store: '" + text +
         "' is none of embedded, redis:unix:/PATH, redis:HOST:PORT";
}

std::unique_ptr<LimitStore> make_store(const daemons::Settings& settings,
                                       const StoreSurroundings& surroundings,
                                       std::string& error) {
  const std::string text = settings.text("limits_store");
  if (text == kEmbedded) {
    EmbeddedStoreOptions options;
    options.directory = settings.text(surroundings.directory_key);
    options.max_keys = surroundings.max_keys;
    options.now = surroundings.now;
    options.tell = surroundings.tell;
    auto store = EmbeddedStore::open(std::move(options), error);
    if (store == nullptr) {
      error = std::string(surroundings.directory_key) + ": " + error;
    }
    return store;
  }
  error = trouble_with_store(settings);
  if (!error.empty()) return nullptr;
  return std::make_unique<RedisStore>(RedisStoreOptions{
      *redis_place(text), surroundings.post, surroundings.tell});
}

}  // namespace limits
