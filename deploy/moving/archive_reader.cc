#include "deploy/moving/archive_reader.h"

#include <unistd.h>

#include "deploy/moving/limits.h"
#include "mailbox/small_file.h"

namespace moving {
namespace {

class ArchiveContent : public Content {
 public:
  explicit ArchiveContent(archive& from) : from_(from), chunk_(kChunk, '\0') {}

  std::optional<std::string_view> next() override {
    const la_ssize_t count =
        archive_read_data(&from_, chunk_.data(), chunk_.size());
    if (count < 0) {
      error_ = because(from_);
      return std::nullopt;
    }
    return std::string_view(chunk_).substr(0, static_cast<std::size_t>(count));
  }
  std::string why() const override { return error_; }

 private:
  archive& from_;
  std::string chunk_;
  std::string error_;
};

// Those filters that run in this process: libarchive would start programs for
// the others.
ArchiveHandle open_archive(int file, std::string& error) {
  ArchiveHandle reader(archive_read_new());
  archive_read_support_format_tar(reader.get());
  archive_read_support_filter_zstd(reader.get());
  archive_read_support_filter_gzip(reader.get());
  archive_read_support_filter_bzip2(reader.get());
  archive_read_support_filter_xz(reader.get());
  if (lseek(file, 0, SEEK_SET) != 0) {
    error = mailbox::because("the archive");
  } else if (archive_read_open_fd(reader.get(), file, kChunk) != ARCHIVE_OK) {
    error = because(*reader);
  }
  return reader;
}

}  // namespace

std::string read_archive(int file, const Visit& visit) {
  std::string error;
  const ArchiveHandle reader = open_archive(file, error);
  if (!error.empty()) return error;
  ArchiveContent content(*reader);
  while (true) {
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(reader.get(), &entry);
    if (status == ARCHIVE_EOF) break;
    if (status < ARCHIVE_WARN || archive_entry_pathname(entry) == nullptr) {
      return because(*reader);
    }
    error = visit(*entry, content);
    if (!error.empty()) return error;
  }
  return archive_read_close(reader.get()) < ARCHIVE_WARN ? because(*reader)
                                                         : "";
}

}  // namespace moving
