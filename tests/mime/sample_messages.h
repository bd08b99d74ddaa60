#pragma once

// Well-formed messages of the kinds that mailers write, for tests that
// compare two ways of reading.

#include <string>
#include <vector>

namespace mime {

// With CRLF line ends: some written out, and what corpus/ has of messages by
// real clients.
std::vector<std::string> sample_messages();

}  // namespace mime
