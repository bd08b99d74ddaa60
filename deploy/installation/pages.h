#pragma once

// The web page in its place.  What somebody had there is kept beside it, and
// what is ours is noted, for the day on which the relay goes.

#include <string>
#include <vector>

#include "deploy/installation/installer.h"
#include "deploy/webpage/site.h"

namespace installation {

// A line for each file of ours, as the relay sees it.
inline constexpr const char* kPageList = "/etc/chatmail/pages";

// False when it could not be done, which is told.
bool publish_page(const webpage::Site& page, const Options& options,
                  Story& story);

// Those that are noted; nothing outside relay::kWebRoot.
std::vector<std::string> published_pages(const std::string& root);

}  // namespace installation
