#include "deploy/ctl/password_base.h"

#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ctl {
namespace {

// Who else has it open may be writing.
constexpr int kPatience = 60'000;  // milliseconds

class Statement {
 public:
  Statement(sqlite3* base, const char* text) {
    sqlite3_prepare_v2(base, text, -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  bool is_good() const { return statement_ != nullptr; }
  int step() const { return sqlite3_step(statement_); }
  std::string text(int column) const {
    const void* octets = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    if (octets == nullptr) return {};
    return {static_cast<const char*>(octets), static_cast<std::size_t>(size)};
  }
  std::int64_t number(int column) const {
    return sqlite3_column_int64(statement_, column);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace

PasswordBase::~PasswordBase() { sqlite3_close(base_); }

std::unique_ptr<PasswordBase> PasswordBase::open(const std::string& path,
                                                 std::string& error) {
  // SQLite gives no reason.
  if (access(path.c_str(), R_OK) != 0) {
    error = path + ": " + std::strerror(errno);
    return nullptr;
  }
  std::unique_ptr<PasswordBase> opened(new PasswordBase);
  const int result = sqlite3_open_v2(path.c_str(), &opened->base_,
                                     SQLITE_OPEN_READONLY, nullptr);
  if (result != SQLITE_OK) {
    error = path + ": " + sqlite3_errstr(result);
    return nullptr;
  }
  sqlite3_busy_timeout(opened->base_, kPatience);
  const Statement count(opened->base_, "SELECT count(*) FROM users");
  if (!count.is_good() || count.step() != SQLITE_ROW) {
    error = path + ": " + sqlite3_errmsg(opened->base_);
    return nullptr;
  }
  if (!opened->has_column("addr") || !opened->has_column("password")) {
    error = path + ": its table users has no columns addr and password";
    return nullptr;
  }
  opened->count_ = static_cast<std::size_t>(count.number(0));
  opened->has_last_login_ = opened->has_column("last_login");
  return opened;
}

bool PasswordBase::has_column(const char* name) const {
  const Statement columns(base_, "PRAGMA table_info(users)");
  while (columns.is_good() && columns.step() == SQLITE_ROW) {
    if (columns.text(1) == name) return true;
  }
  return false;
}

bool PasswordBase::for_each(
    const std::function<void(const PasswordEntry&)>& visit,
    std::string& error) const {
  const Statement rows(
      base_, has_last_login_
                 ? "SELECT addr, password, last_login FROM users ORDER BY addr"
                 : "SELECT addr, password, 0 FROM users ORDER BY addr");
  int result = rows.is_good() ? SQLITE_ROW : SQLITE_ERROR;
  while (result == SQLITE_ROW && (result = rows.step()) == SQLITE_ROW) {
    visit({rows.text(0), rows.text(1), rows.number(2)});
  }
  if (result == SQLITE_DONE) return true;
  error = sqlite3_errmsg(base_);
  return false;
}

}  // namespace ctl
