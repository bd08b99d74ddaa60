#pragma once

// What is to become the relay's files, beside the place of each, until all of
// it is there and on disk; then it takes its places in a moment, and what was
// there has another name.  Whatever goes wrong before leaves everything as it
// was, and in the middle of the change takes it back.
//
// Owners are those of this host with the names that the entries have; numbers
// differ from host to host.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "deploy/moving/belongings.h"
#include "deploy/moving/entry.h"

namespace moving {

struct Owner {
  std::string user;
  std::string group;
};

struct StagingOptions {
  std::string root;   // "" or a folder that stands for /
  std::string stamp;  // behind the name of what was there before
  // Whose it is when this host does not know the name.
  std::map<Part, Owner> otherwise{};
};

class Staging {
 public:
  Staging(Roots roots, StagingOptions options);
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  // An entry of the root with that index; "" or what went wrong.
  std::string put(archive_entry& entry, Content& content, std::size_t root);

  // All is there: "" once it is on disk.
  std::string settle();

  // "" or what went wrong, and then all is as it was.
  std::string swap();

  // After swap(): where what was there before is now.
  const std::vector<std::string>& aside() const { return aside_; }
  // What could not be kept of an entry, such as an attribute that the file
  // system does not have.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  struct Place {
    std::string path;      // where it belongs, below options_.root
    std::string folder{};  // made for it, "" until something comes
    std::string staged{};  // in that folder
    std::string before{};  // "" or what was there, after swap()
    bool is_in_place = false;
  };

  std::string prepare(Place& place);
  std::string write_content(Content& content, std::int64_t size);
  void take_owner(archive_entry& entry, Part part) const;
  void note(const std::string& name);
  std::string put_in_place(Place& place);
  void take_back();

  Roots roots_;
  StagingOptions options_;
  std::vector<Place> places_;
  ArchiveHandle disk_;
  std::vector<std::string> aside_;
  std::vector<std::string> notes_;
};

}  // namespace moving
