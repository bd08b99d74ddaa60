#pragma once

// A path that a file names is taken from that file's folder, whoever reads it
// and wherever he stands; an absolute one is itself.

#include <string>

namespace daemons {

std::string beside(const std::string& file, const std::string& path);

}  // namespace daemons
