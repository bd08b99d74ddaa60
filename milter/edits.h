#pragma once

// Carries out what a Judgement asks for.

#include "milter/mta.h"
#include "milter/session.h"
#include "policy/judgement.h"

namespace milter {

// At the end of a message only.  False when the MTA takes one of them not:
// then the message must not be accepted, for it would go out half edited.
bool carry_out(Mta& mta, const policy::Judgement& judgement,
               const Session& session);

}  // namespace milter
