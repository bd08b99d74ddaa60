#include "deploy/services/doveauth/service.h"
#include "deploy/services/host/program.h"

namespace {

constexpr host::Identity kIdentity = {
    "doveauth", "Logins and accounts of a chatmail relay, for Dovecot.",
    "doveauth_socket", "doveauth_metrics_socket"};

}  // namespace

int main(int argc, char** argv) {
  return host::main(kIdentity, argc, argv, doveauth::make_program);
}
