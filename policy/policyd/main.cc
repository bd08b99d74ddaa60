#include "policy/policyd/service.h"

namespace {

const daemons::Identity kIdentity = {
    .name = "chatmail-policyd",
    .about = "The policy service of a chatmail relay.",
    .overrides =
        {
            {"--socket", "policyd_socket",
             "Where Postfix and the milter connect"},
            {"--metrics-socket", "policyd_metrics_socket",
             "Where counters are served: PATH"},
            {"--state-dir", "policyd_state_dir",
             "Where limits survive a restart"},
            {"--limits-store", "limits_store",
             "embedded, redis:unix:PATH or redis:HOST:PORT"},
            {"--rules-dir", "rules_dir", "The shipped rules"},
            {"--own-rules-dir", "own_rules_dir",
             "The rules that come before them"},
            {"--accounts-socket", "accounts_socket",
             "Where doveauth tells of accounts"},
            {"--mail-domain", "mail_domain",
             "The domain of the relay's addresses"},
            {"--mailboxes-dir", "mailboxes_dir", "Where the mailboxes are"},
        },
    .checks = "the settings and the rules",
};

}  // namespace

int main(int argc, char** argv) {
  return daemons::run_program(
      kIdentity, argc, argv, [](const auto& options, auto log) {
        return options.check_config ? policyd::check_config(options, *log)
                                    : policyd::run_service(options, log);
      });
}
