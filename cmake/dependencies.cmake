# Libraries of the system (Debian packages); tests/packages lists their names.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)

pkg_check_modules(archive REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(opendkim REQUIRED IMPORTED_TARGET opendkim)
pkg_check_modules(unbound REQUIRED IMPORTED_TARGET libunbound)
pkg_check_modules(libevent REQUIRED IMPORTED_TARGET libevent_core libevent_pthreads)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(inih REQUIRED IMPORTED_TARGET inih INIReader)
pkg_check_modules(sqlite3 REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(curl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(ctemplate REQUIRED IMPORTED_TARGET libctemplate)
pkg_check_modules(md4c REQUIRED IMPORTED_TARGET md4c-html)
pkg_check_modules(qrencode REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(gmime REQUIRED IMPORTED_TARGET gmime-3.0)

# Packages without a pkg-config file.
find_library(MILTER_LIBRARY milter REQUIRED)
find_library(LDNS_LIBRARY ldns REQUIRED)
add_library(milter_client INTERFACE)
target_link_libraries(milter_client INTERFACE ${MILTER_LIBRARY} Threads::Threads)

# asio without Boost.  Its config.hpp looks whether std::aligned_alloc is there
# before it includes anything, so what came before it would decide, in each file
# anew, with which of two allocators coroutine frames are made and freed.
add_library(asio INTERFACE)
target_compile_definitions(asio INTERFACE
  ASIO_STANDALONE ASIO_NO_DEPRECATED ASIO_DISABLE_STD_ALIGNED_ALLOC)
target_link_libraries(asio INTERFACE Threads::Threads)
