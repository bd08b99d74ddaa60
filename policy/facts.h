#pragma once

// The facts of one message, as far as they are known at this stage.
//
// A fact that costs something (an account, a key) is computed when a rule asks
// for it and not before.  `shape` is empty as long as only the header section
// has come.

#include <functional>
#include <optional>
#include <string_view>

#include "dkim/result.h"
#include "mime/defect.h"
#include "mime/shape.h"
#include "policy/configuration.h"
#include "policy/envelope.h"
#include "policy/header_section.h"
#include "policy/recipients.h"
#include "policy/world.h"

namespace policy {

struct Facts {
  const Configuration& configuration;
  const Envelope& envelope;
  const HeaderSection& header;
  World& world;
  Recipients recipients;

  // The first defect of the message's own header section.
  std::optional<mime::Defect> header_defect;
  // Why no shape but cleartext can come of it, though the body may not be
  // there; empty when that is not certain.
  std::string_view cleartext_cause;
  // Empty at the header stage.
  std::optional<mime::ShapeResult> shape;
  // May wait for DNS.  At the end stage only.
  std::function<const dkim::VerificationResult&()> dkim;
};

}  // namespace policy
