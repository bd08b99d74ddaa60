#include "deploy/services/expire/retention.h"

#include <catch2/catch.hpp>
#include <optional>

using expire::Reason;

namespace {

constexpr std::time_t kNow = 1'795'608'000;
constexpr std::time_t kDay = 86'400;

daemons::Settings settings_with(const char* key, const char* value) {
  daemons::Settings settings;
  REQUIRE_FALSE(settings.set(key, value).has_value());
  return settings;
}

}  // namespace

TEST_CASE("what is not set is what relays have") {
  const auto retention = expire::retention_of({}, kNow);
  CHECK(retention.now == kNow);
  CHECK(retention.mails == kNow - 20 * kDay);
  CHECK(retention.large_mails == kNow - 7 * kDay);
  CHECK(retention.logins == kNow - 90 * kDay);
  CHECK(retention.quota == off_t{500} * 1024 * 1024 * 7 / 10);
}

TEST_CASE("the longest age and the largest size have room") {
  for (const char* key : {"delete_mails_after", "delete_large_after",
                          "delete_inactive_users_after"}) {
    const auto retention =
        expire::retention_of(settings_with(key, "36500"), kNow);
    CHECK(retention.mails < kNow);
    CHECK(retention.logins < kNow);
  }
  CHECK(expire::retention_of(settings_with("max_mailbox_size", "8192G"), kNow)
            .quota > 0);
}

TEST_CASE("a message goes by its age, a large one that was seen earlier") {
  const auto retention = expire::retention_of({}, kNow);
  const struct {
    const char* directory;
    off_t size;
    std::time_t age;
    std::optional<Reason> reason;
  } rows[] = {
      {"cur", 10, 20 * kDay, std::nullopt},
      {"cur", 10, 20 * kDay + 1, Reason::kOld},
      {"new", 10, 20 * kDay + 1, Reason::kOld},
      {"tmp", 10, 20 * kDay + 1, Reason::kOld},
      {"cur", 300'000, 20 * kDay + 1, Reason::kOld},
      {"cur", 200'000, 8 * kDay, std::nullopt},
      {"cur", 200'001, 7 * kDay, std::nullopt},
      {"cur", 200'001, 7 * kDay + 1, Reason::kLarge},
      {"new", 200'001, 8 * kDay, std::nullopt},
      {"tmp", 200'001, 8 * kDay, std::nullopt},
      {"cur", 10, -5 * kDay, std::nullopt},
  };
  for (const char* folder : {"", ".Sent"}) {
    for (const auto& row : rows) {
      INFO(folder << "/" << row.directory << " " << row.size << " " << row.age);
      mailbox::Message message;
      message.folder = folder;
      message.directory = row.directory;
      message.size = row.size;
      message.modified = kNow - row.age;
      CHECK(expire::reason_to_remove(retention, message) == row.reason);
    }
  }
}
