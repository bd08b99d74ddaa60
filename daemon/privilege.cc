#include "daemon/privilege.h"

#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace daemons {
namespace {

std::string because(std::string_view what) {
  return std::string(what) + ": " + std::strerror(errno);
}

}  // namespace

std::optional<std::string> forbid_new_privileges() {
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) return std::nullopt;
  return because("no_new_privs");
}

std::optional<std::string> become(const std::string& user,
                                  const std::string& group) {
  // Called while there is one thread, so these need no _r form.
  const passwd* account = getpwnam(user.c_str());  // NOLINT(concurrency-*)
  if (account == nullptr) return "no such user: " + user;
  const uid_t uid = account->pw_uid;
  gid_t gid = account->pw_gid;
  if (!group.empty()) {
    const struct group* entry = getgrnam(group.c_str());
    if (entry == nullptr) return "no such group: " + group;
    gid = entry->gr_gid;
  }
  if (geteuid() == uid && getegid() == gid) return std::nullopt;
  if (initgroups(user.c_str(), gid) != 0) return because("initgroups");
  if (setresgid(gid, gid, gid) != 0) return because("setresgid");
  if (setresuid(uid, uid, uid) != 0) return because("setresuid");
  if (uid != 0 && setuid(0) == 0) return "root could be regained";
  return std::nullopt;
}

std::optional<std::string> raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return because("RLIMIT_NOFILE");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) return because("RLIMIT_NOFILE");
  return std::nullopt;
}

bool give_up_privileges(const std::string& user, spdlog::logger& log) {
  if (auto wrong = raise_file_limit()) log.warn("{}", *wrong);
  std::optional<std::string> wrong;
  if (!user.empty()) {
    wrong = become(user, "");
  } else if (geteuid() == 0) {
    log.warn("running as root; --user names a user to become");
  }
  if (!wrong) wrong = forbid_new_privileges();
  if (wrong) log.error("{}", *wrong);
  return !wrong;
}

std::string postfix_group(const std::string& wanted) {
  if (!wanted.empty()) return wanted;
  // Called while there is one thread, so this needs no _r form.
  const group* postfix = getgrnam(kPostfixGroup);  // NOLINT(concurrency-*)
  if (postfix == nullptr) return {};
  return geteuid() == 0 || group_member(postfix->gr_gid) != 0 ? kPostfixGroup
                                                              : "";
}

}  // namespace daemons
