#include "deploy/services/doveauth/setup.h"

#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "daemon/program_files.h"
#include "deploy/services/doveauth/invitations.h"

namespace doveauth {
namespace {

Surroundings make_surroundings(const Setup& setup) {
  Surroundings surroundings;
  surroundings.nocreate = [path = setup.settings.text("nocreate_file")] {
    // One that nobody may look at is taken for there.
    return !path.empty() &&
           (access(path.c_str(), F_OK) == 0 || errno != ENOENT);
  };
  surroundings.load = read_system_load;
  surroundings.free_disk = [path = setup.mailboxes_dir] {
    return free_disk_space(path);
  };
  surroundings.invite_is_valid =
      [path =
           setup.invites_file](std::string_view token) -> std::optional<bool> {
    std::string error;
    const auto invites = Invitations(path).all(error);
    if (!invites) return std::nullopt;
    const auto found = invites->find(std::string(token));
    return found != invites->end() &&
           found->second.is_valid(std::time(nullptr));
  };
  return surroundings;
}

}  // namespace

std::shared_ptr<const Setup> make_setup(const daemons::Settings& settings,
                                        std::vector<std::string>& errors,
                                        std::vector<std::string>& warnings) {
  auto setup = std::make_shared<Setup>();
  setup->settings = settings;
  setup->domains = settings.address_domains();
  setup->mailboxes_dir = settings.mailboxes_dir();
  setup->mailbox_user = settings.text("mailbox_user");
  setup->invites_file = settings.text("invites_file");
  setup->log_addresses = settings.yes("log_addresses");
  setup->scheme = settings.text("password_scheme") == "YESCRYPT"
                      ? Scheme::kYescrypt
                      : Scheme::kSha512Crypt;
  setup->surroundings = make_surroundings(*setup);
  std::vector<std::string> places = settings.words("account_rules");
  // The operator's own, then the shipped ones.
  if (!settings.is_set("account_rules")) {
    places.push_back(daemons::shipped_rules_directory() + "/accounts");
  }
  setup->rules = AccountRules::load(places, settings, errors, warnings);
  return setup->rules == nullptr ? nullptr : setup;
}

}  // namespace doveauth
