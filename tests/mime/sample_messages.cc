#include "tests/mime/sample_messages.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace mime {
namespace {

// A message of parts at depth 1, each as its header section and its body.
std::string multipart(const std::string& type,
                      const std::vector<std::string>& parts,
                      const std::string& boundary) {
  std::string message = "From: a@b.example\r\nMIME-Version: 1.0\r\n";
  message +=
      "Content-Type: " + type + "; boundary=\"" + boundary + "\"\r\n\r\n";
  message += "This is a multi-part message in MIME format.\r\n";
  for (const std::string& part : parts) {
    message += "--" + boundary + "\r\n" + part + "\r\n";
  }
  return message + "--" + boundary + "--\r\n";
}

std::vector<std::string> written_out() {
  const std::string text = "Content-Type: text/plain; charset=utf-8\r\n\r\nhi";
  const std::string encoded =
      "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
      "PGI+aGVsbG88L2I+PGI+aGVsbG88L2I+PGI+aGVsbG88L2I+PGI+aGVsbG88L2I+\r\n"
      "PGI+aGVsbG88L2I+";
  const std::string printable =
      "Content-Type: text/plain; charset=utf-8\r\n"
      "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
      "J=C3=BCrgen =3D a long line that is br=\r\noken softly\r\nlast";
  const std::string attached =
      "Content-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\n\r\nbody\r\n";
  const std::string empty = "Content-Type: image/png\r\n\r\n";
  std::vector<std::string> messages = {
      "From: a@b.example\r\nSubject: hello\r\n\r\nhello\r\n",
      "From: a@b.example\r\n\r\n",
      multipart("multipart/mixed", {text, encoded, printable}, "=_b (1)"),
      multipart("multipart/mixed", {text, attached, empty}, "b"),
      multipart("multipart/digest", {"\r\nFrom: c@d.example\r\n\r\nbody"}, "b"),
  };
  std::string inner = multipart("multipart/alternative", {text, encoded}, "in");
  messages.push_back(
      multipart("multipart/mixed", {inner, printable, inner}, "out"));
  messages.push_back(multipart("multipart/mixed", {messages.back()}, "more"));
  return messages;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

std::vector<std::string> sample_messages() {
  std::vector<std::string> messages = written_out();
  const std::filesystem::path corpus =
      std::filesystem::path(CHATMILTER_SOURCE_DIR) / "corpus";
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(corpus)) {
    if (entry.path().extension() == ".eml" && entry.file_size() < 200'000) {
      messages.push_back(read(entry.path()));
    }
  }
  return messages;
}

}  // namespace mime
