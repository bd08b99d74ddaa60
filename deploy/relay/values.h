#pragma once

// The words by which templates call what a Site has.

#include "deploy/relay/site.h"
#include "deploy/relay/template_text.h"

namespace relay {

Values values_of(const Site& site);

}  // namespace relay
