#pragma once

// Mailboxes into entries while Dovecot delivers, and users read and delete.
//
// A message keeps the front of its name for as long as it lives, and moves from
// new to cur, and in cur from name to name, as its flags change.  So new is
// read before cur, both once more at the end, and who was seen is passed over:
// a message that is there the whole time is never missed and never twice there.
// Dovecot's own files come last, dovecot-uidlist before the indexes: every
// message that a client has seen then has its UID, and an index that knows more
// is repaired by Dovecot.  What is still being delivered (tmp) is left out:
// whoever sends it sends it again.

#include <string>

#include "deploy/moving/disk_tree.h"

namespace moving {

// <mailboxes_dir> and all in it.
void put_mailboxes(DiskTree& tree, const std::string& path);

}  // namespace moving
