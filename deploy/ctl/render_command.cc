// `chatmail render`: what the configuration of a relay would be, into a folder
// or as a list.

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <system_error>

#include "daemon/settings.h"
#include "deploy/ctl/command.h"
#include "deploy/relay/render.h"

