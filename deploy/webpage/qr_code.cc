#include "deploy/webpage/qr_code.h"

#include <qrencode.h>

#include <memory>

namespace webpage {
namespace {

constexpr int kQuietZone = 4;

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

// The dark modules of one row, as subpaths of one module's height.
std::string row_path(const QRcode& code, int row) {
  std::string path;
  const unsigned char* modules = code.data + row * code.width;
  for (int column = 0; column < code.width; ++column) {
    if ((modules[column] & 1) == 0) continue;
    int end = column;
    while (end < code.width && (modules[end] & 1) != 0) ++end;
    const std::string length = std::to_string(end - column);
    path += 'M' + std::to_string(column + kQuietZone) + ' ' +
            std::to_string(row + kQuietZone) + 'h' + length + "v1h-" + length +
            'z';
    column = end;
  }
  return path;
}

}  // namespace

std::optional<std::string> qr_code_svg(const std::string& text) {
  const std::unique_ptr<QRcode, FreeCode> code(
      QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M));
  if (code == nullptr) return std::nullopt;
  const std::string size = std::to_string(code->width + 2 * kQuietZone);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " +
                    size + ' ' + size + "\" shape-rendering=\"crispEdges\">\n" +
                    "<path fill=\"#fff\" d=\"M0 0h" + size + 'v' + size + "h-" +
                    size + "z\"/>\n<path d=\"";
  for (int row = 0; row < code->width; ++row) {
    if (row > 0) svg += '\n';
    svg += row_path(*code, row);
  }
  return svg + "\"/>\n</svg>\n";
}

}  // namespace webpage
