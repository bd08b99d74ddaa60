# Libraries of the system (Debian packages); tests/packages lists their names.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(fmt REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)

pkg_check_modules(opendkim REQUIRED IMPORTED_TARGET opendkim)
pkg_check_modules(unbound REQUIRED IMPORTED_TARGET libunbound)
pkg_check_modules(libevent REQUIRED IMPORTED_TARGET libevent_core libevent_pthreads)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
pkg_check_modules(inih REQUIRED IMPORTED_TARGET inih INIReader)
pkg_check_modules(gmime REQUIRED IMPORTED_TARGET gmime-3.0)

# Packages without a pkg-config file.
find_library(MILTER_LIBRARY milter REQUIRED)
find_library(LDNS_LIBRARY ldns REQUIRED)
add_library(milter_client INTERFACE)
target_link_libraries(milter_client INTERFACE ${MILTER_LIBRARY} Threads::Threads)
