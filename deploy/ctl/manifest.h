#pragma once

// A manifest: many messages and what must come of each, one JSON object a
// line.
//
//   file          path of the message, relative to the manifest   (required)
//   expect        accept, reject, tempfail or either (accept or reject, but
//                 decided)                                        (required)
//   reply         what the reply begins with, or null
//   why           what the case is about, for people
//   direction     inbound, outbound, local, internal
//   mail_from     the reverse-path, "" for <>
//   rcpt_to       a recipient or a list of them
//   login, client_address
//   cleartext_ok  true: every recipient takes cleartext; or a list of those
//   unknown       a list of recipients that do not exist
//   dns           path of a DNS file relative to the manifest, or its object
//   now           seconds since the epoch
//   assume        "dkim=pass" or a list of such
//
// null is as good as absent.  What a line does not say is taken from the
// command line.  Other fields may stand there and mean nothing here.  An empty
// line is skipped.

#include <string>
#include <vector>

#include "deploy/ctl/check_case.h"

namespace ctl {

struct Manifest {
  std::vector<Case> cases;
  std::vector<std::string> errors;  // each "file:line: what is wrong"
};

Manifest read_manifest(const std::string& path, const Case& defaults);

}  // namespace ctl
