// A libmilter filter that does nothing, with the same no-reply flags as ours:
// what libmilter itself costs, to compare with.
//
//   nothing_milter unix:/PATH

#include <libmilter/mfapi.h>

#include <cstdio>

#include "daemon/readiness.h"

namespace {

// NOLINTNEXTLINE(readability-function-size): libmilter's nine parameters.
sfsistat on_negotiate(SMFICTX*, unsigned long, unsigned long, unsigned long,
                      unsigned long, unsigned long* actions,
                      unsigned long* protocol, unsigned long* spare,
                      unsigned long* spare2) {
  *actions = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_DELRCPT | SMFIF_CHGFROM;
  *protocol = SMFIP_NOHELO | SMFIP_NODATA | SMFIP_NOUNKNOWN | SMFIP_NR_CONN |
              SMFIP_NR_HELO | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_HDR |
              SMFIP_NR_BODY | SMFIP_HDR_LEADSPC;
  *spare = 0;
  *spare2 = 0;
  return SMFIS_CONTINUE;
}

sfsistat on_connect(SMFICTX*, char*, sockaddr*) { return SMFIS_NOREPLY; }
sfsistat on_mail(SMFICTX*, char**) { return SMFIS_CONTINUE; }
sfsistat on_recipient(SMFICTX*, char**) { return SMFIS_NOREPLY; }
sfsistat on_header_field(SMFICTX*, char*, char*) { return SMFIS_NOREPLY; }
sfsistat on_end_of_header(SMFICTX*) { return SMFIS_CONTINUE; }
sfsistat on_body(SMFICTX*, unsigned char*, std::size_t) {
  return SMFIS_NOREPLY;
}
sfsistat on_end(SMFICTX*) { return SMFIS_ACCEPT; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: nothing_milter unix:/PATH\n");
    return 2;
  }
  static char name[] = "nothing";
  smfiDesc description{};
  description.xxfi_name = name;
  description.xxfi_version = SMFI_VERSION;
  description.xxfi_flags =
      SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_DELRCPT | SMFIF_CHGFROM;
  description.xxfi_negotiate = on_negotiate;
  description.xxfi_connect = on_connect;
  description.xxfi_envfrom = on_mail;
  description.xxfi_envrcpt = on_recipient;
  description.xxfi_header = on_header_field;
  description.xxfi_eoh = on_end_of_header;
  description.xxfi_body = on_body;
  description.xxfi_eom = on_end;
  if (smfi_register(description) != MI_SUCCESS ||
      smfi_setconn(argv[1]) != MI_SUCCESS || smfi_setbacklog(512) != 0 ||
      smfi_opensocket(true) != MI_SUCCESS) {
    return 1;
  }
  daemons::notify_ready("doing nothing");
  return smfi_main() == MI_SUCCESS ? 0 : 1;
}
