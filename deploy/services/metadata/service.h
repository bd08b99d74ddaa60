#pragma once

// chatmail-metadata as a program.

#include <memory>

#include "deploy/services/host/program.h"

namespace metadata {

std::unique_ptr<host::Program> make_program(
    std::shared_ptr<spdlog::logger> log);

}  // namespace metadata
