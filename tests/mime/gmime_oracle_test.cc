// GMime reads well-formed messages as we do: the same parts at the same depth,
// with the same media types and the same decoded octets.
//
// Only messages in which our parser finds no defect are compared: for the rest
// readers differ, which is what a defect says.  Nor messages without a line
// end at the end, which SMTP does not carry: GMime then leaves the one in front
// of the last boundary in the part.

#include <gmime/gmime.h>

#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "mime/parser.h"
#include "tests/mime/sample_messages.h"

namespace {

// One line a part: its depth, its media type, its decoded octets.
class Structure : public mime::Sink {
 public:
  std::string text;
  bool has_defect = false;
  bool has_long_field = false;

  void header_field(int, const mime::HeaderField& field) override {
    // GMime recurses into groups: not for fields that could be deep.
    if (field.body.size() > 5000) has_long_field = true;
  }
  bool part_begin(const mime::PartInfo& part) override {
    text += std::to_string(part.depth) + " " + part.content_type.media_type;
    text += part.is_multipart ? "\n" : ": ";
    is_leaf_ = !part.is_multipart;
    is_message_ = part.content_type.media_type == "message/rfc822";
    return true;
  }
  void decoded(std::string_view octets) override {
    if (!is_message_) text += octets;
  }
  void part_end(int) override {
    if (is_leaf_) text += "\n";
    is_leaf_ = false;
  }
  void defect(int, mime::Defect) override { has_defect = true; }

 private:
  bool is_leaf_ = false;
  bool is_message_ = false;
};

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

std::string lower_type(GMimeObject* part) {
  GMimeContentType* type = g_mime_object_get_content_type(part);
  std::string name = g_mime_content_type_get_media_type(type);
  name += '/';
  name += g_mime_content_type_get_media_subtype(type);
  for (char& c : name) c = g_ascii_tolower(c);
  return name;
}

std::string decoded_octets(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Owned<GMimeStream> stream(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, stream.get());
  const GByteArray* octets =
      g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
  return {reinterpret_cast<const char*>(octets->data), octets->len};
}

void add_part(GMimeObject* part, int depth, std::string& text) {
  text += std::to_string(depth) + " " + lower_type(part);
  if (GMIME_IS_MULTIPART(part)) {
    text += "\n";
    auto* multipart = GMIME_MULTIPART(part);
    for (int i = 0; i < g_mime_multipart_get_count(multipart); ++i) {
      add_part(g_mime_multipart_get_part(multipart, i), depth + 1, text);
    }
    return;
  }
  text += ": ";
  if (GMIME_IS_PART(part)) text += decoded_octets(GMIME_PART(part));
  text += "\n";
}

std::string structure_by_gmime(const std::string& message) {
  const Owned<GMimeStream> stream(
      g_mime_stream_mem_new_with_buffer(message.data(), message.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> parsed(
      g_mime_parser_construct_message(parser.get(), nullptr));
  if (!parsed) return "not parsed";
  GMimeObject* part = g_mime_message_get_mime_part(parsed.get());
  if (part == nullptr) return "no part";
  std::string text;
  add_part(part, 0, text);
  return text;
}

TEST_CASE("GMime reads well-formed messages as we do") {
  g_mime_init();
  int compared = 0;
  for (const std::string& message : mime::sample_messages()) {
    Structure ours;
    mime::Parser parser(ours);
    parser.write(message);
    parser.end();
    if (ours.has_defect || ours.has_long_field) continue;
    if (!message.ends_with("\r\n")) continue;
    CAPTURE(message.substr(0, 100));
    CHECK(ours.text == structure_by_gmime(message));
    ++compared;
  }
  CHECK(compared > 50);
  g_mime_shutdown();
}

}  // namespace
