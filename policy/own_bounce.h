#pragma once

// Does this delivery status notification answer a message of ours?
//
// A bounce is readable by nature.  One that returns a header section with our
// own valid signature may say more than any other (rules/).

#include "mime/shape.h"
#include "policy/configuration.h"

namespace policy {

bool answers_us(const mime::BounceFacts& bounce,
                const Configuration& configuration);

}  // namespace policy
