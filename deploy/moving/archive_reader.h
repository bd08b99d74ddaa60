#pragma once

// The entries of a tar archive: plain, or compressed with zstd, gzip, bzip2 or
// xz.  It is read from the begin of the file each time, by libarchive.

#include <string>

#include "deploy/moving/entry.h"

namespace moving {

// `file` is open for reading and can be rewound.  What is no archive, or cut,
// is an error.
std::string read_archive(int file, const Visit& visit);

}  // namespace moving
