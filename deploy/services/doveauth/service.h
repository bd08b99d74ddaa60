#pragma once

// doveauth as a program.

#include <memory>

#include "deploy/services/host/program.h"

namespace doveauth {

std::unique_ptr<host::Program> make_program(
    std::shared_ptr<spdlog::logger> log);

}  // namespace doveauth
