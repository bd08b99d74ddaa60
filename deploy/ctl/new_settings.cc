#include "deploy/ctl/new_settings.h"

#include <string>

namespace ctl {
namespace {

constexpr std::string_view kBegin = R"([params]

# The relay's addresses end in @ and this: a domain name, or the host's IP
# address for a relay without a name.  A name that begins with an underscore
# is one of a test relay, with a self-signed certificate.
mail_domain = )";

constexpr std::string_view kMiddle = R"(

#
# Privacy policy.  It is on the web page, and the law of many countries asks
# for it: WRITE YOUR OWN BELOW.  Without privacy_postal and privacy_mail the
# web page is not made.
#

# Who runs the relay: name and postal address; further lines are indented.
privacy_postal =

# Where people write to about their data.
privacy_mail =

# The data protection officer, if there has to be one; several lines.
privacy_pdo =

# The authority that people may complain to; several lines.
privacy_supervisor =

#
# Certificates.  Without these lines they come from an ACME authority (Let's
# Encrypt), by acmetool.
#

# An address at which the authority may reach you.
acme_email =

# Files that somebody else renews: the chain and the key, separated by a blank.
# tls_external_cert_and_key = /etc/ssl/chain.pem /etc/ssl/private/key.pem

#
# How much a user may do.
#

# Messages that an account may send in a minute, and how many at once before
# that counts.
max_user_send_per_minute = 60
max_user_send_burst_size = 10

# All messages of an account; the oldest go when three quarters are full.
max_mailbox_size = 500M

# One message, in octets.
max_message_size = 31457280

#
# How long what is kept.
#

# Days after which every message goes, and those of more than 200 kB.
delete_mails_after = 20
delete_large_after = 7

# Days without a login after which an account goes with its messages.
delete_inactive_users_after = 90

#
# New accounts: an address exists from its first login.
#

username_min_length = 9
username_max_length = 9
password_min_length = 9

# None are made while the host has more load or less memory or disk than this.
max_load_1m = 5
min_available_memory = 200M
min_free_disk_space = 1G

# open, invite (by a token: chatmail account invite) or closed.
# registration = open

#
# The host.
#

# Connections at the same time.
max_imap_connections = 10000
max_smtp_connections = 1000

# yes where IPv6 does not work.
disable_ipv6 = False

# yes: relays that publish an MTA-STS policy get mail only at the hosts that it
# names (docs/mta-sts.md).  It takes 32 MB of memory.
# mta_sts_lookup = yes

# Your own folder of Markdown instead of the shipped web page.
www_folder =

# An iroh relay elsewhere, or none with nothing behind the =.  Without this line
# it is the one of this host, if its program is there.
# iroh_relay = https://iroh.example

# Where mtail offers metrics, an address of this host; empty: it does not run.
# mtail_address = 127.0.0.1

# Every IMAP session is written down, with everybody's messages: only to look
# for a fault on a relay of your own.
imap_rawlog = False

# IMAP COMPRESS, which costs memory for each connection.
imap_compress = False
)";

}  // namespace

std::string new_settings(std::string_view mail_domain) {
  std::string text(kBegin);
  text += mail_domain;
  text += kMiddle;
  return text;
}

}  // namespace ctl
