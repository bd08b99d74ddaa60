#include "deploy/services/host/program.h"
#include "deploy/services/metadata/service.h"

namespace {

constexpr host::Identity kIdentity = {
    "chatmail-metadata",
    "METADATA of a chatmail relay's users, and notifications to their devices.",
    "metadata_socket", "metadata_metrics_socket"};

}  // namespace

int main(int argc, char** argv) {
  return host::main(kIdentity, argc, argv, metadata::make_program);
}
