#include <malloc.h>

#include "milter/service.h"

namespace {

const daemons::Identity kIdentity = {
    .name = "chatmail-milter",
    .about = "The milter of a chatmail relay.",
    .overrides =
        {
            {"--socket", "milter_socket", "Where Postfix connects: unix:PATH"},
            {"--engine", "milter_engine",
             "What speaks the milter protocol: native or libmilter"},
            {"--metrics-socket", "metrics_socket",
             "Where counters are served: PATH"},
            {"--policyd-socket", "policyd_socket",
             "Where chatmail-policyd listens"},
            {"--accounts-socket", "accounts_socket",
             "Where doveauth tells of accounts"},
            {"--mail-domain", "mail_domain",
             "The domain of the relay's addresses"},
            {"--mailboxes-dir", "mailboxes_dir", "Where the mailboxes are"},
            {"--dkim-key", "dkim_key", "The private key to sign with"},
            {"--dkim-selector", "dkim_selector", "Its selector"},
            {"--rules-dir", "rules_dir",
             "The rules, instead of the shipped ones"},
            {"--own-rules-dir", "own_rules_dir", "Rules to ask before those"},
            {"--dns-server", "dns_forwarders",
             "ADDRESS or ADDRESS@PORT to ask"},
        },
    .checks = "the settings and the keys",
};

}  // namespace

int main(int argc, char** argv) {
  // There may be a thread for each message that waits; with an arena for each,
  // every one keeps what its largest message took.
  mallopt(M_ARENA_MAX, 2);
  return daemons::run_program(
      kIdentity, argc, argv, [](const auto& options, auto log) {
        return options.check_config ? milter::check_config(options, *log)
                                    : milter::run_service(options, log);
      });
}
