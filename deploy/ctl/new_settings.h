#pragma once

// The text of a new chatmail.ini: the keys that relays' files have today, each
// with its value and a comment, so that an operator changes it by reading it.
//
// What cannot be guessed, the contact of the privacy policy, is left empty and
// asked for: no relay is put on the net with a made-up contact.

#include <string>
#include <string_view>

namespace ctl {

// `mail_domain` is one, as daemons::is_mail_domain() has it.
std::string new_settings(std::string_view mail_domain);

}  // namespace ctl
