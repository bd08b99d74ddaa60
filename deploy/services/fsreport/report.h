#pragma once

// The report for a person, and for a program.

#include <string>

#include "deploy/services/fsreport/usage.h"

namespace fsreport {

std::string report(const Usage& usage, const Question& question);

// One JSON object a line: the same numbers under the names of the metrics.
std::string json_report(const Usage& usage, const Question& question);

// "123 B", "1.20 MB": three digits, powers of 1000.
std::string readable_size(std::uint64_t octets);

}  // namespace fsreport
