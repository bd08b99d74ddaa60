#pragma once

// Carries out what a Judgement asks for, through libmilter.

#include <libmilter/mfapi.h>

#include "milter/session.h"
#include "policy/judgement.h"

namespace milter {

// At the end of a message only.  False when the MTA takes one of them not:
// then the message must not be accepted, for it would go out half edited.
bool carry_out(SMFICTX* context, const policy::Judgement& judgement,
               const Session& session);

// Sets the reply that goes with SMFIS_REJECT or SMFIS_TEMPFAIL.
bool set_reply(SMFICTX* context, const policy::Reply& reply);

}  // namespace milter
