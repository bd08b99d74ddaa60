#pragma once

// The vocabulary of the rules as Markdown: rules/README.md holds this text.

#include <string>

namespace ctl {

std::string fact_table();

}  // namespace ctl
