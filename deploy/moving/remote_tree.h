#pragma once

// Files of another host, by ssh(1): what nobody here may change, so nothing is
// installed or written there.

#include <optional>
#include <string>
#include <vector>

#include "deploy/machine/ssh_host.h"

namespace moving {

// Each gives what went wrong and what to do then, or nothing.  `host` is as ssh
// takes it; root where no user is named.
using RemoteFailure = std::optional<machine::SshFailure>;

RemoteFailure fetch_text(const std::string& host, const std::string& path,
                         std::string& text);

// A tar archive of those of `paths` that are there, into `file`.
RemoteFailure fetch_tree(const std::string& host,
                         const std::vector<std::string>& paths,
                         const std::string& file);

// Whether Postfix or Dovecot runs there, so that mail comes while it is copied.
bool serves_mail_there(const std::string& host);

}  // namespace moving
