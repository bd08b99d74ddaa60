#include "daemon/beside.h"

#include <filesystem>

namespace daemons {

std::string beside(const std::string& file, const std::string& path) {
  return (std::filesystem::path(file).parent_path() / path).lexically_normal();
}

}  // namespace daemons
