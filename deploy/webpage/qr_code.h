#pragma once

// A QR code (ISO/IEC 18004) as an SVG picture, by libqrencode.
//
// One path of unit squares, black on white with the quiet zone of four modules
// that the standard asks for, whatever colours the page has around it.

#include <optional>
#include <string>

namespace webpage {

// nullopt: the text is empty or too long for a code.
std::optional<std::string> qr_code_svg(const std::string& text);

}  // namespace webpage
