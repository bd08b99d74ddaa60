#pragma once

// What makes a relay that relay: the files and folders without which another
// host would be another relay.  What `chatmail run` renders is not among them.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"
#include "deploy/relay/site.h"

namespace moving {

enum class Part : std::uint8_t {
  kSettings,      // chatmail.ini, the operator's rules
  kKeys,          // of DKIM
  kCertificates,  // and the account at the authority
  kState,         // of the services: limits, invites, the secret of TURN
  kPage,          // the operator's own www_folder
  kMailboxes,     // with what waits to be pushed
  kQueue,         // of Postfix
};

inline constexpr Part kParts[] = {
    Part::kSettings, Part::kKeys,      Part::kCertificates, Part::kState,
    Part::kPage,     Part::kMailboxes, Part::kQueue};

std::string_view name_of(Part part);
std::optional<Part> part_named(std::string_view name);

struct Root {
  Part part = Part::kSettings;
  std::string path;  // absolute, without "/" at its end; of a file or a folder
};
using Roots = std::vector<Root>;

// None is in another.  They need not exist.  `config_file` is the chatmail.ini
// that the settings are of.
Roots belongings(const daemons::Settings& settings, const relay::Site& site,
                 const std::string& config_file);

// The folders in Postfix's queue directory that hold mail, and what is known
// of each message.
inline constexpr std::string_view kQueueDirectory = "/var/spool/postfix";
inline constexpr std::string_view kMessageQueues[] = {
    "maildrop", "incoming", "active", "deferred", "hold", "corrupt"};
inline constexpr std::string_view kQueueNotes[] = {"bounce", "defer", "trace",
                                                   "flush", "saved"};
void add_queue(Roots& roots);

// Adds it, unless it is in another; those that are in it go.
void add_root(Roots& roots, Part part, const std::string& path);

// Whether `path` is `folder` or in it.
bool is_within(std::string_view path, std::string_view folder);

// A folder of the system, in which no relay has anything to put back: what
// names it is a mistake, or somebody else's archive.
bool is_of_the_system(const std::string& path);

}  // namespace moving
